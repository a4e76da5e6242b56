/**
 * How long a task waits for its next attempt, in milliseconds.
 *
 * - `exponential`: `delay`, then twice that, and so on up to `maxDelay`.
 * - `fixed`: `delay` each time.
 * - A function of the number of attempts that have failed, from 1, and of the last error.
 *
 * `jitter`, from 0 to 1, is the part of the wait that is drawn by lot, so that what failed together does not come back
 * together: with 0.5 it is between half of the wait and all of it.
 */
export type Backoff =
  | {
      readonly type: 'exponential';
      /** Default 1000. */
      readonly delay?: number;
      /** Default 3,600,000: an hour. */
      readonly maxDelay?: number;
      /** Default 0.5. */
      readonly jitter?: number;
    }
  | {
      readonly type: 'fixed';
      readonly delay: number;
      /** Default 0. */
      readonly jitter?: number;
    }
  | ((failures: number, error: Error) => number);

/** The wait after a number of failed attempts, from 1, in whole milliseconds. */
export type BackoffTime = (failures: number, error: Error) => number;

const HOUR = 3_600_000;

export const DEFAULT_BACKOFF: Backoff = Object.freeze({ type: 'exponential' });

/** What is wrong with a backoff; undefined where nothing is. */
export function findBackoffProblem(backoff: unknown): string | undefined {
  if (typeof backoff === 'function') return undefined;
  if (typeof backoff !== 'object' || backoff === null) return `backoff is ${show(backoff)}`;
  const { type, delay, maxDelay, jitter } = backoff as Readonly<Record<string, unknown>>;
  if (type !== 'exponential' && type !== 'fixed') return `backoff.type is ${show(type)}`;
  if (type === 'fixed' && delay === undefined) return 'backoff.delay is missing';
  for (const [name, value] of Object.entries({ delay, maxDelay })) {
    if (value !== undefined && !(typeof value === 'number' && value >= 0 && Number.isFinite(value)))
      return `backoff.${name} is ${show(value)}`;
  }
  if (jitter !== undefined && !(typeof jitter === 'number' && jitter >= 0 && jitter <= 1))
    return `backoff.jitter is ${show(jitter)}`;
  return undefined;
}

function show(value: unknown): string {
  return typeof value === 'number' ? String(value) : JSON.stringify(value);
}

/** @param random A number from 0 to below 1, each time. */
export function toBackoffTime(backoff: Backoff, random: () => number = Math.random): BackoffTime {
  if (typeof backoff === 'function') return (failures, error) => toTime(backoff(failures, error));
  if (backoff.type === 'fixed') {
    const { delay, jitter = 0 } = backoff;
    return () => draw(delay, jitter, random);
  }
  const { delay = 1000, maxDelay = HOUR, jitter = 0.5 } = backoff;
  // 2 to the power of 1024 is Infinity, and no time at all times that would be NaN.
  return (failures) => draw(Math.min(delay * 2 ** Math.min(failures - 1, 52), maxDelay), jitter, random);
}

function draw(time: number, jitter: number, random: () => number): number {
  return toTime(time * (1 - jitter + jitter * random()));
}

/** @throws RangeError for what an own function gave that is no time. */
function toTime(value: unknown): number {
  if (typeof value === 'number' && value >= 0 && Number.isFinite(value)) return Math.round(value);
  throw new RangeError(`a backoff function gave ${String(value)}; it gives milliseconds from 0`);
}
