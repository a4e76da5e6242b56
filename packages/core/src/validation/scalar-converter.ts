import { enumValues, isEnumObject } from '../metadata/types.js';
import type { Converter } from './converter.js';
import {
  convertBigInt,
  convertBoolean,
  convertDate,
  convertInteger,
  convertNumber,
  convertString,
  createEnumConverter,
} from './scalars.js';

/** The converter of a type that is one value and no object; undefined for any other type. */
export function compileScalar(type: unknown): Converter | undefined {
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
