import type { Background, BackgroundTask, BackgroundTasks } from '@sluice/core';
import { eachTask } from '@sluice/core/internal';

/**
 * The background tasks of one request in their order: those that were injected, then those of the response. The injected
 * list is read as it grows, since a task may add another.
 */
export class TaskList {
  readonly #injected: BackgroundTasks | undefined;
  readonly #own: readonly BackgroundTask[];
  #injectedAt: number;
  #ownAt = 0;

  /** @param taken How many of those that were injected have been taken before. */
  constructor(
    injected: BackgroundTasks | undefined,
    background: readonly Background[] | undefined,
    taken = 0,
  ) {
    this.#injected = injected;
    this.#injectedAt = taken;
    // The injected list may be that of the response too: its tasks run once.
    this.#own =
      background === undefined
        ? NONE
        : background.filter((each) => each !== injected).flatMap((each) => [...eachTask(each)]);
  }

  /** How many there are, with those that have been taken. */
  get size(): number {
    return (this.#injected?.size ?? 0) + this.#own.length;
  }

  /** Takes the next one. */
  take(): BackgroundTask | undefined {
    const task = this.#injected?.at(this.#injectedAt);
    if (task !== undefined) {
      this.#injectedAt += 1;
      return task;
    }
    this.#ownAt += 1;
    return this.#own[this.#ownAt - 1];
  }

  /** Those that have not been taken. */
  get rest(): BackgroundTask[] {
    return [...(this.#injected ?? NONE)].slice(this.#injectedAt).concat(this.#own.slice(this.#ownAt));
  }

  /** Takes no more of those that ask for dependencies; the others still. */
  endAttached(): void {
    this.#injected?.end(
      'the dependencies of its request had ended, since only detached tasks were left; add it by tasks.with({ detached: true })',
      false,
    );
  }

  /** Takes no more. */
  end(reason: string): void {
    this.#injected?.end(reason);
  }
}

const NONE: readonly BackgroundTask[] = [];

/** Why a task that is added later is refused. */
export const TASKS_HAD_RUN = 'the tasks of its request had run';
