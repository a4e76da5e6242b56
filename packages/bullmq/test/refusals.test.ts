// A Redis that is there and refuses: a replica, one without memory, one that reads its data, another password, one that hangs.
import { setTimeout as wait } from 'node:timers/promises';

import { openBullmqQueue, type BullmqQueueOptions } from '@sluice/bullmq';
import { defineTask, type TaskQueue } from '@sluice/tasks';
import { Redis } from 'ioredis';

import {
  describeWithRedis,
  RedisServer,
  type RedisServerOptions,
} from '../../../test/support/redis-server.js';

const PATIENCE = 20_000;
/** Reading its data takes a while, in which it answers now and then. */
const SLOW_START = ['--key-load-delay', '50', '--loading-process-events-interval-bytes', '1024'];
const ENTRIES = 20_000;

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`did not come: ${condition.toString()}`);
    await wait(20);
  }
}

describeWithRedis('a Redis that refuses', () => {
  let redis: RedisServer;
  let client: Redis;
  let queue: TaskQueue;
  const done = new Set<number>();
  const errors: string[] = [];
  const note = ({ err }: { readonly err?: Error }): void => void errors.push(err?.message ?? '');
  const log = { info: () => {}, warn: note, error: note };
  const work = defineTask('work', (n: number) => void done.add(n));

  async function start(server: RedisServerOptions, options: Partial<BullmqQueueOptions> = {}): Promise<void> {
    redis = await RedisServer.start(server);
    client = new Redis(redis.url);
    client.on('error', () => {});
    queue = await open(options);
  }

  async function open(options: Partial<BullmqQueueOptions> = {}): Promise<TaskQueue> {
    return openBullmqQueue({ redis: redis.url, tasks: [work], log, stalledAfter: 1000, ...options });
  }

  /** Every task of a number up to this one was done. */
  async function isDoneUpTo(end: number): Promise<boolean> {
    return Array.from({ length: end }, (_, n) => n + 1).every((n) => done.has(n));
  }

  async function enqueueInTheEnd(n: number): Promise<void> {
    await until(async () =>
      queue.enqueue(work, n).then(
        () => true,
        () => false,
      ),
    );
  }

  beforeEach(() => {
    done.clear();
    errors.length = 0;
  });

  afterEach(async () => {
    client.disconnect();
    await queue.close();
    await redis.close();
  });

  test('since it became a replica takes no task, names the setting, and is used again afterwards', async () => {
    await start({});
    await queue.enqueue(work, 1);
    await until(() => isDoneUpTo(1));
    await client.replicaof('127.0.0.1', 1);
    await expect(queue.enqueue(work, 99)).rejects.toMatchObject({
      code: 'QUEUE_WRITE_FAILED',
      message: expect.stringMatching(
        /^QUEUE_WRITE_FAILED: Redis at redis:\S+ → READONLY .* → let `redis` name the primary, or set right what keeps it from writing$/,
      ) as string,
    });
    await client.replicaof('NO', 'ONE');
    await enqueueInTheEnd(2);
    await until(() => isDoneUpTo(2));
    expect(errors[0]).toMatch(/ → (?:UNBLOCKED|READONLY) .* → let `redis` name the primary/);
  }, 30_000);

  test('since it has no memory left takes no task, names the setting, and is used again afterwards', async () => {
    await start({});
    await queue.enqueue(work, 1);
    await client.config('SET', 'maxmemory', '1');
    await expect(queue.enqueue(work, 99)).rejects.toMatchObject({
      code: 'QUEUE_WRITE_FAILED',
      message: expect.stringMatching(
        / → OOM .* → raise maxmemory of Redis, or keep less of what is done: `keepDone`; nothing was stored$/,
      ) as string,
    });
    await client.config('SET', 'maxmemory', '0');
    await queue.enqueue(work, 2);
    await until(() => isDoneUpTo(2));
    await until(async () => (await queue.counts()).running === 0);
    expect(done).toEqual(new Set([1, 2]));
  }, 30_000);

  test('while it reads its data says so at the start, and is waited for', async () => {
    await start({ appendOnly: true, settings: SLOW_START }, { commandTimeout: 60_000 });
    const filling = client.pipeline();
    for (let n = 0; n < ENTRIES; n += 1) filling.set(`n${n}`, n);
    await filling.exec();
    await redis.crash();
    const restarting = redis.restart();
    let refusal: unknown;
    await until(async () => {
      refusal = await open({ run: false }).then(
        (late) => late.close(),
        (error: unknown) => error,
      );
      return !String(refusal).includes('ECONNREFUSED');
    });
    expect(refusal).toMatchObject({
      code: 'REDIS_UNREACHABLE',
      message: expect.stringMatching(
        / → LOADING .* → wait until it has read its data; `waitForRedis: true` does so at the start/,
      ) as string,
    });
    const enqueuing = queue.enqueue(work, 1);
    await Promise.all([restarting, enqueuing]);
    await until(() => isDoneUpTo(1));
  }, 60_000);

  test('since its password was changed says so, and is used again when it is right', async () => {
    await start({ password: 'old' });
    await queue.enqueue(work, 1);
    await until(() => isDoneUpTo(1));
    await client.config('SET', 'requirepass', 'new');
    await client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await expect(queue.enqueue(work, 99)).rejects.toMatchObject({
      code: 'REDIS_REFUSED',
      message:
        `REDIS_REFUSED: Redis at redis://:***@127.0.0.1:${redis.port} → ` +
        'WRONGPASS invalid username-password pair or user is disabled. → ' +
        'write the right user, password and database into `redis`: redis://user:password@host:port/0',
    });
    await client.config('SET', 'requirepass', 'old');
    await enqueueInTheEnd(2);
    await until(() => isDoneUpTo(2));
    expect(errors[0]).toMatch(/ → WRONGPASS .* into `redis`/);
  }, 30_000);

  test('since it hangs makes calls fail in time, with the setting, and is used again when it goes on', async () => {
    await start({}, { commandTimeout: 300 });
    await queue.enqueue(work, 1);
    redis.pause();
    await expect(queue.enqueue(work, 2)).rejects.toMatchObject({
      code: 'REDIS_UNREACHABLE',
      message: expect.stringMatching(
        / → no answer within 500 ms → see that it runs, and that `redis` has its address; what was asked for may have been done$/,
      ) as string,
    });
    redis.resume();
    await enqueueInTheEnd(3);
    // The one that was asked for and not answered was stored, as the error said that it may.
    await until(() => isDoneUpTo(3));
  }, 30_000);
});
