import type { Constructor } from '@sluice/core';

import {
  DEFAULT_BACKOFF,
  findBackoffProblem,
  toBackoffTime,
  type Backoff,
  type BackoffTime,
} from './backoff.js';
import { compilePayload, type ReadPayload } from './compile-payload.js';
import { isTime, LONGEST_TIMEOUT } from './is-time.js';
import { TaskQueueError } from './task-queue-error.js';

/** What a handler is told beside its payload. */
export interface TaskContext {
  /** Id of the task: the same in every attempt, so that work outside can be told to be done once. */
  readonly id: string;
  /** Name of the task. */
  readonly name: string;
  /** Which attempt this is, from 1. */
  readonly attempt: number;
  /** How many there are at most. */
  readonly attempts: number;
  /** When it was enqueued. */
  readonly enqueuedAt: Date;
  /** Fires when the time of the attempt is over (`TimeoutError`), and when the queue closes and waits no longer (`AbortError`). */
  readonly signal: AbortSignal;
  /**
   * Tells how far it is, for `find` and `watch`: any JSON value.
   *
   * It waits for nothing, and nothing fails with it. Who watches gets the latest one.
   *
   * @throws TaskQueueError PAYLOAD_NOT_JSON
   */
  readonly report: (progress: unknown) => void;
}

/** Does the work of a task. Its result is not kept. */
export type TaskHandler<P> = (payload: P, context: TaskContext) => unknown;

/** Options of {@link defineTask}. */
export interface TaskDefinition<P> {
  /**
   * The model class of the payload: checked when it is enqueued, and again before each attempt, when it becomes an
   * instance. Default: any JSON value, unchecked.
   */
  readonly payload?: Constructor<P>;
  /** How many attempts it has, an integer from 1. Default 5. */
  readonly attempts?: number;
  /** How long it waits for the next one. Default `{ type: 'exponential' }`: about 1 s, 2 s, 4 s, … */
  readonly backoff?: Backoff;
  /**
   * How long an attempt is waited for, in milliseconds; then its signal fires and it has failed, whether it heeds the signal
   * or not. `null` waits for as long as it takes. Default 300,000: 5 minutes.
   */
  readonly timeout?: number | null;
}

/** Work with a name, by which it is stored. Made by {@link defineTask}. */
export interface Task<P> {
  readonly name: string;
  readonly handler: TaskHandler<P>;
  readonly attempts: number;
  /** Milliseconds, or null for as long as it takes. */
  readonly timeout: number | null;
  readonly backoffTime: BackoffTime;
  /** Reads a payload from JSON, by its model where it has one. */
  readonly readPayload: ReadPayload;
}

/** A task of whatever payload. */
export type AnyTask = Task<never>;

const FIVE_MINUTES = 300_000;
const LONGEST_NAME = 100;

/**
 * Gives a piece of work a name, by which a queue stores it and finds its handler again after a restart.
 *
 * ```ts
 * class Resize {
 *   @IsString() file!: string;
 *   @IsInt() width!: number;
 * }
 *
 * export const resize = defineTask('resize', async ({ file, width }, { signal }) => {
 *   await scale(file, width, signal);
 * }, { payload: Resize, attempts: 3 });
 * ```
 *
 * A handler is run at least once: again after a crash in the middle of it. What it does outside should bear that.
 *
 * @param name Kept with every stored task, so it is not to change while some are stored.
 * @throws TaskQueueError TASK_DEFINITION_INVALID, with all faults.
 */
export function defineTask<P>(
  name: string,
  handler: TaskHandler<P>,
  options: TaskDefinition<P> = {},
): Task<P> {
  const { attempts = 5, backoff = DEFAULT_BACKOFF, timeout = FIVE_MINUTES } = options;
  const compiled = compilePayload(options.payload, 'payload' in options);
  const problems = [
    ...findNameProblem(name),
    ...(typeof handler === 'function' ? [] : [`its handler is ${typeof handler}`]),
    ...(Number.isSafeInteger(attempts) && attempts >= 1 ? [] : [`attempts is ${String(attempts)}`]),
    ...(isTimeout(timeout) ? [] : [`timeout is ${String(timeout)}`]),
    ...toList(findBackoffProblem(backoff)),
    ...('problem' in compiled ? [compiled.problem] : []),
  ];
  if (problems.length > 0 || 'problem' in compiled) {
    throw new TaskQueueError(
      'TASK_DEFINITION_INVALID',
      `defineTask(${JSON.stringify(name)}) → ${problems.join('; ')} → write a name of at most ${LONGEST_NAME} characters, a function, ` +
        `attempts from 1, a timeout from 1 to ${LONGEST_TIMEOUT} ms or null, a backoff such as { type: 'exponential', delay: 1000 }, and a model class with decorators of class-validator`,
    );
  }
  return Object.freeze({
    ...{ name, handler, attempts, timeout },
    backoffTime: toBackoffTime(backoff),
    readPayload: compiled.read,
  });
}

function findNameProblem(name: unknown): string[] {
  if (typeof name !== 'string') return [`its name is ${typeof name}`];
  if (name === '') return ['its name is empty'];
  if (name.length > LONGEST_NAME) return [`its name has ${String(name.length)} characters`];
  return /[\p{Cc}\p{Cs}]/u.test(name) ? ['its name has a control character'] : [];
}

function isTimeout(timeout: unknown): boolean {
  return timeout === null || isTime(timeout, 1);
}

function toList<T>(value: T | undefined): T[] {
  return value === undefined ? [] : [value];
}
