import { toQueueSettings, type QueueOptions } from '../queue-options.js';
import { TaskQueueError } from '../task-queue-error.js';
import type { TaskQueue } from '../task-queue.js';
import { EmbeddedQueue } from './embedded-queue.js';
import { LevelStore } from './level-store.js';

/** Options of {@link openEmbeddedQueue}. */
export interface EmbeddedQueueOptions extends QueueOptions {
  /** Where tasks are stored: a folder on a local disk, for this queue alone. It is made where it is missing. */
  readonly folder: string;
}

/**
 * Opens a queue that stores its tasks in a folder, and runs them in this process. What a crash interrupted is run again.
 *
 * ```ts
 * const queue = await openEmbeddedQueue({ folder: 'data/tasks', tasks: [resize], log: app.log });
 * app.addHook('onClose', () => queue.close());
 * ```
 *
 * @throws TaskQueueError QUEUE_OPTIONS_INVALID, QUEUE_LOCKED, QUEUE_FOLDER_UNUSABLE, QUEUE_CORRUPT
 */
export async function openEmbeddedQueue(options: EmbeddedQueueOptions): Promise<TaskQueue> {
  const { folder } = options as { readonly folder: unknown };
  const settings = toQueueSettings(options, 'openEmbeddedQueue');
  if (typeof folder !== 'string' || folder === '' || folder.includes('\0')) {
    throw new TaskQueueError(
      'QUEUE_OPTIONS_INVALID',
      `openEmbeddedQueue(options) → folder is ${JSON.stringify(folder)} → write the path of a folder`,
    );
  }
  return EmbeddedQueue.open(new LevelStore(folder), { ...settings, skipDelays: false });
}
