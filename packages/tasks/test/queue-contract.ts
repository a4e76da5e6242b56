// What a program relies on in any queue: its test calls describeQueue.
import { setTimeout as wait } from 'node:timers/promises';

import {
  defineTask,
  NoRetryError,
  type DeadLetter,
  type QueueOptions,
  type TaskInfo,
  type TaskQueue,
} from '@sluice/tasks';
import { Type } from 'class-transformer';
import { Allow, IsDate, IsInt, IsString, Min } from 'class-validator';

/** A store that queues are opened over, one after the other. */
export interface QueueStage {
  open(options: QueueOptions): Promise<TaskQueue>;
  /** Lets go of the store. */
  close(): Promise<void>;
}

const PATIENCE = 10_000;

class Resize {
  @IsString() file!: string;
  @IsInt() @Min(1) width!: number;
  @Type(() => Date) @IsDate() at!: Date;
}

class Narrow {
  @IsInt() width!: number;
}

class Wide {
  @Allow() width!: unknown;
}

/** What a test's log got. */
class TestLog {
  readonly lines: string[] = [];
  readonly info = (_fields: object, message: string): void => void this.lines.push(`info ${message}`);
  readonly warn = (_fields: object, message: string): void => void this.lines.push(`warn ${message}`);
  readonly error = (_fields: object, message: string): void => void this.lines.push(`error ${message}`);
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`did not come: ${condition.toString()}`);
    await wait(5);
  }
}

/** A promise that is settled from outside. */
function gate(): { readonly open: () => void; readonly passed: Promise<void> } {
  let open!: () => void;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { open, passed };
}

async function finished(queue: TaskQueue, id: string): Promise<TaskInfo> {
  let last: TaskInfo | undefined;
  for await (const info of queue.watch(id)) last = info;
  if (last?.state !== 'done' && last?.state !== 'dead') {
    throw new Error(`it ended as ${String(last?.state)}`);
  }
  return last;
}

async function onlyDead(queue: TaskQueue): Promise<DeadLetter> {
  const dead = await queue.deadLetters.list();
  expect(dead).toHaveLength(1);
  return dead[0]!;
}

