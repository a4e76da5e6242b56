import { EmbeddedQueue } from '../embedded/embedded-queue.js';
import { toQueueSettings, type QueueOptions } from '../queue-options.js';
import type { TaskQueue } from '../task-queue.js';
import { MemoryStore } from './memory-store.js';

/** Options of {@link openTestQueue}. */
export interface TestQueueOptions extends QueueOptions {
  /** Whether delays, and the waits between attempts, take their time. Default false: they take none. */
  readonly delays?: boolean;
}

/** A queue for tests. */
export interface TestQueue extends TaskQueue {
  /** Waits until every task is done or dead, those too that tasks enqueue meanwhile. */
  whenIdle(): Promise<void>;
}

/**
 * Opens a queue in memory: the embedded one without its disk.
 *
 * ```ts
 * const queue = await openTestQueue({ tasks: [resize] });
 * await queue.enqueue(resize, { file: 'a.png', width: 10 });
 * await queue.whenIdle();
 * ```
 *
 * @throws TaskQueueError QUEUE_OPTIONS_INVALID
 */
export async function openTestQueue(options: TestQueueOptions): Promise<TestQueue> {
  const { delays = false } = options;
  const settings = toQueueSettings(options, 'openTestQueue');
  return EmbeddedQueue.open(new MemoryStore(), { ...settings, skipDelays: !delays });
}
