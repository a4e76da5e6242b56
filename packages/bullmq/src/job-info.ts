import type { TaskInfo, TaskState } from '@sluice/tasks';
import type { Job } from 'bullmq';

/** What a job of BullMQ holds for us. */
export interface TaskData {
  readonly payload: unknown;
  /** Tells, where a key is given, whether the task is of this call. */
  readonly nonce?: string;
}

/** Progress lies in an object: BullMQ's own begins with 0, which a handler may report too. */
export interface StoredProgress {
  readonly value: unknown;
}

export type TaskJob = Job<TaskData, unknown>;

const STATES: Readonly<Record<string, TaskState>> = {
  active: 'running',
  completed: 'done',
  failed: 'dead',
  delayed: 'delayed',
};

/** Ids that a queue gives; others may be keys of BullMQ that are no jobs. */
export function isTaskId(id: unknown): id is string {
  return typeof id === 'string' && /^(?:[\w-]{36}|[\w-]{43})$/.test(id);
}

/** @param state As BullMQ calls it. */
export function toTaskInfo(job: TaskJob, state: string): TaskInfo {
  const known = STATES[state] ?? 'waiting';
  const isFinished = known === 'done' || known === 'dead';
  return {
    id: job.id ?? '',
    name: job.name,
    state: known,
    // The attempt that went well is counted as one that was made.
    failures: known === 'done' ? Math.max(0, job.attemptsMade - 1) : job.attemptsMade,
    progress: toProgress(job.progress),
    enqueuedAt: new Date(job.timestamp),
    ...(isFinished ? { finishedAt: new Date(job.finishedOn ?? job.timestamp) } : {}),
  };
}

function toProgress(progress: unknown): unknown {
  return typeof progress === 'object' && progress !== null ? (progress as StoredProgress).value : null;
}
