// What is said when Redis is not there at the start, is another one, or does not let in.
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

import { Redis } from 'ioredis';

import { describeWithRedis, RedisServer } from '../../../test/support/redis-server.js';
import type { RedisBrokerOptions } from '../src/broker-options.js';
import { RedisBroker } from '../src/redis-broker.js';
import { Nodes, read, until } from './support.js';

describeWithRedis('the start of a broker', () => {
  let redis: RedisServer;
  const nodes = new Nodes(() => redis);

  beforeAll(async () => {
    redis = await RedisServer.start({ password: 'secret' });
  });

  afterEach(async () => {
    await nodes.close();
  });

  afterAll(async () => {
    await redis.close();
  });

  const withoutPassword = (): string => `redis://127.0.0.1:${redis.port}`;

  test.each<[string, () => string, string, string]>([
    [
      'nothing at the address',
      () => 'redis://127.0.0.1:1',
      'REDIS_UNREACHABLE: RedisBroker at redis://127.0.0.1:1 (option redis) → connect ECONNREFUSED 127.0.0.1:1 → ',
      'the option redis (REDIS_URL)',
    ],
    [
      'a name that is none',
      () => 'redis://redis.invalid',
      'REDIS_UNREACHABLE: RedisBroker at redis://redis.invalid (option redis) → getaddrinfo ENOTFOUND redis.invalid → ',
      'the option redis (REDIS_URL)',
    ],
    [
      'no password',
      withoutPassword,
      'REDIS_REFUSED: ',
      'put the user and the password into the option redis (REDIS_URL)',
    ],
    [
      'a wrong password',
      () => `redis://:wrong@127.0.0.1:${redis.port}`,
      'REDIS_REFUSED: RedisBroker at redis://:***@127.0.0.1:',
      'put the user and the password into the option redis (REDIS_URL)',
    ],
    [
      'a user that is not there',
      () => `redis://nobody:secret@127.0.0.1:${redis.port}`,
      'REDIS_REFUSED: RedisBroker at redis://nobody:***@127.0.0.1:',
      'put the user and the password into the option redis (REDIS_URL)',
    ],
  ])('with %s fails in time, and names the setting', async (_what, address, begin, setting) => {
    const begun = Date.now();
    // The first is left to the default.
    const timeout = begin.includes('ENOTFOUND') ? 500 : undefined;
    const ready = nodes.broker({ redis: address(), ...(timeout === undefined ? {} : { timeout }) }).ready();
    await expect(ready).rejects.toThrow(setting);
    await expect(ready).rejects.toThrow(begin);
    await expect(ready).rejects.not.toThrow('secret');
    expect(Date.now() - begun).toBeLessThan(5000);
  });

  test.each<[string, (server: Server) => void, RegExp]>([
    ['takes connections and says nothing', () => {}, /^REDIS_NOT_ANSWERING: /],
    [
      'speaks another language',
      (server) => server.on('connection', (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
      /^REDIS_UNREACHABLE: /,
    ],
    ['hangs up', (server) => server.on('connection', (socket) => socket.destroy()), /^REDIS_UNREACHABLE: /],
  ])('with a server that %s fails in time, and names the setting', async (_what, behave, expected) => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => sockets.push(socket.on('error', () => {})));
    behave(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const broker = nodes.broker({ redis: `redis://127.0.0.1:${port}`, timeout: 300 });
    const begun = Date.now();
    try {
      await expect(broker.ready()).rejects.toThrow(expected);
      await expect(broker.ready()).rejects.toThrow('(REDIS_URL)');
      expect(Date.now() - begun).toBeLessThan(5000);
    } finally {
      server.close();
      for (const socket of sockets) socket.destroy();
    }
  });

  test('what is published or read before it failed says so too, in time', async () => {
    const channel = nodes.channel('a', nodes.broker({ redis: 'redis://127.0.0.1:1', timeout: 200 }));
    await expect(channel.publish(1)).rejects.toMatchObject({ code: 'REDIS_UNREACHABLE' });
    await expect(channel.publish(2)).rejects.toMatchObject({ code: 'REDIS_UNREACHABLE' });
    const subscription = channel.subscribe({ lastEventId: 'x' });
    await expect(subscription.next()).rejects.toMatchObject({ code: 'REDIS_UNREACHABLE' });
  });

  test('waits for it with waitAtStart, and says once what it waits for', async () => {
    const late = await RedisServer.start();
    try {
      await late.stop();
      const broker = nodes.broker({ redis: late.url, waitAtStart: true, timeout: 100 });
      const channel = nodes.channel('a', broker);
      let ready = false;
      const start = broker.ready().then(() => (ready = true));
      const publishing = channel.publish(1);
      await wait(400);
      expect(ready).toBe(false);
      expect(nodes.errors.map(({ code }) => code)).toEqual(['REDIS_UNREACHABLE']);
      await late.restart();
      await start;
      expect(await publishing).toMatch(/^\d+-0\.[\w-]{8}1$/);
      expect(broker.connected).toBe(true);
    } finally {
      await nodes.close();
      await late.close();
    }
  });

  test('is given up by close()', async () => {
    const broker = nodes.broker({ redis: 'redis://127.0.0.1:1', waitAtStart: true });
    const ready = expect(broker.ready()).rejects.toMatchObject({ code: 'REDIS_CLOSED' });
    const publishing = expect(nodes.channel('a', broker).publish(1)).rejects.toMatchObject({
      code: 'REDIS_CLOSED',
    });
    await wait(30);
    await broker.close();
    await broker.close();
    await ready;
    await publishing;
    await expect(broker.ready()).rejects.toMatchObject({ code: 'REDIS_CLOSED' });
  });

  test.each<[string, () => RedisBrokerOptions['redis']]>([
    ['an address', () => redis.url],
    [
      'options of the client',
      () => ({ host: '127.0.0.1', port: redis.port, password: 'secret', keyPrefix: 'app:' }),
    ],
    [
      'a client',
      () =>
        new Redis(redis.url, {
          ...{ lazyConnect: true, keyPrefix: 'app:', maxRetriesPerRequest: 3 },
          ...{ commandTimeout: 10, enableAutoPipelining: true },
        }),
    ],
  ])('takes %s', async (what, create) => {
    const options = create();
    const broker = nodes.broker({ redis: options, prefix: 'p:' });
    const channel = nodes.channel(what, broker);
    const reading = read(channel);
    await reading.joined;
    await channel.publish(7);
    await until(() => reading.got.length > 0);
    expect(reading.got).toEqual([7]);
    const key = typeof options === 'string' ? `p:${what}` : `app:p:${what}`;
    expect(await nodes.client().exists(key)).toBe(1);
    await nodes.close();
    // A client that was given is left as it was.
    if (options instanceof Redis) expect(options.status).toBe('wait');
  });

  test.each<[object, string]>([
    [
      { redis: 'localhost:6379' },
      "redis is 'localhost:6379' → use an address such as 'redis://127.0.0.1:6379'",
    ],
    [{ redis: 'http://:secret@localhost' }, 'redis is text → use an address'],
    [{ redis: '' }, "redis is '' → use an address"],
    [{ redis: null }, 'redis is null → use an address'],
    [
      { redis: new Redis.Cluster([], { lazyConnect: true }) },
      'redis is a client of a cluster → use a Redis that',
    ],
    [{ prefix: 1 }, 'prefix is 1 → use text'],
    [{ maxLength: 1 }, 'maxLength is 1 → use an integer from 2'],
    [{ trim: '~' }, "trim is '~' → use 'approximate' or 'exact'"],
    [{ keepFor: 10 }, 'keepFor is 10 → use an integer from 1000'],
    [{ timeout: 0 }, 'timeout is 0 → use an integer from 1'],
    [{ waitAtStart: 'yes' }, "waitAtStart is 'yes' → use true or false"],
    [{ waitToPublish: 1 }, 'waitToPublish is 1 → use true or false'],
    [{ waitingLimit: 1.5 }, 'waitingLimit is 1.5 → use an integer from 1'],
    [{ onError: {} }, 'onError is object → use a function'],
    [
      { timeout: -1, trim: 1 },
      "trim is 1; timeout is -1 → use 'approximate' or 'exact'; use an integer from 1",
    ],
  ])('refuses %j', (options, problem) => {
    expect(() => new RedisBroker(options)).toThrow(
      `REDIS_OPTIONS_INVALID: new RedisBroker(options) → ${problem}`,
    );
  });
});
