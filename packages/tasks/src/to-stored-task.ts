import { createHash, randomUUID } from 'node:crypto';

import { TaskQueueError } from './task-queue-error.js';
import type { EnqueueOptions } from './task-queue.js';
import type { AnyTask } from './task.js';
import { toJsonText } from './to-json-text.js';

/** A task as it is handed to the store. */
export interface StoredTask {
  readonly id: string;
  readonly name: string;
  /** JSON. */
  readonly payload: string;
  readonly delay: number;
  readonly priority: number;
  /** Whether the id is that of an idempotency key. */
  readonly keyed: boolean;
}

const LOWEST_PRIORITY = 2_000_000;
/** A hundred years. */
const LONGEST_DELAY = 3_155_760_000_000;

/**
 * Checks what `enqueue` was given.
 *
 * @throws TaskQueueError TASK_UNKNOWN, ENQUEUE_INVALID, PAYLOAD_NOT_JSON, PAYLOAD_INVALID
 */
export async function toStoredTask(
  tasks: ReadonlyMap<string, AnyTask>,
  task: AnyTask,
  payload: unknown,
  { delay = 0, key, priority = 0 }: EnqueueOptions = {},
): Promise<StoredTask> {
  const { name } = task;
  // Another task of the same name would be run by the one that the queue knows.
  if (tasks.get(name) !== task) {
    throw new TaskQueueError(
      'TASK_UNKNOWN',
      `enqueue(${name}) → it is not among the tasks of this queue, so nothing would run it → add it to \`tasks\` where the queue is opened`,
    );
  }
  const problems = [
    ...(typeof delay === 'number' && delay >= 0 && delay <= LONGEST_DELAY
      ? []
      : [`delay is ${String(delay)}`]),
    ...(key === undefined || (typeof key === 'string' && key !== '')
      ? []
      : [`key is ${JSON.stringify(key)}`]),
    ...(Number.isInteger(priority) && priority >= 0 && priority <= LOWEST_PRIORITY
      ? []
      : [`priority is ${String(priority)}`]),
  ];
  if (problems.length > 0) {
    throw new TaskQueueError(
      'ENQUEUE_INVALID',
      `enqueue(${name}) → ${problems.join('; ')} → give milliseconds from 0, a key that is not empty, a priority from 0 to ${LOWEST_PRIORITY}`,
    );
  }
  const text = toJsonText(payload, `the payload of ${name}`);
  await task.readPayload(JSON.parse(text), name);
  const id = key === undefined ? randomUUID() : toKeyedId(name, key);
  return { id, name, payload: text, delay: Math.round(delay), priority, keyed: key !== undefined };
}

/** One id for one key of one task, of letters that every store takes. */
function toKeyedId(name: string, key: string): string {
  return createHash('sha256')
    .update(JSON.stringify([name, key]))
    .digest('base64url');
}
