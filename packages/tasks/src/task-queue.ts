import type { Task } from './task.js';

/** Options of one task that is enqueued. */
export interface EnqueueOptions {
  /** Milliseconds before its first attempt, from 0. Default 0. */
  readonly delay?: number;
  /**
   * Idempotency key: while a task of this name and key is stored, enqueuing it again gives that one, whatever the
   * payload, and stores nothing. It is stored until it is done and `keepDone` has passed; a dead letter until it is removed.
   */
  readonly key?: string;
  /** An integer from 0 to 2,000,000: those of 0 begin first, and of one number who came first. Default 0. */
  readonly priority?: number;
}

/** A task that is stored. */
export interface EnqueuedTask {
  readonly id: string;
  /** False where a task of its key was stored already. */
  readonly created: boolean;
}

/**
 * - `waiting`: for a place among those that run.
 * - `delayed`: until its delay is over, or that before its next attempt.
 * - `running`.
 * - `done`: kept for a while, see `keepDone`.
 * - `dead`: its attempts are used up; among the dead letters until it is retried or removed.
 */
export type TaskState = 'waiting' | 'delayed' | 'running' | 'done' | 'dead';

/**
 * What can be told of a task. Errors and payloads are not in it, so it can be sent to a client: JSON, one event each in an
 * event stream.
 */
export interface TaskInfo {
  readonly id: string;
  readonly name: string;
  readonly state: TaskState;
  /** How many attempts have failed. */
  readonly failures: number;
  /** What the handler reported last; null before. It may be older after a crash. The same object for all: do not change it. */
  readonly progress: unknown;
  readonly enqueuedAt: Date;
  /** When it was done or dead. */
  readonly finishedAt?: Date;
}

/** A task whose attempts are used up. */
export interface DeadLetter extends TaskInfo {
  readonly finishedAt: Date;
  /** As it was stored. */
  readonly payload: unknown;
  /** What its last attempt failed with. */
  readonly error: { readonly message: string; readonly stack?: string };
}

/** The tasks that were given up, kept until someone looks after them. */
export interface DeadLetters {
  /** The dead letters, the last one first. @param page `limit`, 100 by default, from `offset`, 0 by default. */
  list(page?: { readonly limit?: number; readonly offset?: number }): Promise<DeadLetter[]>;
  /** Gives a task all of its attempts again. @throws TaskQueueError TASK_NOT_DEAD */
  retry(id: string): Promise<void>;
  /** Removes a task, and with it its key. @throws TaskQueueError TASK_NOT_DEAD */
  remove(id: string): Promise<void>;
}

/** How many tasks are in each state. */
export type QueueCounts = Readonly<Record<TaskState, number>>;

/** What is known of a task now, then after each change, until it is done or dead. It is read once. */
export interface TaskWatch extends AsyncIterableIterator<TaskInfo> {
  /** Ends it; a pending `next()` is done. */
  return(): Promise<IteratorResult<TaskInfo>>;
}

/**
 * Stores tasks, and runs each at least once.
 *
 * The embedded queue, that of BullMQ and that of tests are alike in all that is said here; `test/queue-contract.ts` holds
 * them to it.
 */
export interface TaskQueue {
  /**
   * Stores a task. Once the promise has resolved it is on the disk (of BullMQ: in Redis), so await it before you answer.
   *
   * @throws TaskQueueError PAYLOAD_NOT_JSON, PAYLOAD_INVALID, ENQUEUE_INVALID, TASK_UNKNOWN, QUEUE_CLOSED; QUEUE_WRITE_FAILED
   *   or REDIS_UNREACHABLE when it could not be stored.
   */
  enqueue<P>(task: Task<P>, payload: NoInfer<P>, options?: EnqueueOptions): Promise<EnqueuedTask>;
  /** What is known of a task; undefined where none of this id is stored. */
  find(id: string): Promise<TaskInfo | undefined>;
  /**
   * What is known of a task now, and each change. Who reads slowly gets the latest. It ends when the task is done or dead,
   * with the signal, and with the queue; at once where none of this id is stored.
   *
   * ```ts
   * @Get('/:id/progress', { responseClass: EventSourceResponse })
   * progress(@Param('id') id: string) {
   *   return queue.watch(id);
   * }
   * ```
   */
  watch(id: string, options?: { readonly signal?: AbortSignal }): TaskWatch;
  counts(): Promise<QueueCounts>;
  readonly deadLetters: DeadLetters;
  /**
   * Starts nothing any more, waits for what runs up to `drainTimeout`, fires the signals of what is left, and names it in
   * the log. What did not end is run again by the next start. Closing again gives the same promise.
   */
  close(): Promise<void>;
}