/** Holds a queue to the contract of `TaskQueue`. */
export function describeQueue(name: string, start: () => QueueStage | Promise<QueueStage>): void {
  let stage: QueueStage;
  let log: TestLog;
  const opened: TaskQueue[] = [];

  const open = async (
    tasks: QueueOptions['tasks'],
    options: Partial<QueueOptions> = {},
  ): Promise<TaskQueue> => {
    const queue = await stage.open({ tasks, log, ...options });
    opened.push(queue);
    return queue;
  };

  beforeEach(async () => {
    log = new TestLog();
    stage = await start();
  });

  afterEach(async () => {
    await Promise.all(opened.splice(0).map((queue) => queue.close()));
    await stage.close();
  });

  describe(`${name}: a task`, () => {
    test('is run with its payload as an instance of its model, and is done', async () => {
      const seen: unknown[] = [];
      const resize = defineTask(
        'resize',
        async (payload, { id, name, attempt, attempts, enqueuedAt, signal }) => {
          seen.push(payload, { id, name, attempt, attempts, aborted: signal.aborted });
          seen.push(Date.now() - enqueuedAt.getTime() < PATIENCE);
          await wait(1);
        },
        { payload: Resize, attempts: 3 },
      );
      const queue = await open([resize]);
      const at = new Date('2026-01-02T03:04:05Z');
      const given = Object.assign(new Resize(), { file: 'ä😀.png', width: 10, at });
      const { id, created } = await queue.enqueue(resize, given);
      expect(created).toBe(true);
      expect(await finished(queue, id)).toMatchObject({
        ...{ id, name: 'resize', state: 'done', failures: 0, progress: null },
        ...{ enqueuedAt: expect.any(Date) as Date, finishedAt: expect.any(Date) as Date },
      });
      expect(seen).toEqual([
        { file: 'ä😀.png', width: 10, at },
        { id, name: 'resize', attempt: 1, attempts: 3, aborted: false },
        true,
      ]);
      expect(seen[0]).toBeInstanceOf(Resize);
      expect(await queue.counts()).toEqual({ waiting: 0, delayed: 0, running: 0, done: 1, dead: 0 });
    });

    test.each([
      ['an object', { a: [1, 'b', null, { c: true }], $ref: '__proto__' }],
      ['text', 'a\r\nb\0\u2028\ud800'],
      ['null', null],
      ['false', false],
      ['a list', []],
    ])('without a model takes %s as it is', async (_what, payload) => {
      const seen: unknown[] = [];
      const any = defineTask('any', (given: unknown) => seen.push(given));
      const queue = await open([any]);
      await finished(queue, (await queue.enqueue(any, payload)).id);
      expect(seen).toEqual([payload]);
    });

    const circle: Record<string, unknown> = { name: 'a' };
    circle.self = { again: circle };

    test.each([
      ['undefined', undefined, 'the payload of any → it is undefined'],
      ['a bigint', { n: 1n }, 'the payload of any at ["n"] → it is a bigint'],
      ['a circle', circle, 'the payload of any at ["self"]["again"] → it is a circle: it holds itself'],
      [
        'undefined in a list',
        { list: [1, undefined] },
        'the payload of any at ["list"]["1"] → it is undefined',
      ],
      ['NaN', [NaN], 'the payload of any at ["0"] → it is NaN'],
      ['a Map', { map: new Map() }, 'it is a Map'],
      ['a function', () => 1, 'it is a function'],
      ['bytes', { file: Buffer.from('a') }, 'it is bytes'],
      ['a date that is none', { at: new Date(NaN) }, 'it is a date that is none'],
    ])('is refused with %s as its payload, and not stored', async (_what, payload, message) => {
      const any = defineTask('any', (_given: unknown) => undefined);
      const queue = await open([any]);
      const enqueuing = queue.enqueue(any, payload);
      await expect(enqueuing).rejects.toMatchObject({ name: 'TaskQueueError', code: 'PAYLOAD_NOT_JSON' });
      await expect(enqueuing).rejects.toThrow(message);
      expect(await queue.counts()).toEqual({ waiting: 0, delayed: 0, running: 0, done: 0, dead: 0 });
    });

    test('is refused with a payload that does not fit its model, with every fault', async () => {
      const resize = defineTask('resize', () => undefined, { payload: Resize });
      const queue = await open([resize]);
      const payload = { file: 1, width: 0, at: new Date(0) };
      await expect(queue.enqueue(resize, payload as never)).rejects.toMatchObject({
        code: 'PAYLOAD_INVALID',
        detail: [
          { type: 'string_type', loc: ['payload', 'file'] },
          { type: 'greater_than_equal', loc: ['payload', 'width'] },
        ],
      });
      expect((await queue.counts()).done).toBe(0);
    });

    test('is refused where the queue does not know it, if only by its name', async () => {
      const known = defineTask('known', () => undefined);
      const queue = await open([known]);
      for (const task of [defineTask('other', () => undefined), defineTask('known', () => undefined)]) {
        await expect(queue.enqueue(task, null)).rejects.toMatchObject({ code: 'TASK_UNKNOWN' });
      }
    });

    test.each([
      { delay: -1 },
      { delay: NaN },
      { delay: '5' as never },
      { key: '' },
      { key: 7 as never },
      { priority: -1 },
      { priority: 1.5 },
      { priority: 2_000_001 },
    ])('is refused with %j', async (options) => {
      const any = defineTask('any', (_given: unknown) => undefined);
      const queue = await open([any]);
      await expect(queue.enqueue(any, 1, options)).rejects.toMatchObject({ code: 'ENQUEUE_INVALID' });
    });

    test('can enqueue another one', async () => {
      const ran: number[] = [];
      const down = defineTask('down', async (n: number) => {
        ran.push(n);
        if (n > 0) await queue.enqueue(down, n - 1);
      });
      const queue: TaskQueue = await open([down]);
      await queue.enqueue(down, 3);
      await until(() => ran.length === 4);
      expect(ran).toEqual([3, 2, 1, 0]);
    });

    test('waits for its delay', async () => {
      let ran = 0;
      const late = defineTask('late', () => void (ran = performance.now()));
      const queue = await open([late]);
      const from = performance.now();
      const { id } = await queue.enqueue(late, null, { delay: 150 });
      expect(await queue.find(id)).toMatchObject({ state: 'delayed' });
      expect(await queue.counts()).toMatchObject({ waiting: 0, delayed: 1 });
      await finished(queue, id);
      // A clock of whole milliseconds may give away one of them.
      expect(ran - from).toBeGreaterThanOrEqual(149);
    });

    test('is run once for each of a thousand', async () => {
      const ran: number[] = [];
      const count = defineTask('count', (n: number) => void ran.push(n));
      const queue = await open([count], { concurrency: 50 });
      await Promise.all(Array.from({ length: 1000 }, (_, n) => queue.enqueue(count, n)));
      await until(async () => (await queue.counts()).done === 1000);
      expect(ran.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, n) => n));
    });
  });

  describe(`${name}: order`, () => {
    test('no more than `concurrency` run at once, and as many do', async () => {
      let running = 0;
      let most = 0;
      const slow = defineTask('slow', async () => {
        running += 1;
        most = Math.max(most, running);
        await wait(20);
        running -= 1;
      });
      const queue = await open([slow], { concurrency: 3 });
      for (let n = 0; n < 9; n += 1) await queue.enqueue(slow, null);
      await until(async () => (await queue.counts()).done === 9);
      expect(most).toBe(3);
    });

    test('those of a lower number begin first, and of one number who came first', async () => {
      const ran: string[] = [];
      const { open: go, passed } = gate();
      const task = defineTask('task', async (label: string) => {
        ran.push(label);
        if (label === 'first') await passed;
      });
      const queue = await open([task], { concurrency: 1 });
      await queue.enqueue(task, 'first');
      await until(() => ran.length === 1);
      const order: [string, number][] = [
        ['late', 2_000_000],
        ['b1', 5],
        ['a1', 0],
        ['b2', 5],
        ['a2', 0],
      ];
      for (const [label, priority] of order) await queue.enqueue(task, label, { priority });
      go();
      await until(() => ran.length === 6);
      expect(ran).toEqual(['first', 'a1', 'a2', 'b1', 'b2', 'late']);
    });

    test('no more than the rate limit says begin within its time', async () => {
      const began: number[] = [];
      const task = defineTask('task', () => void began.push(performance.now()));
      const queue = await open([task], { rateLimit: { max: 2, duration: 200 } });
      for (let n = 0; n < 5; n += 1) await queue.enqueue(task, null);
      await until(() => began.length === 5);
      expect(began[4]! - began[0]!).toBeGreaterThanOrEqual(350);
    });
  });

  describe(`${name}: attempts`, () => {
    test('a task that fails is run again after its backoff, and told which attempt it is', async () => {
      const attempts: number[] = [];
      const times: number[] = [];
      const told: unknown[] = [];
      const shaky = defineTask(
        'shaky',
        async (_payload: null, { attempt }) => {
          attempts.push(attempt);
          times.push(performance.now());
          if (attempt < 3) throw new Error(`no ${attempt}`);
        },
        {
          attempts: 3,
          backoff: (failures, error) => {
            told.push([failures, error.message]);
            return 40 * failures;
          },
        },
      );
      const queue = await open([shaky]);
      const { id } = await queue.enqueue(shaky, null);
      expect(await finished(queue, id)).toMatchObject({ state: 'done', failures: 2 });
      expect(attempts).toEqual([1, 2, 3]);
      expect(told).toEqual([
        [1, 'no 1'],
        [2, 'no 2'],
      ]);
      expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(39);
      expect(times[2]! - times[1]!).toBeGreaterThanOrEqual(79);
      expect(log.lines).toEqual([
        'warn shaky failed (attempt 1 of 3); again in 40 ms',
        'warn shaky failed (attempt 2 of 3); again in 80 ms',
      ]);
    });

    test('one that fails each time is a dead letter, which can be retried', async () => {
      let broken = true;
      const attempts: number[] = [];
      const task = defineTask(
        'task',
        async (_payload: { n: number }, { attempt }) => {
          attempts.push(attempt);
          if (broken) throw new Error(`attempt ${attempt} went wrong`);
        },
        { attempts: 2, backoff: { type: 'fixed', delay: 1 } },
      );
      const queue = await open([task]);
      const { id } = await queue.enqueue(task, { n: 1 });
      expect(await finished(queue, id)).toMatchObject({ state: 'dead', failures: 2 });
      expect(await queue.counts()).toMatchObject({ waiting: 0, delayed: 0, running: 0, dead: 1 });
      expect(await onlyDead(queue)).toMatchObject({
        ...{ id, name: 'task', state: 'dead', payload: { n: 1 } },
        finishedAt: expect.any(Date) as Date,
        error: {
          message: 'attempt 2 went wrong',
          stack: expect.stringContaining('queue-contract') as string,
        },
      });
      expect(log.lines.at(-1)).toBe('error task failed (attempt 2 of 2); it is among the dead letters');
      broken = false;
      await queue.deadLetters.retry(id);
      expect(await finished(queue, id)).toMatchObject({ state: 'done', failures: 0 });
      expect(attempts).toEqual([1, 2, 1]);
      expect(await queue.deadLetters.list()).toEqual([]);
    });

    test('dead letters are listed by pages, the last one first, and can be removed', async () => {
      const task = defineTask('task', (_n: number) => Promise.reject(new NoRetryError('no')), {
        attempts: 9,
      });
      const queue = await open([task], { concurrency: 1 });
      const ids: string[] = [];
      for (const n of [1, 2, 3]) {
        const { id } = await queue.enqueue(task, n);
        await finished(queue, id);
        ids.push(id);
        await wait(2);
      }
      const payloads = (dead: readonly DeadLetter[]): unknown[] => dead.map(({ payload }) => payload);
      expect(payloads(await queue.deadLetters.list())).toEqual([3, 2, 1]);
      expect(payloads(await queue.deadLetters.list({ limit: 1, offset: 1 }))).toEqual([2]);
      expect(payloads(await queue.deadLetters.list({ limit: 5, offset: 2 }))).toEqual([1]);
      expect(await queue.deadLetters.list({ offset: 3 })).toEqual([]);
      await expect(queue.deadLetters.list({ limit: 0 })).rejects.toThrow('no such page');
      await queue.deadLetters.remove(ids[1]!);
      expect(payloads(await queue.deadLetters.list())).toEqual([3, 1]);
      expect(await queue.find(ids[1]!)).toBeUndefined();
    });

    test('only dead letters can be retried and removed', async () => {
      const task = defineTask('task', () => undefined);
      const queue = await open([task]);
      const { id } = await queue.enqueue(task, null);
      await finished(queue, id);
      for (const wrong of [id, 'nobody', '']) {
        await expect(queue.deadLetters.retry(wrong)).rejects.toMatchObject({ code: 'TASK_NOT_DEAD' });
        await expect(queue.deadLetters.remove(wrong)).rejects.toMatchObject({ code: 'TASK_NOT_DEAD' });
      }
    });

    /** What no type says that a handler throws. */
    const throwing = (value: unknown) => (): never => {
      throw value as Error;
    };

    test.each<[what: string, handler: () => unknown, message: string]>([
      ['throws at once', throwing(new Error('at once')), 'at once'],
      ['throws text', throwing('text'), 'task threw what is no Error: "text"'],
      [
        'throws what has no text',
        throwing(Object.create(null)),
        'task threw what is no Error: a value of type object',
      ],
      ['rejects with nothing', async () => throwing(undefined)(), 'task threw what is no Error: undefined'],
    ])('a handler that %s has failed', async (_what, handler, message) => {
      const task = defineTask('task', handler, { attempts: 1 });
      const queue = await open([task]);
      await finished(queue, (await queue.enqueue(task, null)).id);
      expect((await onlyDead(queue)).error.message).toBe(message);
    });

    test('a NoRetryError ends it at once', async () => {
      let ran = 0;
      const task = defineTask('task', () => {
        ran += 1;
        throw new NoRetryError('there is no such account');
      });
      const queue = await open([task]);
      await finished(queue, (await queue.enqueue(task, null)).id);
      expect(ran).toBe(1);
      expect((await onlyDead(queue)).error.message).toBe('there is no such account');
      expect(log.lines).toEqual([
        'error task failed (no other attempt would help); it is among the dead letters',
      ]);
    });

    test('one that never ends has failed when its time is over, and gives its place to the next', async () => {
      const reasons: unknown[] = [];
      const stuck = defineTask(
        'stuck',
        async (_payload: null, { signal }) => {
          signal.addEventListener('abort', () => reasons.push((signal.reason as Error).name));
          await new Promise(() => undefined);
        },
        { attempts: 1, timeout: 60 },
      );
      const next = defineTask('next', () => undefined);
      const queue = await open([stuck, next], { concurrency: 1 });
      const { id } = await queue.enqueue(stuck, null);
      const { id: nextId } = await queue.enqueue(next, null);
      expect(await finished(queue, id)).toMatchObject({ state: 'dead' });
      expect(await finished(queue, nextId)).toMatchObject({ state: 'done' });
      expect(reasons).toEqual(['TimeoutError']);
      expect((await onlyDead(queue)).error.message).toBe('stuck did not end within 60 ms');
    });
  });

  describe(`${name}: keys`, () => {
    test('a key names one task, enqueued at once or later, by whichever payload', async () => {
      const ran: unknown[] = [];
      const task = defineTask('task', (n: number) => void ran.push(n));
      const other = defineTask('other', (n: number) => void ran.push(n));
      const queue = await open([task, other]);
      const key = 'order 17:a/ä\0';
      const both = await Promise.all([queue.enqueue(task, 1, { key }), queue.enqueue(task, 2, { key })]);
      expect(both.map(({ created }) => created).toSorted()).toEqual([false, true]);
      expect(both[0].id).toBe(both[1].id);
      await finished(queue, both[0].id);
      expect(await queue.enqueue(task, 3, { key })).toEqual({ id: both[0].id, created: false });
      const third = await queue.enqueue(other, 4, { key });
      expect(third.created).toBe(true);
      await finished(queue, third.id);
      expect(ran.toSorted()).toEqual([both[0].created ? 1 : 2, 4]);
    });

    test('a dead letter holds its key until it is removed', async () => {
      const task = defineTask('task', () => Promise.reject(new NoRetryError('no')));
      const queue = await open([task]);
      const { id } = await queue.enqueue(task, null, { key: 'a' });
      await finished(queue, id);
      expect(await queue.enqueue(task, null, { key: 'a' })).toEqual({ id, created: false });
      await queue.deadLetters.remove(id);
      expect(await queue.enqueue(task, null, { key: 'a' })).toEqual({ id, created: true });
      await finished(queue, id);
    });

    test('what is done is kept as `keepDone` says, and its key with it', async () => {
      const task = defineTask('task', (_n: number) => undefined);
      const queue = await open([task], { keepDone: { count: 2 }, concurrency: 1 });
      const ids: string[] = [];
      for (const n of [1, 2, 3]) {
        const { id } = await queue.enqueue(task, n, { key: String(n) });
        await finished(queue, id);
        ids.push(id);
      }
      await until(async () => (await queue.counts()).done === 2);
      expect(await queue.find(ids[0]!)).toBeUndefined();
      expect(await queue.find(ids[2]!)).toMatchObject({ state: 'done' });
      expect(await queue.enqueue(task, 1, { key: '1' })).toEqual({ id: ids[0], created: true });
      await finished(queue, ids[0]!);
    });
  });

  describe(`${name}: progress`, () => {
    test('is what the handler reported last, and can be watched to the end', async () => {
      const steps = [gate(), gate(), gate()];
      const task = defineTask('task', async (_payload: null, { report }) => {
        for (const [index, { passed }] of steps.entries()) {
          await passed;
          report({ done: index + 1, of: 3 });
        }
      });
      const queue = await open([task]);
      const { id } = await queue.enqueue(task, null);
      const watch = queue.watch(id);
      const seen: TaskInfo[] = [];
      for await (const info of watch) {
        seen.push(info);
        const { done } = (info.progress ?? { done: 0 }) as { done: number };
        if (info.state === 'running') steps[done]?.open();
      }
      expect(seen.at(-1)).toMatchObject({ id, state: 'done', progress: { done: 3, of: 3 } });
      const progress = seen.map((info) => (info.progress as { done: number } | null)?.done ?? 0);
      expect([...new Set(progress)]).toEqual([0, 1, 2, 3]);
      expect((await queue.find(id))?.progress).toEqual({ done: 3, of: 3 });
      // Who comes later gets the end.
      expect(await finished(queue, id)).toMatchObject({ state: 'done', progress: { done: 3, of: 3 } });
    });

    test('tells nothing that a client should not see', async () => {
      const task = defineTask('task', (_secret: string) => Promise.reject(new Error('password')), {
        attempts: 1,
      });
      const queue = await open([task]);
      const info = await finished(
        queue,
        (await queue.enqueue(task, 'secret', { key: 'mail@example.org' })).id,
      );
      expect(Object.keys(info).toSorted()).toEqual([
        ...['enqueuedAt', 'failures', 'finishedAt', 'id', 'name', 'progress', 'state'],
      ]);
      expect(JSON.stringify(info)).not.toMatch(/secret|password|example/);
    });

    test('that is no JSON is an error of the handler', async () => {
      const task = defineTask('task', (_payload: null, { report }) => report({ n: 1n }), { attempts: 1 });
      const queue = await open([task]);
      await finished(queue, (await queue.enqueue(task, null)).id);
      expect((await onlyDead(queue)).error.message).toContain(
        'the progress of task at ["n"] → it is a bigint',
      );
    });

    test('of a task that is not stored ends at once', async () => {
      const queue = await open([defineTask('task', () => undefined)]);
      for (const id of ['nobody', '', 'a\r\nb\0']) {
        expect(await queue.find(id)).toBeUndefined();
        expect(await queue.watch(id).next()).toEqual({ done: true, value: undefined });
      }
    });

    test('watching ends by return, by its signal and by the queue, also where it waits', async () => {
      const { open: go, passed } = gate();
      const task = defineTask('task', () => passed);
      const queue = await open([task]);
      const { id } = await queue.enqueue(task, null);
      await until(async () => (await queue.find(id))?.state === 'running');
      const controller = new AbortController();
      const watches = [
        queue.watch(id),
        queue.watch(id, { signal: controller.signal }),
        queue.watch(id, { signal: AbortSignal.abort() }),
      ];
      const [returned, aborted, never] = watches;
      expect(await never!.next()).toMatchObject({ done: true });
      for (const watch of [returned!, aborted!])
        expect((await watch.next()).value).toMatchObject({ state: 'running' });
      const pending = [returned!.next(), aborted!.next()];
      await returned!.return();
      controller.abort();
      for (const next of pending) expect(await next).toEqual({ done: true, value: undefined });
      const last = queue.watch(id);
      await last.next();
      const end = (async () => {
        const states: string[] = [];
        for await (const { state } of last) states.push(state);
        return states;
      })();
      go();
      await queue.close();
      expect(['done', undefined]).toContain((await end).at(-1));
    });
  });

  describe(`${name}: closing`, () => {
    test('waits for what runs, starts nothing, and leaves the rest to the next start', async () => {
      const ran: number[] = [];
      const { open: go, passed } = gate();
      const task = defineTask('task', async (n: number) => {
        if (n === 1) await passed;
        ran.push(n);
      });
      const queue = await open([task], { concurrency: 1 });
      await queue.enqueue(task, 1);
      await queue.enqueue(task, 2);
      await until(async () => (await queue.counts()).running === 1);
      const closing = queue.close();
      expect(queue.close()).toBe(closing);
      await wait(20);
      go();
      await closing;
      expect(ran).toEqual([1]);
      expect(log.lines).toEqual([]);
      await expect(queue.enqueue(task, 3)).rejects.toMatchObject({ code: 'QUEUE_CLOSED' });
      await expect(queue.counts()).rejects.toMatchObject({ code: 'QUEUE_CLOSED' });
      await expect(queue.deadLetters.list()).rejects.toMatchObject({ code: 'QUEUE_CLOSED' });
      expect(() => queue.watch('a')).toThrow('QUEUE_CLOSED');
      await open([task]);
      await until(() => ran.length === 2);
      expect(ran).toEqual([1, 2]);
    });

    test('gives up after its limit, says what by name, fires the signal, and the next start runs it as if it had not run', async () => {
      const attempts: string[] = [];
      const stubborn = defineTask(
        'stubborn',
        async (turn: string, { attempt, signal }) => {
          attempts.push(`${turn} ${attempt}`);
          if (attempts.length > 2) return;
          await new Promise((_resolve, reject) => {
            if (turn === 'heeds') signal.addEventListener('abort', () => reject(signal.reason as Error));
          });
        },
        { attempts: 1, timeout: null },
      );
      const queue = await open([stubborn], { drainTimeout: 50 });
      const { id } = await queue.enqueue(stubborn, 'heeds');
      const { id: other } = await queue.enqueue(stubborn, 'ignores');
      await until(() => attempts.length === 2);
      await queue.close();
      expect(log.lines.filter((line) => line.includes('gave up'))).toEqual([
        expect.stringMatching(
          /^error closing the queue: gave up after 50 ms: stubborn \(.+\), stubborn \(.+\); the next start runs them again$/,
        ),
      ]);
      for (const each of [id, other]) expect(log.lines.join()).toContain(each);
      const again = await open([stubborn]);
      for (const each of [id, other]) {
        expect(await finished(again, each)).toMatchObject({ state: 'done', failures: 0 });
      }
      expect(attempts.toSorted()).toEqual(['heeds 1', 'heeds 1', 'ignores 1', 'ignores 1']);
    });

    test('what a next start finds that no longer fits its model is a dead letter, as it was stored', async () => {
      const before = defineTask('task', (_given: Wide) => undefined, { payload: Wide });
      const queue = await open([before]);
      const { id } = await queue.enqueue(before, Object.assign(new Wide(), { width: 'wide' }), {
        delay: 500,
      });
      await queue.close();
      const after = defineTask('task', (_given: Narrow) => undefined, { payload: Narrow });
      const next = await open([after]);
      expect(await finished(next, id)).toMatchObject({ state: 'dead' });
      const { payload, error } = await onlyDead(next);
      expect(payload).toEqual({ width: 'wide' });
      expect(error.message).toMatch(/^PAYLOAD_INVALID: task → payload\.width: .* → give what Narrow takes$/);
    });

    test('what a next start finds under a name that it does not know is kept, and said', async () => {
      const ran: string[] = [];
      const old = defineTask('old', (label: string) => void ran.push(label));
      const task = defineTask('task', (label: string) => void ran.push(label));
      const queue = await open([old, task]);
      const { id } = await queue.enqueue(old, 'old', { delay: 500 });
      await queue.close();
      const next = await open([task], { concurrency: 1 });
      await until(() => log.lines.some((line) => line.startsWith('error no task is named "old"')));
      const { id: other } = await next.enqueue(task, 'new');
      await finished(next, other);
      expect(['waiting', 'delayed']).toContain((await next.find(id))?.state);
      await next.close();
      expect(ran).toEqual(['new']);
      const last = await open([old, task]);
      expect(await finished(last, id)).toMatchObject({ state: 'done', failures: 0 });
      expect(ran).toEqual(['new', 'old']);
    });
  });
}
