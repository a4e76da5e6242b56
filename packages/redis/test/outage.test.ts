// Redis goes away, and comes back: with what it had, without it, or with something else.
import { setTimeout as wait } from 'node:timers/promises';

import { describeWithRedis, RedisServer } from '../../../test/support/redis-server.js';
import { Nodes, read, until, upTo } from './support.js';

describeWithRedis('a Redis that goes away', () => {
  let redis: RedisServer;
  const nodes = new Nodes(() => redis);

  afterEach(async () => {
    await nodes.close();
    await redis.close();
  });

  test.each([
    ['was stopped', 'stop'],
    ['was killed', 'crash'],
  ] as const)(
    'subscribers go on without loss or doubles when Redis with a file %s and is there again',
    async (_how, end) => {
      redis = await RedisServer.start({ appendOnly: true });
      const [one, other] = [nodes.broker({ waitToPublish: true }), nodes.broker({ waitToPublish: true })];
      const [publisher, reader] = [nodes.channel('a', one), nodes.channel('a', other)];
      const [near, far] = [read(publisher), read(reader)];
      await Promise.all([near.joined, far.joined]);
      const ids: string[] = [];
      const publishing = (async () => {
        for (const n of upTo(300)) {
          ids.push(await (n % 2 === 0 ? publisher : reader).publish(n));
          await wait(1);
        }
      })();
      await until(() => far.got.length > 50);
      await redis[end]();
      await wait(100);
      await redis.restart();
      await publishing;
      await until(() => near.got.length >= 300 && far.got.length >= 300);
      await wait(50);
      for (const { got, events } of [near, far]) {
        expect(got).toEqual(upTo(300));
        expect(events.map(({ id }) => id)).toEqual(ids);
      }
      // Each broker says once that it was away, for each connection; one that finds it reading its file says that too.
      const codes = nodes.errors.map(({ code }) => code).filter((code) => code !== 'REDIS_LOADING');
      expect(codes).toEqual(Array.from({ length: 4 }, () => 'REDIS_UNREACHABLE'));
    },
  );

  test('publishing says clearly that it is away, and goes on afterwards', async () => {
    redis = await RedisServer.start();
    const channel = nodes.channel('a', nodes.broker());
    await channel.publish(1);
    await redis.crash();
    await until(async () => {
      try {
        await channel.publish(2);
        return false;
      } catch (error) {
        return (error as { code?: string }).code === 'REDIS_UNREACHABLE';
      }
    });
    await expect(channel.publish(3)).rejects.toThrow(
      `REDIS_UNREACHABLE: RedisBroker at ${redis.url} (option redis) → `,
    );
    await redis.restart();
    await until(async () => {
      try {
        return (await channel.publish(4)) !== '';
      } catch {
        return false;
      }
    });
  });

  test('an event that was sent and not answered may have been stored, which its publisher is told', async () => {
    redis = await RedisServer.start();
    const channel = nodes.channel('a', nodes.broker());
    await channel.publish(1);
    redis.pause();
    await wait(50);
    const publishing = channel.publish(2);
    const failing = expect(publishing).rejects.toMatchObject({ code: 'REDIS_UNCERTAIN' });
    await wait(20);
    await redis.crash();
    await failing;
  });

  test('what waits is stored once and in order, though Redis had stored some of it before it hung', async () => {
    redis = await RedisServer.start();
    const channel = nodes.channel('a', nodes.broker({ waitToPublish: true, timeout: 200 }));
    const reading = read(nodes.channel('a', nodes.broker()));
    await reading.joined;
    await channel.publish(1);
    redis.pause();
    await wait(50);
    const publishing = nodes.publish(channel, upTo(50, 2));
    // Longer than the broker waits: it gives the connection up, on which the events lie.
    await wait(400);
    redis.resume();
    const ids = await publishing;
    await until(() => reading.got.length >= 50);
    await wait(100);
    expect(reading.got).toEqual(upTo(50));
    expect(reading.events.slice(1).map(({ id }) => id)).toEqual(ids);
    expect(await nodes.client().xlen('sluice:a')).toBe(50);
  });

  test('a Redis that was started again is not asked to end a connection by a number that is another one’s now', async () => {
    redis = await RedisServer.start({ appendOnly: true });
    const channel = nodes.channel('a', nodes.broker({ waitToPublish: true }));
    await channel.publish(1);
    redis.pause();
    await wait(50);
    const publishing = nodes.publish(channel, upTo(5, 2));
    await wait(20);
    await redis.crash();
    await redis.restart();
    await publishing;
    expect(await nodes.client().info('commandstats')).not.toContain('client|kill');
    expect(await nodes.client().xlen('sluice:a')).toBe(5);
  });

  test('only so many events wait', async () => {
    redis = await RedisServer.start();
    const channel = nodes.channel('a', nodes.broker({ waitToPublish: true, waitingLimit: 3 }));
    await channel.publish(0);
    await redis.crash();
    await wait(50);
    const waiting = nodes.publish(channel, upTo(3));
    await expect(channel.publish(4)).rejects.toMatchObject({ code: 'REDIS_WAITING_FULL' });
    await redis.restart();
    await waiting;
  });

  test('subscribers are told when Redis has lost its memory, and get all that is new', async () => {
    redis = await RedisServer.start();
    const [one, other] = [nodes.broker(), nodes.broker()];
    const [publisher, reader] = [nodes.channel('a', one), nodes.channel('a', other)];
    const reading = read(reader);
    await reading.joined;
    const id = await publisher.publish(1);
    await until(() => reading.got.length === 1);
    await redis.crash();
    await redis.restart();
    await until(() => reading.got.length === 2);
    await until(() => one.connected && other.connected);
    for (const n of upTo(5, 2)) await publisher.publish(n);
    await until(() => reading.got.length >= 6);
    expect(reading.got).toEqual([1, 'reset', 2, 3, 4, 5]);
    // A client is told of the gap once: what it has from the notice is known on every node.
    const after = read(nodes.channel('a', nodes.broker()), reading.events[1]?.id);
    const lost = read(nodes.channel('a', nodes.broker()), id);
    await until(() => after.got.length >= 4 && lost.got.length >= 5);
    expect(after.got).toEqual([2, 3, 4, 5]);
    expect(lost.got).toEqual(['reset', 2, 3, 4, 5]);
  });

  test('a client that comes while Redis is away waits, and is given what it missed', async () => {
    redis = await RedisServer.start({ appendOnly: true });
    const channel = nodes.channel('a', nodes.broker());
    const id = await channel.publish(1);
    await channel.publish(2);
    await redis.crash();
    await wait(50);
    const reading = read(channel, id);
    await wait(100);
    expect(reading.got).toEqual([]);
    await redis.restart();
    await until(() => reading.got.length >= 1);
    const publishing = nodes.channel('a', nodes.broker());
    await publishing.publish(3);
    await until(() => reading.got.includes(3));
    expect(reading.got.filter((each) => each !== 'reset')).toEqual([2, 3]);
  });

  test('closing while it is away ends what waits, at once', async () => {
    redis = await RedisServer.start();
    const broker = nodes.broker({ waitToPublish: true });
    const channel = nodes.channel('a', broker);
    const id = await channel.publish(1);
    await redis.crash();
    await wait(50);
    const publishing = expect(channel.publish(2)).rejects.toMatchObject({ code: 'REDIS_CLOSED' });
    const reading = read(channel, id);
    await wait(20);
    await broker.close();
    await publishing;
    await until(() => reading.got.length === 1);
    expect(reading.got).toEqual([expect.objectContaining({ code: 'REDIS_CLOSED' })]);
    await expect(channel.publish(3)).rejects.toMatchObject({ code: 'REDIS_CLOSED' });
  });
});
