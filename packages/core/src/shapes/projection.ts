import { kindOf, Unfit } from './unfit.js';

/** Makes of a value what is sent of it: plain JSON data. Undefined is left out. @throws Unfit */
export type Project = (value: unknown, depth: number) => unknown;

/** How values are projected; the same for all of one response model. */
export interface ProjectionSettings {
  /** Whether what does not fit is an error. */
  readonly check: boolean;
  /** Whether what would have to be converted does not fit: to tell the members of a union apart. */
  readonly strict: boolean;
  readonly excludeNone: boolean;
  readonly excludeUnset: boolean;
  readonly excludeDefaults: boolean;
}

/**
 * How deep models, lists and objects may lie in each other, where a shape has no depth of its own: what is deeper holds
 * itself, or would be too much for JSON.stringify and for who reads it.
 */
const MOST_DEPTH = 500;

export function checkDepth(depth: number): void {
  if (depth > MOST_DEPTH) {
    throw new Unfit(`at most ${String(MOST_DEPTH)} levels`, 'more: it holds itself, or is too deep');
  }
}

/** Refuses a value; where nothing is checked, gives what of it can be sent all the same: no object. */
export function misfit(value: unknown, expected: string, { check }: ProjectionSettings): unknown {
  if (check) throw new Unfit(expected, kindOf(value));
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : null;
    case 'bigint':
      return toInteger(value);
    default:
      return value instanceof Date && !Number.isNaN(value.getTime())
        ? value.toISOString()
        : value === null
          ? null
          : undefined;
  }
}

/** A number where a double holds it, so that JSON.stringify can write it too. */
export function toInteger(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
