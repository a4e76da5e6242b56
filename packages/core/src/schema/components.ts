import type { Direction, ModelClass } from '../models/model-fields.js';
import { ShapeReader } from '../shapes/compile-shape.js';
import type { ModelShape } from '../shapes/shape.js';
import type { JsonSchema } from './json-schema.js';
import { toFieldSchemas, toModelSchema } from './model-schema.js';
import type { SchemaNames } from './schema-names.js';
import { toDocument, toFieldsSchema, toShapeSchema, type ShapeDocument } from './shape-schema.js';
import { toTypeSchema } from './type-schema.js';

/**
 * What the `$id` of every schema of Sluice begins with: a scheme of its own, so that none is ever that of a host's schema.
 */
export const SCHEMA_SCHEME = 'sluice:';

/** The named schemas that the documentation of some routes refers to. */
export class Components {
  /** By `$id`. */
  readonly schemas = new Map<string, JsonSchema>();
  readonly #names: SchemaNames;
  /** By the groups that it is read by, in a text. */
  readonly #inputs = new Map<string, Map<ModelClass, string>>();

  constructor(names: SchemaNames) {
    this.#names = names;
  }

  /** The schema of a type, with references to the models in it. */
  schemaOf(type: unknown, direction: Direction, groups: readonly string[] = []): JsonSchema {
    if (direction === 'input') return toTypeSchema(type, (model) => this.#referInput(model, groups), groups);
    return this.schemaOfResponse(toDocument(new ShapeReader().compile(type, '')));
  }

  /** One field of a model, as a request has it. */
  fieldOf(
    model: ModelClass,
    property: string,
    groups: readonly string[] = [],
  ): { readonly schema: JsonSchema; readonly required: boolean } {
    const refer = (other: ModelClass): JsonSchema => this.#referInput(other, groups);
    const field = toFieldSchemas(model, 'input', refer, groups).get(property);
    return field ?? { schema: {}, required: false };
  }

  /** The schema of what a response holds. */
  schemaOfResponse(document: ShapeDocument): JsonSchema {
    const outputs = new Map<ModelShape, string>();
    const refer = (model: ModelShape): JsonSchema => this.#referOutput(model, document, outputs, refer);
    return toShapeSchema(document.shape, refer);
  }

  /** A reference to a schema that is no model's. */
  named(name: string, schema: JsonSchema): JsonSchema {
    const id = this.#idOf(JSON.stringify([name, schema]), [name]);
    this.#add(id, schema);
    return toReference(id);
  }

  #referInput(model: ModelClass, groups: readonly string[]): JsonSchema {
    const key = JSON.stringify(groups);
    const inputs = this.#inputs.get(key) ?? new Map<ModelClass, string>();
    this.#inputs.set(key, inputs);
    let id = inputs.get(model);
    if (id === undefined) {
      const shape = toText(
        model,
        ({ name }) => name,
        (each, refer) => toModelSchema(each, 'input', refer, groups),
      );
      id = this.#idOf(shape, toNames(model, 'Input'));
      // Before its fields are looked at: one of them may hold the model itself.
      inputs.set(model, id);
      this.#add(
        id,
        toModelSchema(model, 'input', (other) => this.#referInput(other, groups), groups),
      );
    }
    return toReference(id);
  }

  #referOutput(
    shape: ModelShape,
    document: ShapeDocument,
    outputs: Map<ModelShape, string>,
    refer: (model: ModelShape) => JsonSchema,
  ): JsonSchema {
    // What a route leaves out is a matter of that route: it is no model that others name.
    if (shape.selected)
      return { title: toNames(shape.model, '')[0], ...toFieldsSchema(shape, document, refer) };
    let id = outputs.get(shape);
    if (id === undefined) {
      const text = toText(
        shape,
        ({ model }) => model.name,
        (each, reference) => toFieldsSchema(each, document, reference),
      );
      id = this.#idOf(text, toNames(shape.model, 'Output'));
      outputs.set(shape, id);
      this.#add(id, toFieldsSchema(shape, document, refer));
    }
    return toReference(id);
  }

  #idOf(shape: string, wanted: readonly [string, ...string[]]): string {
    return SCHEMA_SCHEME + this.#names.nameOf(shape, wanted);
  }

  #add(id: string, schema: JsonSchema): void {
    // The title is what a person sees where a document names its components by numbers.
    const title = id.slice(SCHEMA_SCHEME.length);
    if (!this.schemas.has(id)) this.schemas.set(id, { $id: id, title, ...schema });
  }
}

function toReference(id: string): JsonSchema {
  return { $ref: `${id}#` };
}

function toNames({ name }: ModelClass, suffix: string): readonly [string, ...string[]] {
  const own = name === '' ? 'Model' : name;
  return [own, `${own}${suffix}`];
}

/** Text that is equal for models that show the same: the model and all that it holds, each once, with numbers as references. */
function toText<Model>(
  model: Model,
  nameOf: (model: Model) => string,
  write: (model: Model, refer: (other: Model) => JsonSchema) => JsonSchema,
): string {
  const reached: Model[] = [model];
  const texts: unknown[] = [];
  // It grows while it is walked through.
  for (const each of reached) {
    const schema = write(each, (other) => {
      if (!reached.includes(other)) reached.push(other);
      return { $ref: reached.indexOf(other) };
    });
    texts.push([nameOf(each), schema]);
  }
  return JSON.stringify(texts);
}
