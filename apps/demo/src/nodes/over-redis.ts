import { type Broker, dependency, type OverridesInit } from '@sluice/core';
import { RedisBroker } from '@sluice/redis';
import type { TaskQueue } from '@sluice/tasks';

import { jobLog } from '../jobs/job-log.js';
import { openJobQueue } from '../jobs/open-job-queue.js';
import { nameSetting } from '../settings.js';
import { channelBroker } from './channel-broker.js';
import { openRedisJobs } from './open-redis-jobs.js';
import { thisNode } from './this-node.js';

const openBroker = dependency(
  { node: thisNode, log: jobLog },
  async function* ({ node: { redisUrl }, log }): AsyncGenerator<Broker> {
    const broker = new RedisBroker({
      redis: redisUrl,
      onError: (err) => log.warn({ err }, 'the channels'),
    });
    try {
      await nameSetting('REDIS_URL', broker.ready());
      yield broker;
    } finally {
      await broker.close();
    }
  },
  { scope: 'app' },
);

const openQueue = dependency(
  { node: thisNode, log: jobLog },
  async function* ({ node: { redisUrl = '', runsJobs }, log }): AsyncGenerator<TaskQueue> {
    const queue = await openRedisJobs(redisUrl, log, runsJobs);
    try {
      yield queue;
    } finally {
      await queue.close();
    }
  },
  { scope: 'app' },
);

/**
 * What several nodes put in the place of what one has for itself. Whoever imports this file loads the clients of Redis,
 * so that only a service with a REDIS_URL does.
 */
export const overRedis: OverridesInit = [
  [channelBroker, openBroker],
  [openJobQueue, openQueue],
];
