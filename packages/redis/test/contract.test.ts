import { describeBroker } from '../../core/test/broker-contract.js';
import { describeWithRedis, RedisServer } from '../../../test/support/redis-server.js';
import { RedisBroker } from '../src/redis-broker.js';

describeWithRedis('brokers of two processes over Redis', () => {
  let redis: RedisServer;

  beforeAll(async () => {
    redis = await RedisServer.start();
  });

  afterAll(async () => {
    await redis.close();
  });

  describe.each([
    ['with streams that are cut where it is cheap', {}],
    ['with streams that are cut at each event', { trim: 'exact', maxLength: 500 } as const],
  ])('%s', (name, options) => {
    describeBroker(name, () => {
      const [one, other] = [1, 2].map(() => new RedisBroker({ redis: redis.url, ...options }));
      return {
        one: one!,
        other: other!,
        close: async () => {
          await Promise.all([one!.close(), other!.close()]);
        },
      };
    });
  });
});
