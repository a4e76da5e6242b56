// What becomes of tasks when Redis, or a worker, goes away: SLUICE_TASKS says how many, 1,000 by default.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

import { openBullmqQueue, type BullmqQueueOptions } from '@sluice/bullmq';
import { defineTask, type TaskQueue } from '@sluice/tasks';

import {
  describeWithRedis,
  RedisServer,
  type RedisServerOptions,
} from '../../../test/support/redis-server.js';

const TASKS = Number(process.env.SLUICE_TASKS ?? 1000);
const PATIENCE = 60_000;

const lines: string[] = [];
const say = (_fields: object, message: string): void => void lines.push(message);
const log = { info: say, warn: say, error: say };
const nothing = defineTask('nothing', () => undefined);
let redis: RedisServer | undefined;
const opened: TaskQueue[] = [];

async function start(options?: RedisServerOptions): Promise<RedisServer> {
  redis = await RedisServer.start(options);
  return redis;
}

async function open(options: Partial<BullmqQueueOptions> & { readonly redis: string }): Promise<TaskQueue> {
  const queue = await openBullmqQueue({ tasks: [nothing], log, ...options });
  opened.push(queue);
  return queue;
}

/** What opening fails with, and that it does so soon. */
async function refused(options: Partial<BullmqQueueOptions> & { readonly redis: string }): Promise<Error> {
  const from = performance.now();
  const error = await open(options).then(
    () => new Error('it was opened'),
    (thrown: unknown) => thrown as Error,
  );
  expect(performance.now() - from).toBeLessThan(5000);
  return error;
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((queue) => queue.close()));
  await redis?.close();
  redis = undefined;
  lines.length = 0;
});

async function isIdle(queue: TaskQueue): Promise<boolean> {
  const { waiting, delayed, running } = await queue.counts();
  return waiting + delayed + running === 0;
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`did not come: ${condition.toString()}`);
    await wait(20);
  }
}

describe('the start of a queue', () => {
  test.each([
    [{ redis: 'localhost:6379' }, 'redis is no address of the form redis://host:port'],
    [{ redis: 'http://localhost' }, 'redis is no address of the form redis://host:port'],
    [{ redis: undefined }, 'redis is no address of the form redis://host:port'],
    [{ redis: 'redis://a', name: 'a:b' }, 'name is "a:b"'],
    [{ redis: 'redis://a', stalledAfter: 1 }, 'stalledAfter is 1'],
    [{ redis: 'redis://a', concurrency: 0 }, 'concurrency is 0'],
  ])('with %j says what is wrong', async (options, problem) => {
    const opening = open(options as never);
    await expect(opening).rejects.toMatchObject({ code: 'QUEUE_OPTIONS_INVALID' });
    await expect(opening).rejects.toThrow(problem);
  });

  test('where nothing listens names the setting', async () => {
    expect(await refused({ redis: 'redis://:secret@127.0.0.1:1' })).toMatchObject({
      code: 'REDIS_UNREACHABLE',
      message:
        "REDIS_UNREACHABLE: openBullmqQueue({ redis: 'redis://:***@127.0.0.1:1' }) → connect ECONNREFUSED 127.0.0.1:1 → " +
        'start Redis there, or write its address into `redis`; `waitForRedis: true` waits for it',
    });
  });

  test('at a name that is none, and at a server that says nothing, names it too', async () => {
    expect(await refused({ redis: 'redis://nobody.invalid' })).toMatchObject({ code: 'REDIS_UNREACHABLE' });
    const mute = createServer().listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const { port } = mute.address() as AddressInfo;
    expect(await refused({ redis: `redis://127.0.0.1:${port}` })).toMatchObject({
      code: 'REDIS_UNREACHABLE',
      message: expect.stringContaining('write its address into `redis`') as string,
    });
    mute.close();
  });
});

