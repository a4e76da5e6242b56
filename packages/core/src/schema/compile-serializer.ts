import fastJsonStringify from 'fast-json-stringify';

import { modelsOf, type FieldShape, type ModelShape, type Shape } from '../shapes/shape.js';
import type { JsonSchema } from './json-schema.js';
import { toJsonWithIntegers } from './json-with-integers.js';

/**
 * Compiles what writes projected values of a shape as JSON text.
 *
 * The projection has looked at every value, so that the schema says no more than what is faster to know.
 */
export function compileSerializer(
  shape: Shape,
  isAlways: (field: FieldShape) => boolean,
): (value: unknown) => string {
  const models = new Map(modelsOf(shape).map((model, index) => [model, `m${String(index)}`]));
  const write = (inner: Shape): JsonSchema => toSerializerSchema(inner, models);
  const definitions = Object.fromEntries(
    [...models].map(([model, id]) => [id, toObjectSchema(model, write, isAlways)]),
  );
  let stringify: (value: unknown) => string;
  try {
    stringify = fastJsonStringify({ ...write(shape), definitions } as never);
  } catch (error) {
    // A process that forbids code from text (--disallow-code-generation-from-strings).
    if (!(error instanceof EvalError)) throw error;
    return toJsonWithIntegers;
  }
  return (value) => {
    try {
      return stringify(value);
    } catch {
      // An integer that no double holds, in what is left to JSON.stringify.
      return toJsonWithIntegers(value);
    }
  };
}

function toObjectSchema(
  { fields, tag }: ModelShape,
  write: (shape: Shape) => JsonSchema,
  isAlways: (field: FieldShape) => boolean,
): JsonSchema {
  // fast-json-stringify 7.3 loses properties with names that every object has.
  if (fields.some(({ name }) => name in Object.prototype)) return {};
  const properties = new Map(fields.map(({ name, shape }) => [name, write(shape)]));
  if (tag !== undefined) properties.set(tag.property, { type: 'string' });
  const [first] = fields;
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    // Required properties are written first: only one that is first in any case, which spares the commas a look.
    ...(first !== undefined && isAlways(first) ? { required: [first.name] } : {}),
  };
}

function toSerializerSchema(shape: Shape, models: ReadonlyMap<ModelShape, string>): JsonSchema {
  switch (shape.kind) {
    case 'scalar':
      return SCALARS[shape.type];
    case 'enum':
      return shape.values.every((value) => typeof value === 'string') ? SCALARS.string : {};
    case 'list':
      return { type: 'array', items: toSerializerSchema(shape.item, models) };
    case 'record':
      return { type: 'object', additionalProperties: toSerializerSchema(shape.value, models) };
    case 'nullable': {
      const schema = toSerializerSchema(shape.of, models);
      return '$ref' in schema || Object.keys(schema).length === 0 ? {} : { ...schema, nullable: true };
    }
    case 'model':
      return { $ref: `#/definitions/${String(models.get(shape.model))}` };
    default:
      // JSON.stringify: of several types, the projection has chosen.
      return {};
  }
}

// Dates and base64 have no character to escape.
const UNSAFE = { type: 'string', format: 'unsafe' };
const SCALARS = {
  string: { type: 'string' },
  'date-text': { type: 'string' },
  number: { type: 'number' },
  integer: { type: 'integer' },
  bigint: { type: 'integer' },
  boolean: { type: 'boolean' },
  date: UNSAFE,
  bytes: UNSAFE,
} as const;
