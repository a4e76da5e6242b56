import type { TaskQueue } from '@sluice/tasks';

import { toBullmqSettings, type BullmqQueueOptions } from './bullmq-options.js';
import { BullmqQueue } from './bullmq-queue.js';
import { reachRedis } from './reach-redis.js';

/**
 * Opens a queue that keeps its tasks in Redis, by BullMQ, and runs them in this process unless `run` is false.
 *
 * ```ts
 * const queue = await openBullmqQueue({ redis: 'redis://127.0.0.1:6379', tasks: [resize], run: false });
 * app.addHook('onClose', () => queue.close());
 * ```
 *
 * @throws TaskQueueError QUEUE_OPTIONS_INVALID, REDIS_UNREACHABLE, REDIS_REFUSED
 */
export async function openBullmqQueue(options: BullmqQueueOptions): Promise<TaskQueue> {
  const settings = toBullmqSettings(options);
  await reachRedis(settings.redis, settings.waitForRedis, settings.log);
  return BullmqQueue.open(settings);
}
