// For programs of closing-process.ts.

/** How long a process that has closed all may take to end, in milliseconds. */
const PATIENCE = 2000;

/** Ends a process by nothing but closing what it has open; says what it still has open, if it does not end by that. */
export function closeWhenAsked(close: () => Promise<unknown>): void {
  const before = countListeners();
  process.once('message', () => {
    process.disconnect();
    void (async () => {
      await close();
      // Not held up by this timer, so that it only comes where something else does.
      setTimeout(() => {
        console.error('still open:', process.getActiveResourcesInfo().join(' '));
        process.exit(1);
      }, PATIENCE).unref();
      const after = countListeners();
      if (after > before) console.error(`${after - before} listeners are left at the process`);
    })();
  });
  process.send?.('ready');
}

function countListeners(): number {
  const own = ['message', 'disconnect', 'internalMessage'];
  return process
    .eventNames()
    .filter((name) => !own.includes(String(name)))
    .reduce((sum, name) => sum + process.listenerCount(name), 0);
}
