import { randomUUID } from 'node:crypto';

import {
  TaskQueueError,
  type DeadLetters,
  type EnqueuedTask,
  type EnqueueOptions,
  type QueueCounts,
  type Task,
  type TaskInfo,
  type TaskQueue,
  type TaskWatch,
} from '@sluice/tasks';
import { isError, toStoredTask, Watches } from '@sluice/tasks/internal';
import { Queue, type ConnectionOptions } from 'bullmq';
import { Redis } from 'ioredis';

import { BullmqDeadLetters } from './bullmq-dead-letters.js';
import type { BullmqSettings } from './bullmq-options.js';
import { closeConnections } from './close-connections.js';
import { JobEvents } from './job-events.js';
import { isTaskId, toTaskInfo, type TaskData } from './job-info.js';
import { explainSilence, LAST_WAIT, withoutPassword } from './reach-redis.js';
import { TaskWorker } from './task-worker.js';
import { toAnswerError } from './to-redis-error.js';

/** More than any task has: its own definition decides, as it is when it fails, and not as it was when it was enqueued. */
const ATTEMPTS = 1_000_000_000;
const LONGEST_RECONNECT = 2000;
/** How long closing waits for answers to what was asked for, in milliseconds. */
const CLOSING = 1000;

/** Keeps tasks in Redis, by BullMQ, and runs them here where it is to. */
export class BullmqQueue implements TaskQueue {
  readonly deadLetters: DeadLetters;
  readonly #settings: BullmqSettings;
  readonly #queue: Queue<TaskData>;
  readonly #worker: TaskWorker | undefined;
  readonly #watches = new Watches();
  #events: Promise<JobEvents> | undefined;
  #away = false;
  #explaining: Promise<Error | undefined> | undefined;
  #closed = false;
  #closing: Promise<void> | undefined;
  readonly #onError = (error: unknown): void => {
    // One line for each time that Redis goes away: every connection tells of it, at every try.
    if (this.#away || this.#closing !== undefined) return;
    this.#away = true;
    this.#settings.log.error(
      { err: toAnswerError(`Redis at ${withoutPassword(this.#settings.redis)}`, error) ?? error },
      `the queue has trouble with Redis at ${withoutPassword(this.#settings.redis)}`,
    );
    setTimeout(() => (this.#away = false), 5000).unref();
  };

  private constructor(settings: BullmqSettings) {
    this.#settings = settings;
    const { name, prefix, run } = settings;
    this.#queue = new Queue<TaskData>(name, {
      connection: this.#toConnection({ commandTimeout: settings.commandTimeout }),
      prefix,
    });
    this.#queue.on('error', this.#onError);
    this.#worker = run ? new TaskWorker(settings, this.#toConnection(), this.#onError) : undefined;
    this.deadLetters = new BullmqDeadLetters(this.#queue, async (work) => this.#call(work));
  }

  /** Opens a queue in a Redis that answers. */
  static async open(settings: BullmqSettings): Promise<BullmqQueue> {
    const queue = new BullmqQueue(settings);
    await queue.#queue.waitUntilReady();
    await queue.#worker?.start();
    return queue;
  }

