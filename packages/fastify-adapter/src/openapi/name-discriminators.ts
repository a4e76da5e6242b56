type Node = Record<string, unknown>;

/** Under this name a union of a response has the property that tells its members apart. */
const DISCRIMINATOR = 'x-discriminator';
const COMPONENTS = '#/components/schemas/';

/**
 * Gives unions their `discriminator` (OpenAPI 3.1 section 4.8.25), which names a schema for each value of a property: that
 * is known when the schemas have their names in the document.
 */
export function nameDiscriminators(document: Node): void {
  const { schemas } = (document.components ?? {}) as { readonly schemas?: Readonly<Record<string, Node>> };
  visit(document, (node) => {
    const { [DISCRIMINATOR]: propertyName, oneOf } = node;
    if (typeof propertyName !== 'string' || !Array.isArray(oneOf)) return;
    const mapping = (oneOf as Node[]).flatMap(({ $ref }) =>
      valuesOf(schemas?.[String($ref).slice(COMPONENTS.length)], propertyName).map(
        (value) => [value, $ref] as const,
      ),
    );
    Reflect.deleteProperty(node, DISCRIMINATOR);
    node.discriminator = { propertyName, mapping: Object.fromEntries(mapping) };
  });
}

function valuesOf(schema: Node | undefined, property: string): readonly string[] {
  const { enum: values } =
    (schema?.properties as Readonly<Record<string, Node>> | undefined)?.[property] ?? {};
  // Null, of a field that may be it, tells no class.
  return Array.isArray(values) ? values.filter((value) => value !== null).map(String) : [];
}

function visit(node: unknown, look: (node: Node) => void): void {
  if (typeof node !== 'object' || node === null) return;
  if (!Array.isArray(node)) look(node as Node);
  for (const inner of Object.values(node)) visit(inner, look);
}
