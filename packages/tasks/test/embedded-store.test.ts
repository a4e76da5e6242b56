// What the disk does to an embedded queue, and what it says of it.
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { AsyncLocalStorage } from 'node:async_hooks';

import { defineTask, openEmbeddedQueue, type QueueOptions, type TaskQueue } from '@sluice/tasks';
import { openTestQueue } from '@sluice/tasks/testing';
import { ClassicLevel } from 'classic-level';

import { EmbeddedQueue } from '../src/embedded/embedded-queue.js';
import type { TaskRecord } from '../src/embedded/task-record.js';
import { toQueueSettings } from '../src/queue-options.js';
import { MemoryStore } from '../src/testing/memory-store.js';
import { QueueProcess } from './support/queue-process.js';

let folder: string;
const lines: string[] = [];
const say = (_fields: object, message: string): void => void lines.push(message);
const log = { info: say, warn: say, error: say };
const opened: TaskQueue[] = [];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sluice-store-'));
  lines.length = 0;
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((queue) => queue.close()));
  rmSync(folder, { recursive: true, force: true });
});

const task = defineTask('task', (_n: number) => undefined);

async function open(options: Partial<QueueOptions> = {}, at = folder): Promise<TaskQueue> {
  const queue = await openEmbeddedQueue({ folder: at, tasks: [task], log, ...options });
  opened.push(queue);
  return queue;
}

/** Changes what is stored while no queue is open. */
async function edit(change: (level: ClassicLevel) => Promise<void>): Promise<void> {
  const level = new ClassicLevel(folder);
  await level.open();
  await change(level);
  await level.close();
}

async function editRecord(id: string, change: Partial<TaskRecord>): Promise<void> {
  await edit(async (level) => {
    const record = JSON.parse((await level.get(`state!${id}`))!) as TaskRecord;
    await level.put(`state!${id}`, JSON.stringify({ ...record, ...change }));
  });
}

async function finished(queue: TaskQueue, id: string): Promise<string | undefined> {
  let state: string | undefined;
  for await (const info of queue.watch(id)) state = info.state;
  return state;
}

describe('the folder', () => {
  test('that another queue has open is refused, also in another process, and free after that', async () => {
    const first = await open({}, path.join(folder, 'tasks'));
    const error = {
      code: 'QUEUE_LOCKED',
      message:
        `QUEUE_LOCKED: ${path.join(folder, 'tasks')} → a queue is open there, in this process or in another one → ` +
        'give each process a folder of its own; @sluice/bullmq is for several processes with one queue',
    };
    await expect(open({}, path.join(folder, 'tasks'))).rejects.toMatchObject(error);
    await expect(QueueProcess.start(folder)).rejects.toThrow(error.message);
    await first.close();
    await (await open({}, path.join(folder, 'tasks'))).close();
  });

  test('that cannot be made is refused, and named', async () => {
    writeFileSync(path.join(folder, 'file'), '');
    await expect(open({}, path.join(folder, 'file', 'tasks'))).rejects.toMatchObject({
      code: 'QUEUE_FOLDER_UNUSABLE',
      message: expect.stringContaining(
        `${path.join(folder, 'file', 'tasks')} → it cannot be made, read or written: ENOTDIR`,
      ) as string,
    });
  });

  // The user root may write everywhere, so another one has to be asked.
  const asRoot = process.getuid?.() === 0;
  (asRoot ? test : test.skip)('that may only be read is refused, and named', async () => {
    chmodSync(folder, 0o755);
    mkdirSync(path.join(folder, 'tasks'), { mode: 0o555 });
    writeFileSync(path.join(folder, 'log.txt'), '');
    chmodSync(path.join(folder, 'log.txt'), 0o666);
    await expect(QueueProcess.start(folder, { uid: 65_534 })).rejects.toThrow(
      `QUEUE_FOLDER_UNUSABLE: ${path.join(folder, 'tasks')} → it cannot be made, read or written: `,
    );
  });

  test.each([
    ['names a file that is not there', 'CURRENT', 'MANIFEST-999999\n'],
    ['is overwritten', 'CURRENT', 'nothing'],
    ['has a list of files that is no such list', 'MANIFEST', 'nothing at all, but rather long: '.repeat(10)],
  ])('whose content %s is refused as corrupt, with what to do', async (_what, name, content) => {
    const queue = await open();
    await finished(queue, (await queue.enqueue(task, 1)).id);
    await queue.close();
    const file = readdirSync(folder).find((each) => each.startsWith(name))!;
    writeFileSync(path.join(folder, file), content);
    await expect(open()).rejects.toMatchObject({
      code: 'QUEUE_CORRUPT',
      message: expect.stringMatching(
        / → what is stored there cannot be read: .* → copy the folder, then repair it with ClassicLevel\.repair\(folder\)/,
      ) as string,
    });
  });

  test.each([undefined, '', 'a\0b', 7])('is not %j', async (wrong) => {
    await expect(openEmbeddedQueue({ folder: wrong as string, tasks: [] })).rejects.toMatchObject({
      code: 'QUEUE_OPTIONS_INVALID',
    });
  });
});

