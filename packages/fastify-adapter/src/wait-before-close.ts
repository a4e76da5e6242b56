import type { FastifyInstance } from 'fastify';

/** Hooks at most: 83 minutes with Fastify's own `pluginTimeout`. Fastify calls them in a recursion. */
const MOST_HOOKS = 1000;

/**
 * Runs something before the server closes, and waits for its end. Fastify gives a hook no longer than its `pluginTimeout`,
 * 10 s by default: then the close fails, and goes on to the `onClose` hooks, though what they close is still in use. So it is
 * several hooks that wait for the same, each for a part of the time.
 *
 * @param longest Milliseconds that it may take.
 */
export function waitBeforeClose(instance: FastifyInstance, run: () => Promise<void>, longest: number): void {
  let running: Promise<void> | undefined;
  const toEnd = (): Promise<void> => (running ??= run());
  const { pluginTimeout = 0 } = instance.initialConfig;
  // 0: without a limit.
  if (pluginTimeout > 0) {
    const part = pluginTimeout / 2;
    const hooks = Math.min(Math.ceil(longest / part), MOST_HOOKS);
    for (let hook = 0; hook < hooks; hook += 1) instance.addHook('preClose', () => within(toEnd(), part));
  }
  instance.addHook('preClose', toEnd);
}

/** Waits for the end of something, for so many milliseconds at most. */
async function within(end: Promise<void>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, milliseconds)));
  try {
    await Promise.race([end, late]);
  } finally {
    clearTimeout(timer);
  }
}
