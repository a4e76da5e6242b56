import { setTimeout } from 'node:timers/promises';

/** Asks again and again until there is a value, at most for 5 s. */
export async function until<Value>(ask: () => Promise<Value | undefined>, what: string): Promise<Value> {
  const end = Date.now() + 5000;
  for (;;) {
    const value = await ask();
    if (value !== undefined) return value;
    if (Date.now() > end) throw new Error(`waited 5 s for ${what}`);
    await setTimeout(20);
  }
}
