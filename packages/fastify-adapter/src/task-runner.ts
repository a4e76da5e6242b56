/** Counters of the background tasks of a server. */
export interface TaskCounts {
  /** Those of responses that have ended which wait for their turn, or for a place among those that run. */
  readonly queued: number;
  readonly running: number;
  /** Those that have ended without an error. */
  readonly done: number;
  /** Those that threw, rejected, or were not waited for any longer. */
  readonly failed: number;
  /** Those that never began: their response failed or was not delivered, or the server closed. */
  readonly dropped: number;
}

/** What waits for a place. */
interface Waiting {
  /** Begins a task; it has its place already, and gives it back by `release`. */
  start(): void;
}

/** How background tasks of a server are run. */
export interface TaskRunnerOptions {
  /** How many run at once. */
  readonly concurrency: number;
  /** Milliseconds that one is waited for; null for as long as it takes. */
  readonly timeout: number | null;
}

/** Gives places to background tasks, in the order in which they ask, and counts what becomes of them. */
export class TaskRunner {
  readonly counts = { queued: 0, running: 0, done: 0, failed: 0, dropped: 0 };
  readonly timeout: number | null;
  #concurrency: number;
  readonly #waiting = new Set<Waiting>();
  #taken = 0;
  #starting = false;

  constructor({ concurrency, timeout }: TaskRunnerOptions) {
    this.#concurrency = concurrency;
    this.timeout = timeout;
  }

  /** Takes a place, where one is free and nobody waits. */
  take(): boolean {
    if (this.#taken >= this.#concurrency || this.#waiting.size > 0) return false;
    this.#taken += 1;
    return true;
  }

  /** Starts no one any more. */
  stop(): void {
    this.#concurrency = 0;
  }

  /** Asks to be started when a place is free. */
  wait(waiting: Waiting): void {
    this.#waiting.add(waiting);
  }

  /** Waits no longer. */
  leave(waiting: Waiting): void {
    this.#waiting.delete(waiting);
  }

  release(): void {
    this.#taken -= 1;
    // What starts may end at once, and release: a loop, where calls would grow with the number of those that wait.
    if (this.#starting) return;
    this.#starting = true;
    for (const waiting of this.#waiting) {
      if (this.#taken >= this.#concurrency) break;
      this.#waiting.delete(waiting);
      this.#taken += 1;
      waiting.start();
    }
    this.#starting = false;
  }
}
