/** Does something `count` times, `width` at once. */
export async function inFlight(count: number, width: number, run: () => unknown): Promise<void> {
  let left = count;
  const work = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await run();
    }
  };
  await Promise.all(Array.from({ length: width }, work));
}
