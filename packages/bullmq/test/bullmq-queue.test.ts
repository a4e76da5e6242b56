import { openBullmqQueue } from '@sluice/bullmq';

import { describeWithRedis, RedisServer } from '../../../test/support/redis-server.js';
import { describeQueue } from '../../tasks/test/queue-contract.js';

describeWithRedis('the queue of BullMQ', () => {
  let redis: RedisServer;
  let count = 0;

  beforeAll(async () => {
    redis = await RedisServer.start();
  });

  afterAll(async () => {
    await redis.close();
  });

  describeQueue('the queue of BullMQ', () => {
    count += 1;
    const name = `contract-${count}`;
    return {
      open: (options) => openBullmqQueue({ ...options, name, redis: redis.url }),
      close: async () => {},
    };
  });
});
