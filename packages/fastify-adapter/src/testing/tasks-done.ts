import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';

import type { FastifyInstance } from 'fastify';

import { livesOf } from '../server-lives.js';

/** Turns of the event loop that are watched closely, before it is looked at each millisecond. */
const CLOSE_LOOKS = 20;

/**
 * Waits until the requests that have begun have ended, but for streams that are open, and their background tasks and
 * clean-ups have run.
 *
 * @param timeout How long it waits, in milliseconds. Default 5,000.
 * @throws Error when something has not ended by then, with its name.
 */
export async function tasksDone(app: FastifyInstance, timeout = 5000): Promise<void> {
  const deadline = performance.now() + timeout;
  for (let look = 1; ; look += 1) {
    const unfinished = livesOf(app).flatMap((life) => life.unfinished);
    if (unfinished.length === 0) return;
    if (performance.now() > deadline) {
      throw new Error(`not done within ${String(timeout)} ms: ${unfinished.join(', ')}`);
    }
    await (look <= CLOSE_LOOKS ? turn() : wait(1));
  }
}
