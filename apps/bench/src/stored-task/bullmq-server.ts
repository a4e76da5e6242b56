import { openBullmqQueue } from '@sluice/bullmq';

import { listenWithQueue } from './listen-with-queue.js';

export function listen(): Promise<number> {
  return listenWithQueue((tasks) =>
    openBullmqQueue({
      redis: process.env.REDIS_URL ?? '',
      name: `bench-${process.pid}`,
      tasks,
      keepDone: { count: 0 },
    }),
  );
}
