/** The longest time that a timer of Node takes, in milliseconds; it takes what is longer, or no number, for 1 ms. */
export const LONGEST_DELAY = 2 ** 31 - 1;

/** Whether a value is a number of milliseconds that a timer can wait, above 0. */
export function isTimerDelay(value: unknown): value is number {
  return typeof value === 'number' && value > 0 && value <= LONGEST_DELAY;
}
