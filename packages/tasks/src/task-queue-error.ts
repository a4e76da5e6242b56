import type { ErrorDetail } from '@sluice/core';

/** Every error code of queues and what it means; `docs/stored-tasks.md` lists them, and a test holds the two together. */
export const TASK_QUEUE_CODES = {
  TASK_DEFINITION_INVALID: 'What `defineTask` was given cannot be a task.',
  TASK_UNKNOWN: 'A task was enqueued that is not among the `tasks` of the queue.',
  TASK_NOT_DEAD: 'A dead letter was asked for that is none.',
  PAYLOAD_NOT_JSON: 'A payload, or a progress, holds what JSON cannot keep.',
  PAYLOAD_INVALID: 'A payload does not fit the model class of its task.',
  ENQUEUE_INVALID: 'An option of `enqueue` is not valid.',
  QUEUE_OPTIONS_INVALID: 'The options of a queue are not valid.',
  QUEUE_CLOSED: 'A queue was used after it was closed.',
  QUEUE_LOCKED: 'The folder of an embedded queue is in use by another one.',
  QUEUE_FOLDER_UNUSABLE: 'The folder of an embedded queue cannot be made, read or written.',
  QUEUE_CORRUPT: 'What an embedded queue has stored cannot be read.',
  QUEUE_WRITE_FAILED: 'A task could not be stored.',
  REDIS_UNREACHABLE: 'Redis does not answer.',
  REDIS_REFUSED: 'Redis answers, and refuses the user, the password or the database.',
} as const;

export type TaskQueueCode = keyof typeof TASK_QUEUE_CODES;

/**
 * An error of a queue: `CODE: where → what is wrong → what to do instead`.
 *
 * It is a fault of the program or of what the queue stands on, so a client gets a 500 without the message.
 */
export class TaskQueueError extends Error {
  override readonly name = 'TaskQueueError';
  readonly code: TaskQueueCode;
  /** With PAYLOAD_INVALID: every fault of the payload, in the shape of a 422. */
  readonly detail: readonly ErrorDetail[] | undefined;

  constructor(
    code: TaskQueueCode,
    message: string,
    options: ErrorOptions & { readonly detail?: readonly ErrorDetail[] } = {},
  ) {
    const { detail, ...rest } = options;
    super(`${code}: ${message}`, rest);
    this.code = code;
    this.detail = detail;
  }
}
