import type { AsyncResource } from 'node:async_hooks';

import { Chain, type Link } from './chain.js';
import { createResource, runIn } from './kept-context.js';

/** What waits for something, and not for ever. */
export interface Waiting {
  /** When it has waited long enough, in whole milliseconds of `performance.now()`. */
  readonly dueAt: number;
  /** It has. */
  late(): void;
}

/**
 * Tells those that have waited long enough: one timer for all that wait equally long. A timer for each, with what it calls, was
 * a quarter of what is held of an event stream only while its first item is awaited.
 */
export class LateWatch {
  readonly #queues = new Map<number, LateQueue>();
  /** Of no request: a timer holds the context that it was started in. */
  readonly #context = createResource();

  /** Those that wait so many milliseconds. */
  queueOf(timeout: number): LateQueue {
    let queue = this.#queues.get(timeout);
    if (queue === undefined) {
      queue = new LateQueue(timeout, this.#context, () => this.#queues.delete(timeout));
      this.#queues.set(timeout, queue);
    }
    return queue;
  }
}

/** Those that wait equally long, in the order in which they began to. */
export class LateQueue {
  readonly #timeout: number;
  readonly #context: AsyncResource;
  readonly #onEmpty: () => void;
  readonly #waiting = new Chain<Waiting>();
  #hasTimer = false;

  constructor(timeout: number, context: AsyncResource, onEmpty: () => void) {
    this.#timeout = timeout;
    this.#context = context;
    this.#onEmpty = onEmpty;
  }

  /** When one that begins to wait now has waited long enough. */
  get dueAt(): number {
    return Math.ceil(performance.now() + this.#timeout);
  }

  add(waiting: Waiting): Link<Waiting> {
    if (!this.#hasTimer) this.#startTimer(this.#timeout);
    return this.#waiting.add(waiting);
  }

  /** It waits no longer. Not to be called from `late` on. */
  remove(link: Link<Waiting>): void {
    this.#waiting.remove(link);
  }

  // Not stopped where nobody is left: most wait for less than that would take. It keeps no process alive: the connections do.
  #startTimer(delay: number): void {
    this.#hasTimer = true;
    runIn(this.#context, startTimer, { queue: this, delay });
  }

  tick(): void {
    this.#hasTimer = false;
    const now = performance.now();
    let link = this.#waiting.first;
    try {
      // Timers of Node are up to a millisecond early.
      while (link !== undefined && link.value.dueAt <= now + 1) {
        this.#waiting.remove(link);
        link.value.late();
        link = this.#waiting.first;
      }
    } finally {
      // What one throws is the process's to hear of, and no reason to lose the others.
      const { first } = this.#waiting;
      if (first === undefined) this.#onEmpty();
      else this.#startTimer(Math.max(first.value.dueAt - now, 1));
    }
  }
}

function startTimer({ queue, delay }: { queue: LateQueue; delay: number }): void {
  setTimeout(tick, delay, queue).unref();
}

function tick(queue: LateQueue): void {
  queue.tick();
}
