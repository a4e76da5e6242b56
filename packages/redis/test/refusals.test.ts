// A Redis that is there and refuses: a replica, one without memory, one that reads its data, other passwords, one that hangs.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import type { Redis } from 'ioredis';

import {
  describeWithRedis,
  RedisServer,
  type RedisServerOptions,
} from '../../../test/support/redis-server.js';
import { Nodes, read, until, upTo } from './support.js';

/** Reading its data takes a while, in which it answers now and then. */
const SLOW_START = ['--key-load-delay', '50', '--loading-process-events-interval-bytes', '1024'];
const ENTRIES = 20_000;

describeWithRedis('a Redis that refuses', () => {
  let redis: RedisServer;
  let other: RedisServer | undefined;
  const nodes = new Nodes(() => redis);

  afterEach(async () => {
    await nodes.close();
    await other?.close();
    other = undefined;
    await redis.close();
  });

  async function start(options?: RedisServerOptions): Promise<Redis> {
    redis = await RedisServer.start(options);
    return nodes.client();
  }

  /** Publishes again until it is taken: how long a Redis takes for what it was told is its own affair. */
  async function publishInTheEnd(publish: () => unknown): Promise<void> {
    await until(async () => {
      try {
        await publish();
        return true;
      } catch {
        return false;
      }
    }, 'an event that is taken');
  }

  test('as a replica takes no event and names the setting; its subscribers get what the primary has', async () => {
    await start();
    other = await RedisServer.start({ settings: ['--replicaof', '127.0.0.1', String(redis.port)] });
    const replica = nodes.broker({ redis: other.url });
    const [near, far] = [nodes.channel('a', nodes.broker()), nodes.channel('a', replica)];
    const reading = read(far);
    await replica.ready();
    await wait(50);
    const refusals = await Promise.allSettled(upTo(20).map(async (n) => far.publish(n)));
    for (const refusal of refusals) {
      expect(refusal).toMatchObject({
        status: 'rejected',
        reason: {
          code: 'REDIS_READ_ONLY',
          message:
            `REDIS_READ_ONLY: RedisBroker at ${other.url} (option redis) → READONLY You can't write against a read only replica. → ` +
            'let the option redis (REDIS_URL) name the primary, or set right what keeps it from writing',
        },
      });
    }
    await publishInTheEnd(() => near.publish(1));
    await until(() => reading.got.includes(1));
    expect(reading.got.filter((each) => each !== 'reset')).toEqual([1]);
  });

  test('since it became a replica says so, and its subscribers go on when it is the primary again', async () => {
    const client = await start({ appendOnly: true });
    other = await RedisServer.start({ settings: ['--replicaof', '127.0.0.1', String(redis.port)] });
    const second = nodes.client(other.url);
    await until(async () => (await second.info('replication')).includes('master_link_status:up'));
    const [one, two] = [nodes.channel('a', nodes.broker()), nodes.channel('a', nodes.broker())];
    const reading = read(two);
    await reading.joined;
    await one.publish(1);
    await until(() => reading.got.length === 1);
    await second.replicaof('NO', 'ONE');
    await client.replicaof('127.0.0.1', other.port);
    await expect(Promise.resolve(one.publish(2))).rejects.toMatchObject({
      code: expect.stringMatching(/^REDIS_(?:READ_ONLY|UNREACHABLE|UNCERTAIN)$/) as string,
    });
    await until(() => nodes.errors.some(({ code }) => code === 'REDIS_READ_ONLY'));
    expect(nodes.errors.map(({ code }) => code)).not.toContain('REDIS_FAILED');
    await client.replicaof('NO', 'ONE');
    await publishInTheEnd(() => one.publish(2));
    for (const n of upTo(5, 3)) await one.publish(n);
    await until(() => reading.got.includes(5));
    expect(reading.got).toEqual(upTo(5));
  });

  test('since it has no memory left says so; subscribers stay, also those that come then, and go on', async () => {
    const client = await start();
    const channel = nodes.channel('a', nodes.broker({ waitToPublish: true }));
    const reading = read(channel);
    await reading.joined;
    const first = await channel.publish(1);
    await channel.publish(2);
    await until(() => reading.got.length === 2);
    await client.config('SET', 'maxmemory', '1');
    await expect(Promise.resolve(channel.publish(99))).rejects.toMatchObject({
      code: 'REDIS_OUT_OF_MEMORY',
      message:
        `REDIS_OUT_OF_MEMORY: RedisBroker at ${redis.url} (option redis) → OOM command not allowed when used memory > 'maxmemory'. → ` +
        'raise maxmemory of Redis, or keep less: history of the channels, maxLength and keepFor of the broker',
    });
    // A connection that breaks meanwhile looks after its streams, which a Redis without memory has to allow.
    await client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    const late = read(nodes.channel('a', nodes.broker()), first);
    await until(() => late.got.length === 1);
    await wait(100);
    await client.config('SET', 'maxmemory', '0');
    for (const n of upTo(5, 3)) await publishInTheEnd(() => channel.publish(n));
    await until(() => reading.got.includes(5) && late.got.includes(5));
    expect(reading.got).toEqual(upTo(5));
    expect(late.got).toEqual(upTo(5, 2));
    expect(new Set(nodes.errors.map(({ code }) => code))).toEqual(new Set(['REDIS_UNREACHABLE']));
  });

  test('while it reads its data says so, and is waited for where that is asked for', async () => {
    const client = await start({ appendOnly: true, settings: SLOW_START });
    const [reader, writer] = [nodes.broker(), nodes.broker({ waitToPublish: true })];
    const reading = read(nodes.channel('a', reader));
    await reading.joined;
    const channel = nodes.channel('a', writer);
    await channel.publish(1);
    const filling = client.pipeline();
    for (const n of upTo(ENTRIES)) filling.set(`n${n}`, n);
    await filling.exec();
    await redis.crash();
    const restarting = redis.restart();
    const loading = {
      code: 'REDIS_LOADING',
      message:
        `REDIS_LOADING: RedisBroker at ${redis.url} (option redis) → LOADING Redis is loading the dataset in memory → ` +
        'wait; waitAtStart and waitToPublish do so by themselves',
    };
    await until(() => nodes.errors.some(({ code }) => code === 'REDIS_LOADING'));
    await expect(nodes.broker({ timeout: 1500 }).ready()).rejects.toMatchObject(loading);
    await expect(Promise.resolve(nodes.channel('a', reader).publish(99))).rejects.toMatchObject(loading);
    const waiting = Promise.all([channel.publish(2), nodes.broker({ waitAtStart: true }).ready()]);
    await restarting;
    await waiting;
    await until(() => reading.got.length >= 2);
    expect(reading.got).toEqual([1, 2]);
  }, 30_000);

  test('since its password was changed says so, once; subscribers stay, and go on when it is right again', async () => {
    const client = await start({ password: 'old' });
    const [reader, writer] = [nodes.broker(), nodes.broker({ waitToPublish: true })];
    const [near, far] = [nodes.channel('a', reader), nodes.channel('a', writer)];
    const reading = read(near);
    await reading.joined;
    await far.publish(1);
    await client.config('SET', 'requirepass', 'new');
    // Whoever is in stays in.
    await far.publish(2);
    await client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    const refused = (): number => nodes.errors.filter(({ code }) => code === 'REDIS_REFUSED').length;
    await until(() => refused() === 3);
    await expect(Promise.resolve(near.publish(99))).rejects.toMatchObject({
      code: 'REDIS_REFUSED',
      message:
        `REDIS_REFUSED: RedisBroker at redis://:***@127.0.0.1:${redis.port} (option redis) → ` +
        'WRONGPASS invalid username-password pair or user is disabled. → ' +
        'put the user and the password into the option redis (REDIS_URL): redis://user:password@host:port',
    });
    const waiting = far.publish(3);
    await wait(300);
    expect(refused()).toBe(3);
    await client.config('SET', 'requirepass', 'old');
    await waiting;
    await until(() => reading.got.includes(3));
    expect(reading.got).toEqual([1, 2, 3]);
  });

  test('since it hangs says so, names the setting, and gives its subscribers all when it goes on', async () => {
    await start();
    const [one, two] = [nodes.broker({ timeout: 300 }), nodes.broker({ timeout: 300, waitToPublish: true })];
    const [near, far] = [nodes.channel('a', one), nodes.channel('a', two)];
    const reading = read(near);
    await reading.joined;
    await far.publish(1);
    redis.pause();
    const notAnswering = /REDIS_NOT_ANSWERING: .* → look what holds it up, or raise the option timeout;/;
    await expect(nodes.broker({ timeout: 300 }).ready()).rejects.toThrow(notAnswering);
    const waiting = nodes.publish(far, upTo(20, 2));
    const late = nodes.channel('a', two).subscribe({ lastEventId: 'of another day' });
    const missed = late.next();
    // Longer than the reader waits too, which blocks for five seconds.
    await until(() => nodes.errors.filter(({ code }) => code === 'REDIS_NOT_ANSWERING').length >= 2);
    await expect(Promise.resolve(near.publish(99))).rejects.toThrow(notAnswering);
    redis.resume();
    await waiting;
    await until(() => reading.got.includes(20));
    // The other one was sent before the connection was given up, so that Redis may have read it.
    expect(reading.got.filter((each) => each !== 99)).toEqual(upTo(20));
    expect((await missed).value).toMatchObject({ event: 'reset' });
    await late.return();
  }, 30_000);

  test('all that the README does not allow a user lets a broker work', async () => {
    const client = await start();
    const page = readFileSync(path.join(__dirname, '../README.md'), 'utf8');
    const [rule = ''] = /^ACL SETUSER .*$/m.exec(page) ?? [];
    const [, setUser = '', name = '', ...rules] = rule.split(' ');
    await client.call('ACL', [setUser, name, ...rules]);
    const address = `redis://${name}:password@127.0.0.1:${redis.port}`;
    const channel = nodes.channel(
      'a',
      nodes.broker({ redis: address, waitToPublish: true, keepFor: 10_000 }),
    );
    const reading = read(channel);
    await reading.joined;
    const [first] = await nodes.publish(channel, upTo(5));
    await client.call('CLIENT', 'KILL', 'USER', name);
    await nodes.publish(channel, upTo(10, 6));
    const late = read(channel, first);
    await until(() => reading.got.length >= 10 && late.got.length >= 9);
    expect(reading.got).toEqual(upTo(10));
    expect(late.got).toEqual(upTo(10, 2));
    expect(new Set(nodes.errors.map(({ code }) => code))).toEqual(new Set(['REDIS_UNREACHABLE']));
    expect(await client.call('ACL', ['LOG'])).toEqual([]);
  });
});
