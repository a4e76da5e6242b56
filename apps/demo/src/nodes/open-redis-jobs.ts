import { openBullmqQueue } from '@sluice/bullmq';
import type { TaskLog, TaskQueue } from '@sluice/tasks';

import { JOBS } from '../jobs/open-job-queue.js';
import { nameSetting } from '../settings.js';

/** The stored tasks in Redis, by BullMQ. `run` says whether this process runs them too. */
export function openRedisJobs(redis: string, log: TaskLog, run: boolean): Promise<TaskQueue> {
  // Soon enough for who kills a worker to see another one take over.
  return nameSetting('REDIS_URL', openBullmqQueue({ ...JOBS, redis, log, run, stalledAfter: 5000 }));
}
