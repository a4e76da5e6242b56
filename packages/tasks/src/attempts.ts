import { AsyncResource } from 'node:async_hooks';

import { Attempt, type AttemptInput, type AttemptOutcome } from './attempt.js';
import type { TaskLog } from './task-log.js';

/** How long closing waits, after the signals have fired, for what ends with them, in milliseconds. */
const LAST_CLEAN_UPS = 1000;

/** The attempts that are under way in this process, and how they end with the queue. */
export class Attempts {
  readonly #underWay = new Set<Attempt>();
  // A handler runs in the context in which the queue was opened, not in that of the request that happened to start it.
  readonly #context = new AsyncResource('SluiceTaskQueue');
  #whenEmpty: (() => void) | undefined;

  get size(): number {
    return this.#underWay.size;
  }

  /** Makes an attempt; the promise never rejects. */
  async run(input: AttemptInput): Promise<AttemptOutcome> {
    const attempt = this.#context.runInAsyncScope(() => new Attempt(input));
    this.#underWay.add(attempt);
    try {
      return await attempt.outcome;
    } finally {
      this.#underWay.delete(attempt);
      if (this.#underWay.size === 0) this.#whenEmpty?.();
    }
  }

  /** Waits for what is under way up to a limit, fires the signals of the rest, and says by name what it gives up. */
  async drain(timeout: number, log: TaskLog): Promise<void> {
    if (await this.#isEmptyWithin(timeout)) return;
    const left = [...this.#underWay];
    const names = left.map(({ name, id }) => `${name} (${id})`).join(', ');
    log.error(
      { tasks: left.map(({ name, id }) => ({ name, id })) },
      `closing the queue: gave up after ${String(timeout)} ms: ${names}; the next start runs them again`,
    );
    for (const attempt of left) attempt.abort();
    // What heeds its signal cleans up before what it needs is closed.
    await this.#isEmptyWithin(LAST_CLEAN_UPS);
    for (const attempt of this.#underWay) attempt.giveUp();
  }

  async #isEmptyWithin(milliseconds: number): Promise<boolean> {
    if (this.#underWay.size === 0) return true;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<false>((resolve) => (timer = setTimeout(resolve, milliseconds, false)));
    const empty = new Promise<true>((resolve) => {
      this.#whenEmpty = () => {
        resolve(true);
      };
    });
    const isEmpty = await Promise.race([late, empty]);
    clearTimeout(timer);
    return isEmpty;
  }
}
