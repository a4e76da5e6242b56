/** The value in the middle; of an even number, the mean of the two. NaN of none. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** How often the bootstrap draws: more changed nothing in the third decimal place. */
const DRAWS = 2000;

/**
 * The 95 % interval of a median, by the bootstrap. It draws launches first and then rounds of those, since rounds of one
 * launch resemble each other: drawn as if they were independent, they would give too narrow an interval.
 */
export function medianInterval(launches: readonly (readonly number[])[]): Interval {
  const medians = Array.from({ length: DRAWS }, () =>
    median(draw(launches).flatMap((rounds) => draw(rounds))),
  );
  return { low: quantile(medians, 0.025), high: quantile(medians, 0.975) };
}

function draw<T>(items: readonly T[]): T[] {
  return items.flatMap(() => items.slice(Math.floor(Math.random() * items.length)).slice(0, 1));
}

/** Between two values of the sorted list, it interpolates. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * part;
  const below = sorted[Math.floor(place)] ?? NaN;
  const above = sorted[Math.ceil(place)] ?? NaN;
  return below + (above - below) * (place - Math.floor(place));
}
