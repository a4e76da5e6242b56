import { enumValues, isEnumObject } from '../metadata/types.js';
import { hasValidatedFields, type ModelClass } from '../models/model-fields.js';
import type { JsonSchema } from './json-schema.js';
import { toEnum } from './rule-schema.js';

/** Gives the schema of a model: mostly a `$ref`. */
export type ModelReference = (model: ModelClass) => JsonSchema;

/** The schema of a type as it is said at run time; `{}`, which is any value, for what is not known. */
export function toTypeSchema(type: unknown, reference: ModelReference): JsonSchema {
  switch (type) {
    case String:
      return { type: 'string' };
    case Number:
      return { type: 'number' };
    case 'integer':
    case BigInt:
      return { type: 'integer' };
    case Boolean:
      return { type: 'boolean' };
    case Date:
      return { type: 'string', format: 'date-time' };
    case Buffer:
    case Uint8Array:
      return { type: 'string', format: 'binary' };
    case Map:
      return { type: 'object' };
    case Array:
      return { type: 'array', items: {} };
    default:
      return toCompoundSchema(type, reference);
  }
}

function toCompoundSchema(type: unknown, reference: ModelReference): JsonSchema {
  if (Array.isArray(type)) return { type: 'array', items: toTypeSchema(type[0], reference) };
  if (isEnumObject(type)) return toEnum(enumValues(type));
  // `Object` is any JSON object where it is said, and what a compiler writes for what it cannot say.
  if (typeof type !== 'function' || type === Object) return {};
  return hasValidatedFields(type as ModelClass) ? reference(type as ModelClass) : {};
}
