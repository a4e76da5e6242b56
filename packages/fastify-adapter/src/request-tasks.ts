import type { BackgroundTask } from '@sluice/core';

import { AwaitedTask } from './awaited-task.js';
import type { TaskProgress } from './run-at-once.js';
import { TASKS_HAD_RUN, type TaskList } from './task-list.js';
import { logTaskFailure, type BegunTask, type TaskRunner } from './task-runner.js';
import type { TasksOwner } from './tasks-owner.js';

/** How long a task may wait for a place while dependencies are open for it before that is logged, in milliseconds. */
const LONG_WAIT = 5000;

/**
 * Runs the background tasks of one request, one after the other, each when the server has a place for it. Synchronous while
 * the tasks are.
 */
export class RequestTasks {
  readonly #runner: TaskRunner;
  readonly #owner: TasksOwner;
  readonly #list: TaskList;
  #delivered = false;
  /** How many have been counted as queued. */
  #counted: number;
  /** The one that had begun before, and goes on. */
  readonly #begun: BegunTask | undefined;
  /** The one that waits for a place, or for the end of dependencies. */
  #waiting: BackgroundTask | undefined;
  #waitTimer: NodeJS.Timeout | undefined;
  #running: AwaitedTask | undefined;
  #givenUp = false;

  /** @param progress How far they have come, where some of them have run. */
  constructor(runner: TaskRunner, owner: TasksOwner, list: TaskList, progress?: TaskProgress) {
    this.#runner = runner;
    this.#owner = owner;
    this.#list = list;
    this.#counted = progress?.counted ?? 0;
    this.#begun = progress?.begun;
    this.#countQueued();
  }

  /**
   * Runs them all, then tells the owner, in the same turn where no task is waited for.
   *
   * @param delivered Whether the client has the whole response.
   */
  run(delivered: boolean): void {
    this.#delivered = delivered;
    if (this.#begun === undefined) this.#continue();
    else this.#await(this.#begun);
  }

  /** Runs none of them, and says how many there were. */
  drop(why: string): void {
    const count = this.#dropRest();
    this.#list.end(`those of its request had been dropped, since ${why}`);
    if (count === 0) return;
    this.#owner.log.warn(`${this.#owner.name}: ${String(count)} background tasks dropped, since ${why}`);
  }

  /** Names of those that have not ended. */
  get unfinished(): string[] {
    const begun = this.#running?.task ?? this.#waiting;
    const { rest } = this.#list;
    return (begun === undefined ? rest : [begun, ...rest]).map(({ name }) => name);
  }

  /** Waits no longer for the one that runs, whose signal fires, and begins no other one. */
  giveUp(reason: Error): void {
    this.#dropRest();
    this.#givenUp = true;
    const running = this.#running;
    if (running !== undefined)
      this.#owner.runInContext(() => {
        running.abandon(reason);
      });
    else if (this.#waiting !== undefined) {
      this.#runner.leave(this);
      this.#endWait();
      this.#end();
    }
  }

  /** Begins the one that waited: a place has been taken for it. */
  start(): void {
    const task = this.#waiting;
    this.#endWait();
    this.#owner.runInContext(() => {
      if (task !== undefined && !this.#begin(task)) this.#continue();
    });
  }

  #continue(): void {
    for (let task = this.#next(); task !== undefined; task = this.#next()) {
      if (task.options.onlyIfDelivered === true && !this.#delivered) {
        this.#skip(task);
        continue;
      }
      const ending = this.#endDependenciesBefore(task);
      if (ending !== undefined) {
        this.#startAfter(ending, task);
        return;
      }
      if (!this.#startOrWait(task)) return;
    }
    this.#end();
  }

  /** The next one, which has its turn now. */
  #next(): BackgroundTask | undefined {
    if (this.#givenUp) return undefined;
    this.#countQueued();
    return this.#list.take();
  }

  /** What only detached tasks are left for is ended before them: a task that waits, or takes long, would hold it. */
  #endDependenciesBefore(task: BackgroundTask): void | Promise<void> {
    const { holdsDependencies } = this.#owner;
    if (task.options.detached !== true || !holdsDependencies) return undefined;
    if (!this.#list.rest.every(({ options }) => options.detached === true)) return undefined;
    this.#list.endAttached();
    return this.#owner.endDependencies();
  }

  #startAfter(ending: Promise<void>, task: BackgroundTask): void {
    this.#waiting = task;
    void ending.then(() => {
      // Else it was given up.
      if (this.#waiting !== task) return;
      this.#waiting = undefined;
      if (this.#startOrWait(task)) this.#continue();
    });
  }

  /** Whether a task has ended at once, so that the next one has its turn. */
  #startOrWait(task: BackgroundTask): boolean {
    if (this.#runner.take()) return !this.#begin(task);
    this.#owner.keepContext();
    this.#waiting = task;
    this.#runner.wait(this);
    const { holdsDependencies, log, name } = this.#owner;
    if (!holdsDependencies) return false;
    this.#waitTimer = setTimeout(() => {
      log.warn(
        `${name}: background task ${task.name} has waited ${String(LONG_WAIT)} ms for a place while dependencies of its request are open for it; raise taskConcurrency, or add it by tasks.with({ detached: true })`,
      );
    }, LONG_WAIT).unref();
    return false;
  }

  #endWait(): void {
    this.#waiting = undefined;
    clearTimeout(this.#waitTimer);
  }

  /** Begins a task that has its place; gives whether it goes on. */
  #begin(task: BackgroundTask): boolean {
    const begun = this.#runner.begin(task, this.#owner);
    if (begun !== undefined) this.#await(begun);
    return begun !== undefined;
  }

  #await({ task, controller, result }: BegunTask): void {
    this.#owner.keepContext();
    const { timeout = this.#runner.timeout } = task.options;
    this.#running = new AwaitedTask(task, this, controller, result, timeout);
  }

  taskTimedOut(awaited: AwaitedTask, timeout: number): void {
    const { name, options } = awaited.task;
    // One that has a signal is given the time to heed it.
    const next = options.signal === true ? 'its signal fires' : 'it is no longer waited for';
    const waited = `${String(timeout)} ms`;
    this.#owner.log.error(
      { task: name },
      `${this.#owner.name}: background task ${name} took longer than ${waited}: ${next}`,
    );
    this.#owner.runInContext(() => {
      awaited.abandon(new DOMException(`The task took longer than ${waited}.`, 'TimeoutError'));
    });
  }

  taskEnded(how: 'done' | 'failed'): void {
    const { counts } = this.#runner;
    this.#running = undefined;
    counts.running -= 1;
    counts[how] += 1;
    this.#runner.release();
    this.#continue();
  }

  taskFailed(task: BackgroundTask, error: unknown): void {
    logTaskFailure(this.#owner, task, error);
  }

  #skip(task: BackgroundTask): void {
    this.#runner.counts.queued -= 1;
    this.#runner.counts.dropped += 1;
    this.#owner.log.warn(
      { task: task.name },
      `${this.#owner.name}: background task ${task.name} dropped, since the client left before it had the whole response`,
    );
  }

  #countQueued(): void {
    const { size } = this.#list;
    this.#runner.counts.queued += size - this.#counted;
    this.#counted = size;
  }

  /** Begins none of those that have not begun; gives how many. */
  #dropRest(): number {
    this.#countQueued();
    const { counts } = this.#runner;
    const count = this.unfinished.length - (this.#running === undefined ? 0 : 1);
    counts.queued -= count;
    counts.dropped += count;
    return count;
  }

  #end(): void {
    this.#list.end(TASKS_HAD_RUN);
    this.#owner.tasksEnded();
  }
}