describe('what is stored', () => {
  test('and cannot be read as a task is left as it is, and said', async () => {
    await edit(async (level) => {
      await level.put('state!bad', '{"v":1');
      await level.put('state!other', '{"v":2,"id":"other"}');
    });
    const queue = await open();
    expect(lines).toEqual([
      'a stored task cannot be read; it is left as it is: state!bad',
      'a stored task cannot be read; it is left as it is: state!other',
    ]);
    await queue.close();
    await edit(async (level) => {
      expect(await level.get('state!bad')).toBe('{"v":1');
    });
  });

  test('without its payload is a dead letter', async () => {
    const queue = await open();
    const { id } = await queue.enqueue(task, 1, { delay: 60_000 });
    await queue.close();
    await edit((level) => level.del(`payload!${id}`));
    await editRecord(id, { delay: 0 });
    const next = await open();
    expect(await finished(next, id)).toBe('dead');
    expect(await next.deadLetters.list()).toMatchObject([
      { id, payload: undefined, error: { message: 'its payload is not in the store' } },
    ]);
  });

  test('as running is run again after a crash, until it has brought down too many processes', async () => {
    const queue = await open();
    const { id } = await queue.enqueue(task, 1, { delay: 60_000 });
    const { id: other } = await queue.enqueue(task, 1, { delay: 60_000 });
    await queue.close();
    await editRecord(id, { state: 'running', interruptions: 1 });
    await editRecord(other, { state: 'running', interruptions: 2 });
    const next = await open({ maxInterruptions: 3 });
    expect(await finished(next, id)).toBe('done');
    expect(await finished(next, other)).toBe('dead');
    expect(lines).toEqual([
      'task was running when the process ended, 3 times; it is among the dead letters',
      '2 tasks ran when the process ended; they are run again',
    ]);
    await next.deadLetters.retry(other);
    expect(await finished(next, other)).toBe('done');
  });

  test.each([
    ['an hour ago', -3_600_000],
    ['in an hour', 3_600_000],
  ])('waits no longer than its delay where the clock says that it was enqueued %s', async (_when, jump) => {
    const queue = await open();
    const { id } = await queue.enqueue(task, 1, { delay: 100 });
    await queue.close();
    await editRecord(id, { waitsSince: Date.now() + jump });
    const from = performance.now();
    expect(await finished(await open(), id)).toBe('done');
    expect(performance.now() - from).toBeLessThan(5000);
  });

  test('for as long as `keepDone` says is forgotten at the next start', async () => {
    const queue = await open();
    const { id } = await queue.enqueue(task, 1);
    await finished(queue, id);
    await queue.close();
    await editRecord(id, { finishedAt: Date.now() - 5000 });
    const next = await open({ keepDone: { age: 4000 } });
    expect(await next.find(id)).toBeUndefined();
    await next.close();
    await edit(async (level) => {
      expect(await level.keys().all()).toEqual([]);
    });
  });

  test.each([
    [500, 1],
    [10_000, 20],
  ])('is there again, %i tasks', async (total, concurrency) => {
    const ran: number[] = [];
    const count = defineTask('count', (n: number) => void ran.push(n));
    const first = await open({ tasks: [count] });
    const numbers = Array.from({ length: total }, (_, n) => n);
    await Promise.all(numbers.map((n) => first.enqueue(count, n, { delay: 100 })));
    await first.close();
    // Its delay is over by now.
    await wait(100);
    const ranBefore = ran.length;
    const next = await open({ tasks: [count], concurrency, keepDone: { count: 0 } });
    const isLeft = async (): Promise<boolean> => {
      const { waiting, delayed, running } = await next.counts();
      return waiting + delayed + running > 0;
    };
    while (await isLeft()) await wait(20);
    expect(ran).toHaveLength(total);
    if (concurrency === 1 && ranBefore === 0) expect(ran).toEqual(numbers);
    expect(ran.toSorted((a, b) => a - b)).toEqual(numbers);
    await next.close();
    await edit(async (level) => {
      expect(await level.keys().all()).toEqual([]);
    });
  });
});