  async enqueue<P>(task: Task<P>, payload: NoInfer<P>, options?: EnqueueOptions): Promise<EnqueuedTask> {
    this.#checkOpen();
    const { tasks, keepDone } = this.#settings;
    const { id, keyed, ...stored } = await toStoredTask(tasks, task, payload, options);
    const nonce = keyed ? randomUUID() : undefined;
    const data = {
      payload: JSON.parse(stored.payload) as unknown,
      ...(nonce === undefined ? {} : { nonce }),
    };
    return this.#call(async () => {
      await this.#queue.add(stored.name, data, {
        // A second addition of one id stores nothing, so that it does no harm when a connection breaks in the middle.
        ...{ jobId: id, attempts: ATTEMPTS, backoff: { type: 'task' } },
        ...(stored.delay === 0 ? {} : { delay: stored.delay }),
        ...(stored.priority === 0 ? {} : { priority: stored.priority }),
        removeOnComplete: { age: Math.ceil(keepDone.age / 1000), count: keepDone.count },
        removeOnFail: false,
      });
      const found = nonce === undefined ? undefined : await this.#queue.getJob(id);
      return { id, created: found === undefined || found.data.nonce === nonce };
    });
  }

  async find(id: string): Promise<TaskInfo | undefined> {
    return this.#call(async () => {
      for (;;) {
        const job = isTaskId(id) ? await this.#queue.getJob(id) : undefined;
        const state = await job?.getState();
        if (job === undefined || state === undefined || state === 'unknown') return undefined;
        // It has ended between the two: what was read of it is that of before.
        if ((state === 'completed' || state === 'failed') && job.finishedOn === undefined) continue;
        return toTaskInfo(job, state);
      }
    });
  }

  watch(id: string, { signal }: { readonly signal?: AbortSignal } = {}): TaskWatch {
    this.#checkOpen();
    // Events are listened to before it is read for the first time: no change falls between.
    const read = async (): Promise<TaskInfo | undefined> => {
      this.#events ??= this.#listen();
      await this.#events;
      return this.find(id);
    };
    return this.#watches.open(id, read, signal);
  }

  async counts(): Promise<QueueCounts> {
    const counts = await this.#call(async () => this.#queue.getJobCounts());
    const of = (...states: string[]): number => states.reduce((sum, state) => sum + (counts[state] ?? 0), 0);
    return {
      waiting: of('waiting', 'prioritized', 'paused', 'waiting-children'),
      ...{ delayed: of('delayed'), running: of('active'), done: of('completed'), dead: of('failed') },
    };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#worker?.close();
    this.#closed = true;
    this.#watches.end();
    await Promise.allSettled([
      this.#events?.then(async (events) => events.close()),
      closeConnections(this.#queue, CLOSING),
    ]);
  }

  async #listen(): Promise<JobEvents> {
    const { name, prefix } = this.#settings;
    const lastEventId = await this.#call(async () => readLastEventId(this.#settings));
    const source = { name, prefix, connection: this.#toConnection(), lastEventId };
    return new JobEvents(source, this.#watches, async (id) => this.find(id), this.#onError);
  }

  #toConnection(more: object = {}): ConnectionOptions {
    return {
      url: this.#settings.redis,
      // Commands wait for a Redis that is away; who waits for them has a limit of its own.
      maxRetriesPerRequest: null,
      retryStrategy: (times: number) => Math.min(50 * times, LONGEST_RECONNECT),
      disconnectTimeout: LAST_WAIT,
      ...more,
    };
  }

  /** Makes a call to Redis, and tells its failure in our words. */
  async #call<T>(work: () => Promise<T>): Promise<T> {
    this.#checkOpen();
    try {
      return await work();
    } catch (error) {
      if (error instanceof TaskQueueError) throw error;
      throw toCallError(this.#settings.redis, isSilence(error) ? await this.#explain(error) : error);
    }
  }

  /** Many calls wait for one Redis, which is asked once what is the matter. */
  async #explain(silence: Error): Promise<Error> {
    this.#explaining ??= explainSilence(this.#settings.redis).finally(() => (this.#explaining = undefined));
    return (await this.#explaining) ?? silence;
  }

  #checkOpen(): void {
    if (!this.#closed) return;
    throw new TaskQueueError(
      'QUEUE_CLOSED',
      'the queue → it was closed → close it when the server has closed: app.addHook("onClose", () => queue.close())',
    );
  }
}

/** Whether it says no more than that there was no answer. */
function isSilence(error: unknown): error is Error {
  return isError(error) && error.message === 'Command timed out';
}

/** The id of the newest event of a queue: what comes after it is not missed. */
async function readLastEventId({
  redis: url,
  prefix,
  name,
  commandTimeout,
}: BullmqSettings): Promise<string> {
  const redis = new Redis(url, {
    ...{ commandTimeout, maxRetriesPerRequest: null, disconnectTimeout: LAST_WAIT },
  });
  redis.on('error', () => undefined);
  try {
    const [last] = await redis.xrevrange(`${prefix}:${name}:events`, '+', '-', 'COUNT', 1);
    return last?.[0] ?? '0-0';
  } finally {
    redis.disconnect();
  }
}

function toCallError(url: string, error: unknown): TaskQueueError {
  const where = `Redis at ${withoutPassword(url)}`;
  const message = isError(error) ? error.message : String(error);
  return (
    toAnswerError(where, error) ??
    new TaskQueueError(
      'REDIS_UNREACHABLE',
      `${where} → ${message} → see that it runs, and that \`redis\` has its address; what was asked for may have been done`,
      { cause: error },
    )
  );
}
