import { enumValues, isEnumObject, type Constructor } from '../metadata/types.js';
import { hasValidatedFields } from '../models/model-fields.js';
import { refuse, type Converter } from './converter.js';
import { createModelConverter } from './model-converter.js';
import {
  convertBigInt,
  convertBoolean,
  convertDate,
  convertInteger,
  convertNumber,
  convertString,
  createEnumConverter,
} from './scalars.js';

/** A type that inputs can be converted to. */
export interface UsableConverter {
  readonly kind: 'scalar' | 'list' | 'object';
  readonly convert: Converter;
  /** Whether the converter gives a promise. */
  readonly asynchronous: boolean;
}

/** What became of a type. */
export type CompiledConverter =
  | UsableConverter
  /** A class without a decorated field: converting to it would filter everything away. */
  | { readonly kind: 'empty-model'; readonly model: Constructor }
  | { readonly kind: 'unknown' };

/** Compiles a type that was declared or written by the compiler into a converter. Runs at registration. */
export function compileConverter(type: unknown): CompiledConverter {
  const scalar = scalarConverter(type);
  if (scalar !== undefined) return { kind: 'scalar', convert: scalar, asynchronous: false };
  if (type === Object) return { kind: 'object', convert: convertObject, asynchronous: false };
  if (type === Buffer || type === Uint8Array)
    return { kind: 'object', convert: convertBytes, asynchronous: false };
  if (Array.isArray(type)) return type.length === 1 ? compileList(type[0]) : { kind: 'unknown' };
  if (
    typeof type !== 'function' ||
    type === Array ||
    type === Promise ||
    type === Function ||
    type === Symbol
  ) {
    return { kind: 'unknown' };
  }
  const model = type as Constructor<object>;
  if (!hasValidatedFields(model)) return { kind: 'empty-model', model };
  return { kind: 'object', convert: createModelConverter(model), asynchronous: true };
}

function scalarConverter(type: unknown): Converter | undefined {
  switch (type) {
    case String:
      return convertString;
    case Number:
      return convertNumber;
    case 'integer':
      return convertInteger;
    case Boolean:
      return convertBoolean;
    case Date:
      return convertDate;
    case BigInt:
      return convertBigInt;
    default:
      return isEnumObject(type) ? createEnumConverter(enumValues(type)) : undefined;
  }
}

function compileList(type: unknown): CompiledConverter {
  const item = compileConverter(type);
  if (!('convert' in item)) return item;
  const { convert, asynchronous } = item;
  const convertList: Converter = (value, location, faults) => {
    if (!Array.isArray(value))
      return refuse(faults, 'list_type', location, 'Input should be a valid list', value);
    const items = value.map((each, index) => convert(each, [...location, index], faults));
    return asynchronous ? Promise.all(items) : items;
  };
  return { kind: 'list', convert: convertList, asynchronous };
}

const convertObject: Converter = (value, location, faults) =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? value
    : refuse(faults, 'dict_type', location, 'Input should be a valid object', value);

const convertBytes: Converter = (value, location, faults) =>
  value instanceof Uint8Array
    ? value
    : refuse(faults, 'bytes_type', location, 'Input should be bytes', value);
