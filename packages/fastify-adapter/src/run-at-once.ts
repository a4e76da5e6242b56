import type { BackgroundTasks } from '@sluice/core';

import type { BegunTask, TaskRunner } from './task-runner.js';
import type { TasksOwner } from './tasks-owner.js';

/** How far the tasks of a request have come. */
export interface TaskProgress {
  /** How many have been taken from the list. */
  readonly taken: number;
  /** How many have been counted as queued. */
  readonly counted: number;
  /** The one that was taken last, where it goes on. */
  readonly begun: BegunTask | undefined;
}

/**
 * Runs the tasks of a request one after the other as long as each has a place and ends in this turn, as most do: without what
 * knows how to wait for one, which is half of the garbage of a small task. For a response that the client has as a whole, and
 * that leaves nothing but these tasks.
 *
 * @returns Where it stopped; undefined when all have run.
 */
export function runAtOnce(
  runner: TaskRunner,
  owner: Pick<TasksOwner, 'name' | 'log'>,
  tasks: BackgroundTasks,
): TaskProgress | undefined {
  let counted = 0;
  for (let taken = 0; ; taken += 1) {
    // A task may have added others.
    runner.counts.queued += tasks.size - counted;
    counted = tasks.size;
    const task = tasks.at(taken);
    if (task === undefined) return undefined;
    if (!runner.take()) return { taken, counted, begun: undefined };
    const begun = runner.begin(task, owner);
    if (begun !== undefined) return { taken: taken + 1, counted, begun };
  }
}
