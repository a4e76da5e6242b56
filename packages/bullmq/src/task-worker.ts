import { Attempts, toRetryTime } from '@sluice/tasks/internal';
import { DelayedError, WaitingError, Worker, type ConnectionOptions } from 'bullmq';

import type { BullmqSettings } from './bullmq-options.js';
import { closeConnections } from './close-connections.js';
import type { TaskJob } from './job-info.js';
import { ProgressWriter } from './progress-writer.js';

/** How long closing waits for Redis, and what no task of this process is named waits at most, in milliseconds. */
const CLOSING = 5000;
const LONGEST_UNKNOWN = 60_000;

/** Runs the tasks of a queue in this process. */
export class TaskWorker {
  readonly #settings: BullmqSettings;
  readonly #worker: Worker;
  readonly #attempts = new Attempts();
  /** How long a job waits whose attempt has failed with an error; -1 where it is given up. */
  readonly #delays = new WeakMap<Error, number>();
  readonly #unknown = new Set<string>();

  constructor(settings: BullmqSettings, connection: ConnectionOptions, onError: (error: unknown) => void) {
    this.#settings = settings;
    const { name, prefix, concurrency, rateLimit, maxInterruptions, stalledAfter } = settings;
    this.#worker = new Worker(name, async (job: TaskJob, token) => this.#process(job, token), {
      ...{ connection, prefix, concurrency },
      ...(rateLimit === undefined ? {} : { limiter: rateLimit }),
      ...{ lockDuration: stalledAfter, stalledInterval: stalledAfter, maxStalledCount: maxInterruptions - 1 },
      settings: { backoffStrategy: (_attempts, _type, error) => this.#toDelay(error) },
    });
    this.#worker.on('error', onError);
  }

  async start(): Promise<void> {
    await this.#worker.waitUntilReady();
  }

  /** Begins nothing any more, waits for what runs, and gives the rest back. */
  async close(): Promise<void> {
    const { drainTimeout, log } = this.#settings;
    await this.#worker.pause(true);
    await this.#attempts.drain(drainTimeout, log);
    // What was given up goes back to Redis; without Redis it is found when its lock has run out.
    await closeConnections(this.#worker, CLOSING);
  }

  async #process(job: TaskJob, token: string | undefined): Promise<void> {
    const { tasks, log } = this.#settings;
    const { name, id = '' } = job;
    const task = tasks.get(name);
    if (task === undefined) return this.#putOff(job, token);
    const progress = new ProgressWriter(job, (error) => {
      log.warn({ err: error, task: name, id }, `the progress of ${name} could not be stored`);
    });
    const outcome = await this.#attempts.run({
      ...{ task, id, payload: JSON.stringify(job.data.payload), attempt: job.attemptsMade + 1 },
      enqueuedAt: new Date(job.timestamp),
      onProgress: (value) => {
        progress.write(value);
      },
    });
    await progress.flush();
    if (outcome.kind === 'done') return;
    if (outcome.kind === 'interrupted') {
      await job.moveToWait(token);
      throw new WaitingError();
    }
    const { error, retry } = outcome;
    const delay = toRetryTime(task, job.attemptsMade + 1, { error, retry }, { id, log });
    this.#delays.set(error, delay ?? -1);
    throw error;
  }

  /** Another process may know it, or the next version of this one. */
  async #putOff(job: TaskJob, token: string | undefined): Promise<never> {
    const { name } = job;
    if (!this.#unknown.has(name)) {
      this.#unknown.add(name);
      this.#settings.log.error(
        { task: name, id: job.id },
        `no task is named ${JSON.stringify(name)}: those that are stored wait until one is`,
      );
    }
    const delay = Math.min(1000 * 2 ** Math.min(job.attemptsStarted - 1, 6), LONGEST_UNKNOWN);
    await job.moveToDelayed(Date.now() + delay, token);
    throw new DelayedError();
  }

  #toDelay(error: Error | undefined): number {
    return (error === undefined ? undefined : this.#delays.get(error)) ?? -1;
  }
}
