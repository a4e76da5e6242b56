export { openBullmqQueue } from './open-bullmq-queue.js';
export type { BullmqQueueOptions } from './bullmq-options.js';
