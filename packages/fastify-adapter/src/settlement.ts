import type { AsyncResource } from 'node:async_hooks';

import type { RequestScopes } from '@sluice/core/internal';
import type { FastifyBaseLogger } from 'fastify';

import { createResource, runIn } from './kept-context.js';
import type { NextTurn } from './next-turn.js';
import { RequestTasks } from './request-tasks.js';
import type { TaskProgress } from './run-at-once.js';
import type { TaskList } from './task-list.js';
import type { TaskRunner } from './task-runner.js';
import type { TasksOwner } from './tasks-owner.js';

/** Whose response has ended. */
interface Settling {
  readonly name: string;
  readonly log: FastifyBaseLogger;
  /** Called once, when all is done. */
  settled(): void;
}

/** What an ended response leaves behind. */
interface Remains {
  readonly owner: Settling;
  /** The request's context, in which all of it runs; undefined where it begins inside of that, by `run`. */
  readonly resource: AsyncResource | undefined;
  readonly runner: TaskRunner;
  readonly nextTurn: NextTurn;
  readonly tasks: TaskList | undefined;
  /** How far they have come, where some of them have run. */
  readonly progress: TaskProgress | undefined;
  readonly scopes: RequestScopes | undefined;
  /** The error that the response failed with. */
  readonly failure: { readonly error: unknown } | undefined;
  /** Why no task is to run. */
  readonly dropped: string | undefined;
  /** Whether the client has the whole response. */
  readonly delivered: boolean;
  /** What is done last; must not fail. */
  readonly last: readonly (() => Promise<void>)[] | undefined;
}

/**
 * What comes after a response, in this order: background tasks, the clean-up of dependencies (before tasks, where only
 * detached ones are left), and what was asked for at the very end.
 */
export class Settlement implements TasksOwner {
  readonly #remains: Remains;
  readonly #tasks: RequestTasks | undefined;
  #resource: AsyncResource | undefined;

  constructor(remains: Remains) {
    this.#remains = remains;
    const { runner, tasks, progress, resource } = remains;
    this.#resource = resource;
    this.#tasks = tasks === undefined ? undefined : new RequestTasks(runner, this, tasks, progress);
  }

  get name(): string {
    return this.#remains.owner.name;
  }

  get log(): FastifyBaseLogger {
    return this.#remains.owner.log;
  }

  get holdsDependencies(): boolean {
    return this.#remains.scopes?.isOpen === true;
  }

  /** Names of the tasks that have not ended. */
  get unfinishedTasks(): string[] {
    return this.#tasks?.unfinished ?? [];
  }

  begin(): void {
    const { delivered, nextTurn, tasks } = this.#remains;
    // In a later turn: what is being sent goes first, also into a connection that has closed.
    if (tasks !== undefined || !delivered) nextTurn.add(this);
    else runIn(this.#resource, endTasks, this);
  }

  /** Waits no longer for tasks; dependencies are cleaned up all the same. */
  giveUp(reason: Error): void {
    this.#tasks?.giveUp(reason);
  }

  endDependencies(): void | Promise<void> {
    const { scopes, failure } = this.#remains;
    return scopes?.closeRequestScope(failure);
  }

  keepContext(): void {
    this.#resource ??= createResource();
  }

  runInContext(callback: () => void): void {
    runIn(this.#resource, callback, undefined);
  }

  /** Runs or drops tasks, then all else; in the request's context. */
  run(): void {
    const { delivered, dropped } = this.#remains;
    if (dropped !== undefined) this.#tasks?.drop(dropped);
    else if (this.#tasks !== undefined) {
      this.#tasks.run(delivered);
      return;
    }
    this.tasksEnded();
  }

  runLater(): void {
    runIn(this.#resource, run, this);
  }

  tasksEnded(): void {
    const ending = this.endDependencies();
    const { last } = this.#remains;
    if (ending === undefined && last === undefined) this.#remains.owner.settled();
    else void this.#finish(ending);
  }

  async #finish(ending: void | Promise<void>): Promise<void> {
    await ending;
    for (const run of this.#remains.last ?? []) await run();
    this.#remains.owner.settled();
  }
}

function run(settlement: Settlement): void {
  settlement.run();
}

function endTasks(settlement: Settlement): void {
  settlement.tasksEnded();
}
