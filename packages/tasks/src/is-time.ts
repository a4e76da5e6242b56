/** The longest time that a timer of Node takes, in milliseconds. */
export const LONGEST_TIMEOUT = 2 ** 31 - 1;

/** Whether a value is a number of milliseconds that can be waited, from `least`. */
export function isTime(value: unknown, least = 0): boolean {
  return typeof value === 'number' && value >= least && value <= LONGEST_TIMEOUT;
}
