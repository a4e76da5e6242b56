import { isTimerDelay, LONGEST_DELAY } from '../values/is-timer-delay.js';
import { ResponseError } from '../errors/response-error.js';

/** How a background task is run. */
export interface TaskOptions {
  /**
   * Whether it asks nothing of the request's dependencies: once only such tasks are left, they are cleaned up. Default
   * false: a session that the task writes with is open until it has ended.
   */
  readonly detached?: boolean;
  /** Whether it is dropped, with a line in the log, when the client left before it had the whole response. Default false. */
  readonly onlyIfDelivered?: boolean;
  /**
   * How long it is waited for, in milliseconds; then its signal fires, the log names it, and the next task runs. `null` waits
   * for as long as it takes. Default: the server's `taskTimeout`.
   */
  readonly timeout?: number | null;
  /**
   * Whether the function gets an `AbortSignal` after its arguments, which fires at its `timeout` and when the server closes
   * and waits no longer. Default false.
   */
  readonly signal?: boolean;
}

/** @throws ResponseError TASK_INVALID */
export function checkTaskOptions(options: TaskOptions): TaskOptions {
  const unknown = Object.keys(options).find((name) => !NAMES.has(name));
  if (unknown !== undefined) {
    throw new ResponseError(
      'TASK_INVALID',
      `a background task has no option ${unknown}; there are ${[...NAMES].join(', ')}.`,
    );
  }
  const { timeout } = options;
  if (timeout === undefined || timeout === null || isTimerDelay(timeout)) return options;
  throw new ResponseError(
    'TASK_INVALID',
    `the timeout of a background task is ${String(timeout)}; give milliseconds above 0, at most ${String(LONGEST_DELAY)}, or null.`,
  );
}

const NAMES: ReadonlySet<string> = new Set([
  'detached',
  'onlyIfDelivered',
  'timeout',
  'signal',
] satisfies (keyof TaskOptions)[]);
