import type { FieldRule } from '../models/model-fields.js';
import { enumValues } from '../metadata/types.js';
import type { EnumObject } from '../metadata/types.js';
import type { JsonSchema } from './json-schema.js';

type Keywords = JsonSchema | ((values: readonly unknown[]) => JsonSchema);

const string = (keywords: JsonSchema): JsonSchema => ({ type: 'string', ...keywords });
const date = string({ format: 'date-time' });

/**
 * What a decorator of class-validator means in JSON Schema, by the name of its constraint. One that is not here says
 * nothing that a schema could say, or less than it could be held to.
 */
const KEYWORDS: Readonly<Record<string, Keywords>> = {
  isString: string({}),
  isNumber: { type: 'number' },
  isInt: { type: 'integer' },
  isBoolean: { type: 'boolean' },
  isDate: date,
  isDateString: date,
  isIso8601: date,
  isRFC3339: date,
  isObject: { type: 'object' },
  isNotEmptyObject: { type: 'object', minProperties: 1 },
  isEnum: ([values]) => toEnum(enumValues(values as EnumObject)),
  isIn: ([values]) => (isList(values) ? toEnum(values) : {}),
  equals: ([value]) => toEnum([value]),

  min: ([minimum]) => ({ minimum }),
  max: ([maximum]) => ({ maximum }),
  isPositive: { exclusiveMinimum: 0 },
  isNegative: { exclusiveMaximum: 0 },
  isDivisibleBy: ([multipleOf]) => ({ multipleOf }),
  isLatitude: { minimum: -90, maximum: 90 },
  isLongitude: { minimum: -180, maximum: 180 },

  minLength: ([minLength]) => ({ minLength }),
  maxLength: ([maxLength]) => ({ maxLength }),
  isLength: ([minLength, maxLength]) => (maxLength === undefined ? { minLength } : { minLength, maxLength }),
  matches: ([pattern]) => toPattern(pattern),
  contains: ([text]) => ({ pattern: escapePattern(String(text)) }),

  isEmail: string({ format: 'email' }),
  isUrl: string({ format: 'uri' }),
  isUuid: string({ format: 'uuid' }),
  isFqdn: string({ format: 'hostname' }),
  isIp: ([version]) => string(version === '4' || version === '6' ? { format: `ipv${version}` } : {}),
  isBase64: string({ contentEncoding: 'base64' }),
  isJson: string({ contentMediaType: 'application/json' }),
  isHexadecimal: string({ pattern: '^(?:0[xXhH])?[0-9a-fA-F]+$' }),
  isMongoId: string({ pattern: '^[0-9a-fA-F]{24}$' }),
  isNumberString: string({ pattern: '^[+-]?(?:[0-9]*\\.)?[0-9]+$' }),

  arrayMinSize: ([minItems]) => ({ minItems }),
  arrayMaxSize: ([maxItems]) => ({ maxItems }),
  arrayNotEmpty: { minItems: 1 },
  arrayUnique: { uniqueItems: true },
};

/** The keywords of the decorators of a field; where two say a type, an integer is one among numbers. */
export function toKeywords(rules: readonly FieldRule[]): JsonSchema {
  const schema: Record<string, unknown> = {};
  // Decorators run from the last one up.
  for (const { name, values } of [...rules].reverse()) {
    const keywords = Object.hasOwn(KEYWORDS, name) ? KEYWORDS[name] : undefined;
    const found = typeof keywords === 'function' ? keywords(values) : (keywords ?? {});
    Object.assign(schema, found, schema.type === 'integer' ? { type: 'integer' } : {});
  }
  if (schema.type === 'string' && rules.some(({ name }) => name === 'isNotEmpty')) schema.minLength ??= 1;
  return schema;
}

/** A schema of the values of an enum. */
export function toEnum(values: readonly unknown[]): JsonSchema {
  const types = new Set(values.map((value) => (value === null ? 'null' : typeof value)));
  const [type] = types;
  const known = types.size === 1 && (type === 'string' || type === 'number' || type === 'boolean');
  return known ? { type, enum: [...values] } : { enum: [...values] };
}

/** A pattern of JSON Schema has no flags: one that counts on them is left out. */
function toPattern(pattern: unknown): JsonSchema {
  if (typeof pattern === 'string') return { pattern };
  return pattern instanceof RegExp && !/[imsv]/.test(pattern.flags) ? { pattern: pattern.source } : {};
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

function isList(values: unknown): values is readonly unknown[] {
  return Array.isArray(values);
}

/** A schema that takes null too. */
export function toNullable(schema: JsonSchema): JsonSchema {
  const { type, enum: values } = schema;
  if (typeof type === 'string') {
    const nullable = { ...schema, type: [type, 'null'] };
    return Array.isArray(values) ? { ...nullable, enum: [...(values as unknown[]), null] } : nullable;
  }
  if (Object.keys(schema).length === 0) return schema;
  return { anyOf: [schema, { type: 'null' }] };
}
