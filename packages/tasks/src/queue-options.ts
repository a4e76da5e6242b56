import { isTime } from './is-time.js';
import { TaskQueueError } from './task-queue-error.js';
import type { TaskLog } from './task-log.js';
import type { AnyTask } from './task.js';

/** Options that every queue takes. */
export interface QueueOptions {
  /** The tasks that can be enqueued and are run, each name once. */
  readonly tasks: readonly AnyTask[];
  /** How many run at once in this process, an integer from 1. Default 10. */
  readonly concurrency?: number;
  /** At most `max` tasks begin within `duration` milliseconds. Default: no limit. */
  readonly rateLimit?: { readonly max: number; readonly duration: number };
  /**
   * How long tasks that are done are kept, for `find`, `watch` and their keys: `age` in milliseconds (an hour by default),
   * and the last `count` of them (10,000 by default).
   */
  readonly keepDone?: { readonly age?: number; readonly count?: number };
  /**
   * How often a process may end while it runs a task before that goes to the dead letters, an integer from 1. Default 10: a
   * task that brings down its process does not do so for ever.
   */
  readonly maxInterruptions?: number;
  /** How long closing waits for what runs, in milliseconds. Default 10,000. */
  readonly drainTimeout?: number;
  /** Where it says what happens. Default: the console. */
  readonly log?: TaskLog;
}

/** Options of a queue that are checked, with the defaults. */
export interface QueueSettings {
  readonly tasks: ReadonlyMap<string, AnyTask>;
  readonly concurrency: number;
  readonly rateLimit: { readonly max: number; readonly duration: number } | undefined;
  readonly keepDone: { readonly age: number; readonly count: number };
  readonly maxInterruptions: number;
  readonly drainTimeout: number;
  readonly log: TaskLog;
}

const HOUR = 3_600_000;

/**
 * @param where The call that they were given to: `openEmbeddedQueue`.
 * @throws TaskQueueError QUEUE_OPTIONS_INVALID, with all faults.
 */
export function toQueueSettings(options: QueueOptions, where: string): QueueSettings {
  const { concurrency = 10, rateLimit, maxInterruptions = 10, drainTimeout = 10_000 } = options;
  const { age = HOUR, count = 10_000 } = options.keepDone ?? {};
  const { tasks, problems } = readTasks(options.tasks);
  const numbers: [name: string, value: unknown, isValid: (value: unknown) => boolean][] = [
    ['concurrency', concurrency, isCount],
    ['maxInterruptions', maxInterruptions, isCount],
    ['drainTimeout', drainTimeout, isTime],
    ['keepDone.age', age, isTime],
    ['keepDone.count', count, (value) => value === 0 || isCount(value)],
  ];
  if (rateLimit !== undefined) {
    numbers.push(
      ['rateLimit.max', rateLimit.max, isCount],
      ['rateLimit.duration', rateLimit.duration, isCount],
    );
  }
  for (const [name, value, isValid] of numbers) {
    if (!isValid(value)) problems.push(`${name} is ${String(value)}`);
  }
  if (problems.length > 0) {
    throw new TaskQueueError(
      'QUEUE_OPTIONS_INVALID',
      `${where}(options) → ${problems.join('; ')} → give what QueueOptions names: tasks of defineTask, each name once; integers from 1; milliseconds`,
    );
  }
  const log = options.log ?? console;
  return { tasks, concurrency, rateLimit, keepDone: { age, count }, maxInterruptions, drainTimeout, log };
}

function readTasks(given: unknown): { tasks: Map<string, AnyTask>; problems: string[] } {
  const tasks = new Map<string, AnyTask>();
  const problems: string[] = [];
  if (!Array.isArray(given)) return { tasks, problems: [`tasks is ${typeof given}`] };
  for (const [index, task] of (given as unknown[]).entries()) {
    if (!isTask(task)) problems.push(`tasks[${index}] is none of defineTask`);
    else if (tasks.has(task.name)) problems.push(`two tasks are named ${JSON.stringify(task.name)}`);
    else tasks.set(task.name, task);
  }
  return { tasks, problems };
}

function isTask(value: unknown): value is AnyTask {
  return typeof value === 'object' && value !== null && 'readPayload' in value && 'handler' in value;
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}