describeWithRedis('a Redis', () => {
  test('that asks for another password is named, without the password', async () => {
    const { port } = await start({ password: 'right' });
    for (const user of ['', ':wrong@', 'nobody:wrong@']) {
      const error = await refused({ redis: `redis://${user}127.0.0.1:${port}` });
      expect(error).toMatchObject({ code: 'REDIS_REFUSED' });
      expect(error.message).toMatch(
        /→ (?:WRONGPASS|NOAUTH) .* → write the right user, password and database into `redis`/,
      );
      expect(error.message).not.toContain(':wrong');
    }
    const waiting = await refused({ redis: `redis://:wrong@127.0.0.1:${port}`, waitForRedis: true });
    expect(waiting).toMatchObject({ code: 'REDIS_REFUSED' });
    await open({ redis: redis!.url });
  });

  test('that has no such database is named', async () => {
    const { port } = await start();
    expect(await refused({ redis: `redis://127.0.0.1:${port}/99` })).toMatchObject({ code: 'REDIS_REFUSED' });
  });

  test('that comes later is waited for where that is asked for', async () => {
    const server = await start();
    await server.stop();
    const opening = open({ redis: server.url, waitForRedis: true });
    await wait(300);
    await server.restart();
    const queue = await opening;
    expect((await queue.enqueue(nothing, null)).created).toBe(true);
    expect(lines[0]).toBe(`waiting for Redis at ${server.url}`);
  });

  test('that goes away makes enqueuing fail in time, and is used again when it is back', async () => {
    const server = await start({ appendOnly: true });
    const queue = await open({ redis: server.url, commandTimeout: 300 });
    await server.stop();
    await expect(queue.enqueue(nothing, null)).rejects.toMatchObject({ code: 'REDIS_UNREACHABLE' });
    expect(lines).toEqual([expect.stringMatching(/^the queue has trouble with Redis at redis:/)]);
    await server.restart();
    await until(async () =>
      queue.enqueue(nothing, null).then(
        () => true,
        () => false,
      ),
    );
    await until(async () => (await queue.counts()).done > 0 && (await isIdle(queue)));
  });

  test('that has no memory left refuses a task, and says so', async () => {
    const server = await start({ settings: ['--maxmemory', '1mb', '--maxmemory-policy', 'noeviction'] });
    const opening = open({ redis: server.url, run: false });
    const full = opening.then(async (queue) => queue.enqueue(nothing, null));
    await expect(full).rejects.toMatchObject({
      code: 'QUEUE_WRITE_FAILED',
      message: expect.stringContaining('OOM') as string,
    });
  });

  test(
    `that is killed and started again loses none of ${TASKS} tasks, and leaves none stuck`,
    async () => {
      const server = await start({ appendOnly: true });
      const done = new Set<number>();
      const work = defineTask(
        'work',
        async (n: number) => {
          await wait(n % 10);
          done.add(n);
        },
        { attempts: 20, backoff: { type: 'fixed', delay: 100 } },
      );
      const options = { redis: server.url, tasks: [work], concurrency: 50, stalledAfter: 1000 };
      const queue = await open({ ...options, commandTimeout: 60_000 });
      const numbers = Array.from({ length: TASKS }, (_, n) => n);
      const enqueuing = Promise.all(numbers.map((n) => queue.enqueue(work, n, { key: String(n) })));
      for (const share of [0.2, 0.6]) {
        await until(() => done.size >= TASKS * share);
        await server.crash();
        await wait(100);
        await server.restart();
      }
      await enqueuing;
      await until(async () => isIdle(queue));
      expect(numbers.filter((n) => !done.has(n))).toEqual([]);
      expect((await queue.counts()).dead).toBe(0);
    },
    60_000 + TASKS * 20,
  );
});

describeWithRedis('a worker', () => {
  async function startWorker(url: string, time: number) {
    const child = fork(path.join(__dirname, 'support', 'worker-program.ts'), [url, String(time)], {
      cwd: path.join(__dirname, '../../..'),
      execArgv: ['--import', pathToFileURL(require.resolve('tsx')).href],
    });
    const began: number[] = [];
    const done: number[] = [];
    child.on('message', (said: { began?: number; done?: number } | 'ready') => {
      if (said === 'ready') return;
      if (said.began !== undefined) began.push(said.began);
      if (said.done !== undefined) done.push(said.done);
    });
    await once(child, 'message');
    return { child, began, done };
  }

  const work = defineTask('work', (_n: number) => undefined);

  test('that is killed while it runs tasks takes nothing with it', async () => {
    const server = await start();
    const queue = await open({ redis: server.url, tasks: [work], run: false });
    const numbers = Array.from({ length: 20 }, (_, n) => n);
    const first = await startWorker(server.url, 60_000);
    for (const n of numbers) await queue.enqueue(work, n);
    await until(() => first.began.length === 5);
    first.child.kill('SIGKILL');
    const second = await startWorker(server.url, 5);
    await until(async () => isIdle(queue));
    expect(second.done.toSorted((a, b) => a - b)).toEqual(numbers);
    second.child.disconnect();
    await once(second.child, 'exit');
  }, 60_000);
});
