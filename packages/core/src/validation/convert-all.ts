import type { ErrorDetail } from '../errors/request-validation-error.js';

/** How many items are with the libraries at once: what they refuse takes time, so no more of it than is told. */
const BATCH = 50;

/**
 * Converts values of a list or an object, one after the other, until as many faults have been found as are told: then it
 * gives undefined. From the first one that is a promise on, it is a promise too.
 */
export function convertAll(
  values: readonly unknown[],
  convert: (value: unknown, index: number) => unknown,
  faults: readonly ErrorDetail[],
  maxErrors: number,
): unknown[] | undefined | Promise<unknown[] | undefined> {
  const items: unknown[] = [];
  for (const [index, each] of values.entries()) {
    const converted = convert(each, index);
    items.push(converted);
    if (converted instanceof Promise) return finish(items, values, convert, () => faults.length >= maxErrors);
    if (faults.length >= maxErrors) return undefined;
  }
  return items;
}

/** Converts the rest, of which at least one is a promise. */
async function finish(
  items: unknown[],
  values: readonly unknown[],
  convert: (value: unknown, index: number) => unknown,
  isFull: () => boolean,
): Promise<unknown[] | undefined> {
  const done = await Promise.all(items);
  while (done.length < values.length && !isFull()) {
    const from = done.length;
    const batch = values.slice(from, from + BATCH);
    done.push(...(await Promise.all(batch.map((value, at) => convert(value, from + at)))));
  }
  return isFull() ? undefined : done;
}
