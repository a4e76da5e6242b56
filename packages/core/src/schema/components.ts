import type { Direction, ModelClass } from '../models/model-fields.js';
import type { JsonSchema } from './json-schema.js';
import { toModelSchema } from './model-schema.js';
import type { SchemaNames } from './schema-names.js';
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
  readonly #ids: Readonly<Record<Direction, Map<ModelClass, string>>> = {
    input: new Map(),
    output: new Map(),
  };

  constructor(names: SchemaNames) {
    this.#names = names;
  }

  /** The schema of a type, with references to the models in it. */
  schemaOf(type: unknown, direction: Direction): JsonSchema {
    return toTypeSchema(type, (model) => this.#refer(model, direction));
  }

  /** A reference to a schema that is no model's. */
  named(name: string, schema: JsonSchema): JsonSchema {
    const id = this.#idOf(JSON.stringify([name, schema]), [name]);
    this.#add(id, schema);
    return toReference(id);
  }

  #refer(model: ModelClass, direction: Direction): JsonSchema {
    const ids = this.#ids[direction];
    let id = ids.get(model);
    if (id === undefined) {
      const name = model.name === '' ? 'Model' : model.name;
      id = this.#idOf(toShape(model, direction), [
        name,
        `${name}${direction === 'input' ? 'Input' : 'Output'}`,
      ]);
      // Before its fields are looked at: one of them may hold the model itself.
      ids.set(model, id);
      this.#add(
        id,
        toModelSchema(model, direction, (other) => this.#refer(other, direction)),
      );
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

/** Text that is equal for models that show the same: the model and all that it holds, each once, with numbers as references. */
function toShape(model: ModelClass, direction: Direction): string {
  const reached: ModelClass[] = [model];
  const shapes: unknown[] = [];
  // It grows while it is walked through.
  for (const each of reached) {
    const schema = toModelSchema(each, direction, (other) => {
      if (!reached.includes(other)) reached.push(other);
      return { $ref: reached.indexOf(other) };
    });
    shapes.push([each.name, schema]);
  }
  return JSON.stringify(shapes);
}
