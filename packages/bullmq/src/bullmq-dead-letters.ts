import { TaskQueueError, type DeadLetter, type DeadLetters } from '@sluice/tasks';
import { toDeadPage } from '@sluice/tasks/internal';
import type { Queue } from 'bullmq';

import { isTaskId, toTaskInfo, type TaskData, type TaskJob } from './job-info.js';

/** The dead letters of a queue in Redis: the jobs that have failed. */
export class BullmqDeadLetters implements DeadLetters {
  readonly #queue: Queue<TaskData>;
  readonly #call: <T>(work: () => Promise<T>) => Promise<T>;

  /** @param call Makes a call to Redis, and tells its failure in our words. */
  constructor(queue: Queue<TaskData>, call: <T>(work: () => Promise<T>) => Promise<T>) {
    this.#queue = queue;
    this.#call = call;
  }

  async list(page?: { readonly limit?: number; readonly offset?: number }): Promise<DeadLetter[]> {
    const jobs = await this.#call(async () => {
      const { offset, limit } = toDeadPage(page);
      return this.#queue.getFailed(offset, offset + limit - 1);
    });
    return jobs.map(toDeadLetter);
  }

  async retry(id: string): Promise<void> {
    const job = await this.#find(id);
    await this.#call(async () =>
      job.retry('failed', { resetAttemptsMade: true, resetAttemptsStarted: true }),
    );
  }

  async remove(id: string): Promise<void> {
    const job = await this.#find(id);
    await this.#call(async () => job.remove());
  }

  async #find(id: string): Promise<TaskJob> {
    const job = await this.#call(async () => {
      const found = isTaskId(id) ? await this.#queue.getJob(id) : undefined;
      return (await found?.isFailed()) === true ? found : undefined;
    });
    if (job !== undefined) return job;
    throw new TaskQueueError(
      'TASK_NOT_DEAD',
      `${id} → it is not among the dead letters → take an id of deadLetters.list()`,
    );
  }
}

function toDeadLetter(job: TaskJob): DeadLetter {
  const stack = job.stacktrace?.at(-1);
  return {
    ...toTaskInfo(job, 'failed'),
    finishedAt: new Date(job.finishedOn ?? job.timestamp),
    payload: job.data.payload,
    error: { message: job.failedReason, ...(stack === undefined ? {} : { stack }) },
  };
}
