/** V8 keeps the shapes of objects, which its compiled code relies on, for two full collections after their last use. */
const COLLECTIONS = 4;
/** Milliseconds between two collections. */
const PAUSE = 20;

/**
 * Brings a process to the state in which one is that has run for a while and had quiet moments.
 *
 * Node 20's `process.nextTick` makes an object with two symbols as keys. A full collection while there is no such object
 * takes away its shape, and from then on each call costs about 400 ns instead of 70; a response calls it nine times. A
 * server gets there sooner or later, a process with a larger heap sooner: without this, a ratio tells which of two
 * processes had such a collection while it was young. With V8's `--retain-maps-for-n-gc=1000` calls stay at 70 ns.
 */
export function age(whenDone: () => void): void {
  let left = COLLECTIONS;
  // From a timer: a message of the parent arrives by `process.nextTick`, whose object would be in use.
  const collect = (): void => {
    if (gc === undefined) throw new Error('the process of a candidate was not started with --expose-gc');
    gc();
    left -= 1;
    setTimeout(left === 0 ? whenDone : collect, PAUSE);
  };
  setTimeout(collect, PAUSE);
}
