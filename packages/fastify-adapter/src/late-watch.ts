import { Chain, type Link } from './chain.js';

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

  /** Those that wait so many milliseconds. */
  queueOf(timeout: number): LateQueue {
    let queue = this.#queues.get(timeout);
    if (queue === undefined) {
      queue = new LateQueue(timeout, () => this.#queues.delete(timeout));
      this.#queues.set(timeout, queue);
    }
    return queue;
  }
}

/** Those that wait equally long, in the order in which they began to. */
export class LateQueue {
  readonly #timeout: number;
  readonly #onEmpty: () => void;
  readonly #waiting = new Chain<Waiting>();
  #hasTimer = false;

  constructor(timeout: number, onEmpty: () => void) {
    this.#timeout = timeout;
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
    setTimeout(tick, delay, this).unref();
  }

  tick(): void {
    this.#hasTimer = false;
    const now = performance.now();
    let link = this.#waiting.first;
    // Timers of Node are up to a millisecond early.
    while (link !== undefined && link.value.dueAt <= now + 1) {
      this.#waiting.remove(link);
      link.value.late();
      link = this.#waiting.first;
    }
    if (link === undefined) this.#onEmpty();
    else this.#startTimer(Math.max(link.value.dueAt - now, 1));
  }
}

function tick(queue: LateQueue): void {
  queue.tick();
}
