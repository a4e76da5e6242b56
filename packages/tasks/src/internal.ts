// For queues: what each of them does alike. Not covered by semantic versioning.
export type { AttemptOutcome } from './attempt.js';
export { Attempts } from './attempts.js';
export { isTime } from './is-time.js';
export { toQueueSettings, type QueueSettings } from './queue-options.js';
export { TASK_QUEUE_CODES } from './task-queue-error.js';
export { toDeadPage } from './to-dead-page.js';
export { isError } from './to-error.js';
export { toRetryTime } from './to-retry-time.js';
export { toStoredTask, type StoredTask } from './to-stored-task.js';
export { Watches } from './watches.js';