test('handlers run in the context in which the queue was opened, not in that of a request', async () => {
  const storage = new AsyncLocalStorage<string>();
  const seen: unknown[] = [];
  const look = defineTask('look', () => void seen.push(storage.getStore()));
  const queue = await storage.run('opened', () => openTestQueue({ tasks: [look] }));
  await storage.run('request', () => queue.enqueue(look, null));
  await queue.whenIdle();
  expect(seen).toEqual(['opened']);
  await queue.close();
});

describe('a disk that refuses to write', () => {
  /** Memory that fails when asked to, as LevelDB does: until it is opened again. */
  class FailingStore extends MemoryStore {
    full = false;
    #broken = false;

    /** @param writes Whether what it rejects is there nevertheless. */
    constructor(readonly writes: boolean) {
      super();
    }

    override async open(): Promise<void> {
      this.#broken = false;
    }

    override async write(changes: Parameters<MemoryStore['write']>[0]): Promise<void> {
      if (this.full || this.#broken) {
        if (this.writes) await super.write(changes);
        this.#broken = true;
        throw new Error('no space left on device');
      }
      await super.write(changes);
    }

    override async reopen(): Promise<void> {
      if (this.full) throw new Error('no space left on device');
      this.#broken = false;
    }
  }

  test('rejects what is enqueued, goes on with what it has, and stores again when there is room', async () => {
    const store = new FailingStore(true);
    const ran: number[] = [];
    const work = defineTask('work', async (n: number) => {
      await wait(n);
      ran.push(n);
    });
    const settings = { ...toQueueSettings({ tasks: [work], log }, 'test'), skipDelays: false };
    const queue = await EmbeddedQueue.open(store, settings);
    const { id } = await queue.enqueue(work, 30);
    await wait(5);
    store.full = true;
    for (const key of ['a', 'b']) {
      await expect(queue.enqueue(work, 1, { key })).rejects.toMatchObject({
        code: 'QUEUE_WRITE_FAILED',
        message:
          'QUEUE_WRITE_FAILED: the store of the queue → no space left on device → make room on its disk; nothing was stored',
      });
    }
    expect(await finished(queue, id)).toBe('done');
    store.full = false;
    const { created } = await queue.enqueue(work, 2, { key: 'a' });
    expect(created).toBe(true);
    await queue.whenIdle();
    expect(ran).toEqual([30, 2]);
    expect(lines).toEqual(['the queue cannot store tasks', 'the queue can store tasks again']);
    await queue.close();

    const next = await EmbeddedQueue.open(store, settings);
    expect(await next.counts()).toEqual({ waiting: 0, delayed: 0, running: 0, done: 2, dead: 0 });
    await next.close();
    expect(ran).toEqual([30, 2]);
  });

  test('says at its end what it could not write, and runs that again', async () => {
    const store = new FailingStore(false);
    const ran: number[] = [];
    const work = defineTask('work', async (n: number) => {
      await wait(20);
      ran.push(n);
    });
    const settings = { ...toQueueSettings({ tasks: [work], log }, 'test'), skipDelays: false };
    const queue = await EmbeddedQueue.open(store, settings);
    await queue.enqueue(work, 1);
    await wait(5);
    store.full = true;
    await queue.close();
    expect(ran).toEqual([1]);
    expect(lines.at(-1)).toMatch(
      /^closing the queue: the last changes of \d entries could not be written; the next start runs their tasks again$/,
    );
    store.full = false;
    const next = await EmbeddedQueue.open(store, settings);
    await next.whenIdle();
    expect(ran).toEqual([1, 1]);
    await next.close();
  });
});
