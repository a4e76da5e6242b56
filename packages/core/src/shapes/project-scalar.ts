import type { Converter } from '../validation/converter.js';
import {
  convertBigInt,
  convertBoolean,
  convertDate,
  convertInteger,
  convertNumber,
  createEnumConverter,
} from '../validation/scalars.js';
import { misfit, toInteger, type Project, type ProjectionSettings } from './projection.js';
import { shapeName, type ScalarType, type Shape } from './shape.js';

type Fast = (value: unknown) => unknown;

/** What is of its type already, as it is sent; undefined for all else. */
const EXACT: Readonly<Record<ScalarType, Fast>> = {
  string: (value) => (typeof value === 'string' ? value : undefined),
  'date-text': (value) => (typeof value === 'string' ? value : toIso(value)),
  number: (value) => (typeof value === 'number' && value - value === 0 ? value : undefined),
  integer: (value) =>
    Number.isInteger(value) ? value : typeof value === 'bigint' ? toInteger(value) : undefined,
  bigint: (value) =>
    typeof value === 'bigint' ? toInteger(value) : Number.isInteger(value) ? value : undefined,
  boolean: (value) => (typeof value === 'boolean' ? value : undefined),
  date: toIso,
  bytes: (value) => (value instanceof Uint8Array ? toBase64(value) : undefined),
};

/** The conversions of requests, which are FastAPI's. Text is made of nothing else. */
const CONVERT: Readonly<Partial<Record<ScalarType, Converter>>> = {
  number: convertNumber,
  integer: convertInteger,
  bigint: convertBigInt,
  boolean: convertBoolean,
  date: convertDate,
};

/** Projects values of a scalar type. */
export function projectScalar(
  shape: Extract<Shape, { kind: 'scalar' }>,
  settings: ProjectionSettings,
): Project {
  const exact = EXACT[shape.type];
  const convert = settings.strict ? undefined : CONVERT[shape.type];
  const expected = shapeName(shape);
  return (value) => {
    const same = exact(value);
    if (same !== undefined) return same;
    const plain = settings.strict ? value : unwrap(value);
    const unwrapped = plain === value ? undefined : exact(plain);
    if (unwrapped !== undefined) return unwrapped;
    const converted = convert === undefined ? undefined : convertBy(convert, plain);
    return converted === undefined ? misfit(value, expected, settings) : render(converted);
  };
}

/** Projects values of an enum. */
export function projectEnum(shape: Extract<Shape, { kind: 'enum' }>, settings: ProjectionSettings): Project {
  const known = new Set<unknown>(shape.values);
  const convert = createEnumConverter(shape.values);
  const expected = shapeName(shape);
  return (value) => {
    if (known.has(value)) return value;
    const converted = settings.strict ? undefined : convertBy(convert, unwrap(value));
    return converted ?? misfit(value, expected, settings);
  };
}

/** What an object that is no model means in JSON: a URL, an ObjectId, a Decimal bring `toJSON`. */
export function unwrap(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof String || value instanceof Number || value instanceof Boolean) return value.valueOf();
  const { toJSON } = value as { readonly toJSON?: unknown };
  // A date without a time has null, a Buffer a list of numbers.
  if (typeof toJSON !== 'function' || value instanceof Date || ArrayBuffer.isView(value)) return value;
  return toJSON.call(value, '') as unknown;
}

export function toIso(value: unknown): string | undefined {
  return value instanceof Date && !Number.isNaN(value.getTime()) ? value.toISOString() : undefined;
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

function convertBy(convert: Converter, value: unknown): unknown {
  const faults: Parameters<Converter>[2] = [];
  const converted = convert(value, NOWHERE, faults);
  return faults.length === 0 ? converted : undefined;
}

function render(value: unknown): unknown {
  return typeof value === 'bigint' ? toInteger(value) : (toIso(value) ?? value);
}

const NOWHERE = Object.freeze([]);
