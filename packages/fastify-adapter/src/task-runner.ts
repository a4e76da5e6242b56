import type { BackgroundTask } from '@sluice/core';
import { isThenable } from '@sluice/core/internal';

import { logError } from './log-error.js';
import type { TasksOwner } from './tasks-owner.js';

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

/** A task that has given a promise. */
export interface BegunTask {
  readonly task: BackgroundTask;
  /** Of its signal, where its options ask for one. */
  readonly controller: AbortController | undefined;
  readonly result: PromiseLike<unknown>;
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

  /** Begins a task that has its place. Gives one that goes on; any other has ended, and its place is free. */
  begin(task: BackgroundTask, owner: Pick<TasksOwner, 'name' | 'log'>): BegunTask | undefined {
    const { counts } = this;
    counts.queued -= 1;
    counts.running += 1;
    const controller = task.options.signal === true ? new AbortController() : undefined;
    try {
      const result = task.run(controller?.signal);
      if (isThenable(result)) return { task, controller, result };
      counts.done += 1;
    } catch (error) {
      logTaskFailure(owner, task, error);
      counts.failed += 1;
    }
    counts.running -= 1;
    this.release();
    return undefined;
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
    if (this.#starting || this.#waiting.size === 0) return;
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

/** Logs the error of a task, with what tells which one it was. */
export function logTaskFailure(
  { name, log }: Pick<TasksOwner, 'name' | 'log'>,
  task: BackgroundTask,
  error: unknown,
): void {
  logError(log, 'error', error, `${name}: background task ${task.name} failed`, {
    task: task.name,
    argumentCount: task.argumentCount,
  });
}
