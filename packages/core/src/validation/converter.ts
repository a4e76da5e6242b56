import type { ErrorDetail } from '../errors/request-validation-error.js';

/** Where a value came from: the source, then names and indexes. */
export type Location = readonly (string | number)[];

/**
 * Turns an input into the declared type, or adds to `faults` and gives `undefined`.
 *
 * A converter of a model gives a promise, since its validators may be asynchronous.
 */
export type Converter = (value: unknown, location: Location, faults: ErrorDetail[]) => unknown;

/** Adds a fault, and gives the `undefined` that a converter then returns. */
export function refuse(
  faults: ErrorDetail[],
  type: string,
  location: Location,
  msg: string,
  input: unknown,
  ctx?: Readonly<Record<string, unknown>>,
): unknown {
  faults.push(
    ctx === undefined ? { type, loc: location, msg, input } : { type, loc: location, msg, input, ctx },
  );
  return undefined;
}
