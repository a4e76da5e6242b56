import { isNativeError } from 'node:util/types';

/** What a handler threw, as an error: it may have thrown anything. */
export function toError(thrown: unknown, who: string): Error {
  if (isError(thrown)) return thrown;
  return new Error(`${who} threw what is no Error: ${describe(thrown)}`, { cause: thrown });
}

/** Whether a value is an error, of this or another global object. */
export function isError(value: unknown): value is Error & { readonly code?: unknown } {
  return value instanceof Error || isNativeError(value);
}

function describe(value: unknown): string {
  try {
    return typeof value === 'string' ? JSON.stringify(value) : String(value);
  } catch {
    return `a value of type ${typeof value}`;
  }
}
