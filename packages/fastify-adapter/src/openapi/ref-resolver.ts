import { SCHEMA_SCHEME } from '@sluice/core/internal';

/** What @fastify/swagger asks for the name of a shared schema in the document. */
type BuildLocalReference = (json: unknown, baseUri: unknown, fragment: unknown, index: number) => string;

/**
 * For @fastify/swagger of the host: gives the components of the document their names, models that of their class, and the
 * host's own schemas their `$id`, instead of `def-0`.
 *
 * ```ts
 * await app.register(swagger, { openapi: { openapi: '3.1.0', info }, refResolver });
 * await app.register(sluice, { controllers });
 * ```
 */
export const refResolver: { readonly buildLocalReference: BuildLocalReference } = {
  // @fastify/swagger copies these options each time that it makes a document: a getter gives each document names of its
  // own, so that a host's schema and a model of one name stay two.
  get buildLocalReference() {
    const taken = new Set<string>();
    return (json: unknown, _baseUri: unknown, _fragment: unknown, index: number) => {
      const id = (json as { $id?: unknown }).$id;
      const wanted = typeof id === 'string' ? toName(id) : '';
      const base = wanted === '' ? `def-${String(index)}` : wanted;
      let name = base;
      for (let number = 2; taken.has(name); number += 1) name = `${base}-${String(number)}`;
      taken.add(name);
      return name;
    };
  },
};

function toName(id: string): string {
  const name = id.startsWith(SCHEMA_SCHEME) ? id.slice(SCHEMA_SCHEME.length) : id;
  // OpenAPI 3.1 section 4.8.7: a component's name is made of these characters.
  return name.replace(/[^A-Za-z0-9._-]+/g, '_');
}
