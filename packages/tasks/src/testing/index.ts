export { openTestQueue, type TestQueue, type TestQueueOptions } from './open-test-queue.js';
