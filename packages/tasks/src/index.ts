// Tasks
export type { Backoff } from './backoff.js';
export { NoRetryError } from './no-retry-error.js';
export {
  defineTask,
  type AnyTask,
  type Task,
  type TaskContext,
  type TaskDefinition,
  type TaskHandler,
} from './task.js';

// Queues
export { openEmbeddedQueue, type EmbeddedQueueOptions } from './embedded/open-embedded-queue.js';
export type { QueueOptions } from './queue-options.js';
export type { TaskLog } from './task-log.js';
export { TaskQueueError, type TaskQueueCode } from './task-queue-error.js';
export type {
  DeadLetter,
  DeadLetters,
  EnqueuedTask,
  EnqueueOptions,
  QueueCounts,
  TaskInfo,
  TaskQueue,
  TaskState,
  TaskWatch,
} from './task-queue.js';
