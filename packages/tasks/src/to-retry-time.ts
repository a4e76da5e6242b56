import { DEFAULT_BACKOFF, toBackoffTime } from './backoff.js';
import type { TaskLog } from './task-log.js';
import type { AnyTask } from './task.js';

/**
 * How long a task waits for its next attempt, in milliseconds; undefined where it has none. Says in the log which it is.
 *
 * @param failures How many attempts have failed, from 1.
 */
export function toRetryTime(
  task: AnyTask,
  failures: number,
  { error, retry }: { readonly error: Error; readonly retry: boolean },
  { id, log }: { readonly id: string; readonly log: TaskLog },
): number | undefined {
  const { name, attempts } = task;
  const fields = { err: error, task: name, id };
  if (!retry || failures >= attempts) {
    const why = retry ? `attempt ${failures} of ${attempts}` : 'no other attempt would help';
    log.error(fields, `${name} failed (${why}); it is among the dead letters`);
    return undefined;
  }
  const time = toTime(task, failures, error, log);
  log.warn(fields, `${name} failed (attempt ${failures} of ${attempts}); again in ${time} ms`);
  return time;
}

function toTime(task: AnyTask, failures: number, error: Error, log: TaskLog): number {
  try {
    return task.backoffTime(failures, error);
  } catch (thrown) {
    log.error(
      { err: thrown, task: task.name },
      `the backoff function of ${task.name} failed; the default is used`,
    );
    return toBackoffTime(DEFAULT_BACKOFF)(failures, error);
  }
}
