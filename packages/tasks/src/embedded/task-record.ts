import type { TaskInfo } from '../task-queue.js';

/** The state of a task as it is stored; its payload lies beside it, so that a change does not write it again. */
export interface TaskRecord {
  /** Version of this form. */
  readonly v: 1;
  readonly id: string;
  readonly name: string;
  /** Rises with each task. */
  readonly seq: number;
  readonly priority: number;
  readonly enqueuedAt: number;
  state: 'waiting' | 'running' | 'done' | 'dead';
  failures: number;
  /** How often a process has ended while it ran this. */
  interruptions: number;
  /** Milliseconds that it waits from `waitsSince`: after a jump of the clock it is not longer than this. */
  delay: number;
  waitsSince: number;
  progress: unknown;
  finishedAt?: number;
  error?: { readonly message: string; readonly stack?: string };
}

export const STATE_PREFIX = 'state!';
const PAYLOAD_PREFIX = 'payload!';

export function toStateKey(id: string): string {
  return `${STATE_PREFIX}${id}`;
}

export function toPayloadKey(id: string): string {
  return `${PAYLOAD_PREFIX}${id}`;
}

/** Reads what is stored; undefined where it is no record of this form. */
export function readRecord(text: string): TaskRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isRecord(value) ? value : undefined;
}

function isRecord(value: unknown): value is TaskRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { v, id, name, state, ...rest } = value as Readonly<Record<string, unknown>>;
  return (
    v === 1 &&
    typeof id === 'string' &&
    typeof name === 'string' &&
    ['waiting', 'running', 'done', 'dead'].includes(state as string) &&
    NUMBERS.every((field) => Number.isFinite(rest[field]))
  );
}

const NUMBERS = ['seq', 'priority', 'enqueuedAt', 'failures', 'interruptions', 'delay', 'waitsSince'];

/** @param delayed Whether its delay is not over. */
export function toInfo(record: TaskRecord, delayed: boolean): TaskInfo {
  const { id, name, state, failures, progress, enqueuedAt, finishedAt } = record;
  return {
    ...{ id, name, failures, progress },
    state: delayed ? 'delayed' : state,
    enqueuedAt: new Date(enqueuedAt),
    ...(finishedAt === undefined ? {} : { finishedAt: new Date(finishedAt) }),
  };
}
