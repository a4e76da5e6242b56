import { readCompound } from '../metadata/model-spec.js';
import { enumValues, isEnumObject } from '../metadata/types.js';
import { findDiscriminator } from '../models/discriminator.js';
import { describeFields, hasValidatedFields, type ModelClass } from '../models/model-fields.js';
import { flattenUnion } from '../validation/convert-union.js';
import { DISCRIMINATOR, type JsonSchema } from './json-schema.js';
import { toEnum, toNullable } from './rule-schema.js';

/** Gives the schema of a model: mostly a `$ref`. */
export type ModelReference = (model: ModelClass) => JsonSchema;

/** The schema of a type as it is said at run time; `{}`, which is any value, for what is not known. */
export function toTypeSchema(
  type: unknown,
  reference: ModelReference,
  groups: readonly string[] = [],
): JsonSchema {
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
      return toOtherSchema(type, reference, groups);
  }
}

function toOtherSchema(type: unknown, reference: ModelReference, groups: readonly string[]): JsonSchema {
  if (Array.isArray(type)) return { type: 'array', items: toSaidSchema(type[0], reference, groups) };
  const compound = readCompound(type);
  if (compound?.kind === 'union') return toUnionSchema(compound.of, reference, groups);
  if (compound !== undefined) {
    const inner = toSaidSchema(compound.of, reference, groups);
    return compound.kind === 'nullable' ? toNullable(inner) : { type: 'object', additionalProperties: inner };
  }
  if (isEnumObject(type)) return toEnum(enumValues(type));
  // `Object` is any JSON object where it is said, and what a compiler writes for what it cannot say.
  if (typeof type !== 'function' || type === Object) return {};
  return hasValidatedFields(type as ModelClass) ? reference(type as ModelClass) : {};
}

/** In what a person wrote, `Object` is any JSON object. */
function toSaidSchema(type: unknown, reference: ModelReference, groups: readonly string[]): JsonSchema {
  return type === Object ? { type: 'object' } : toTypeSchema(type, reference, groups);
}

function toUnionSchema(
  given: readonly unknown[],
  reference: ModelReference,
  groups: readonly string[],
): JsonSchema {
  const { types, takesNull } = flattenUnion(given);
  const schemas = types.map((type) => toSaidSchema(type, reference, groups));
  const discriminator = findDiscriminator(
    types.map((type) =>
      typeof type === 'function' && hasValidatedFields(type as ModelClass)
        ? describeFields(type as ModelClass, 'input', groups)
        : undefined,
    ),
  );
  const schema =
    discriminator === undefined
      ? { anyOf: schemas }
      : { oneOf: schemas, [DISCRIMINATOR]: discriminator.name };
  return takesNull ? toNullable(schema) : schema;
}
