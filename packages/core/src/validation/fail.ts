/** What a compiled function gives for a value that it does not take, or does not know enough of. */
export const FAIL: unique symbol = Symbol('sluice.fail');
