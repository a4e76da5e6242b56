import type { BackgroundTask } from '@sluice/core';

import { isAbortBy } from './is-abort-by.js';

/**
 * How long a task that has got its signal may take to end, in milliseconds, before its dependencies end without it. Less than
 * what a server that closes waits for clean-ups: those of dependencies come after.
 */
const HEED_WITHIN = 500;

/** Who hears what becomes of a task. */
interface TaskWaiter {
  /** It has ended, once: by itself, or since it is no longer waited for. */
  taskEnded(how: 'done' | 'failed'): void;
  /** It failed, also later than it was waited for. */
  taskFailed(task: BackgroundTask, error: unknown): void;
  taskTimedOut(awaited: AwaitedTask, timeout: number): void;
}

/** A background task that has given a promise, and is waited for until it settles, its time is over, or it is given up. */
export class AwaitedTask {
  readonly task: BackgroundTask;
  readonly #waiter: TaskWaiter;
  readonly #controller: AbortController | undefined;
  #timer: NodeJS.Timeout | undefined;
  #abandoned = false;
  #ended = false;

  /** @param timeout Milliseconds; null for as long as it takes. */
  constructor(
    task: BackgroundTask,
    waiter: TaskWaiter,
    controller: AbortController | undefined,
    result: PromiseLike<unknown>,
    timeout: number | null,
  ) {
    this.task = task;
    this.#waiter = waiter;
    this.#controller = controller;
    if (timeout !== null) {
      this.#timer = setTimeout(() => {
        waiter.taskTimedOut(this, timeout);
      }, timeout).unref();
    }
    result.then(
      () => {
        this.#settle('done');
      },
      (error: unknown) => {
        // What follows from its signal is no news.
        if (!this.#abandoned || !isAbortBy(controller?.signal, error)) waiter.taskFailed(task, error);
        this.#settle('failed');
      },
    );
  }

  /** Waits no longer than it takes to heed its signal, which fires; not at all where it was given none. */
  abandon(reason: Error): void {
    if (this.#abandoned) return;
    this.#abandoned = true;
    clearTimeout(this.#timer);
    if (this.#controller === undefined) {
      this.#end('failed');
      return;
    }
    this.#timer = setTimeout(() => {
      this.#end('failed');
    }, HEED_WITHIN).unref();
    this.#controller.abort(reason);
  }

  #settle(how: 'done' | 'failed'): void {
    this.#end(this.#abandoned ? 'failed' : how);
  }

  #end(how: 'done' | 'failed'): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#waiter.taskEnded(how);
  }
}
