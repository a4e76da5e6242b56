import type { ScalarType } from './shape.js';

/** The scalar that a type is in a response; undefined for other types. */
export function scalarOf(spec: unknown): ScalarType | undefined {
  return SCALARS.get(spec);
}

const SCALARS: ReadonlyMap<unknown, ScalarType> = new Map<unknown, ScalarType>([
  [String, 'string'],
  [Number, 'number'],
  ['integer', 'integer'],
  [BigInt, 'bigint'],
  [Boolean, 'boolean'],
  [Date, 'date'],
  [Buffer, 'bytes'],
  [Uint8Array, 'bytes'],
]);
