// What the server's close does to requests, their tasks and their dependencies, over real sockets.
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

import { BackgroundTasks, Controller, EventSourceResponse, Get, type Constructor } from '@sluice/core';
import { sluice, taskCounts, type SluiceOptions } from '@sluice/fastify-adapter';
import type { FastifyInstance } from 'fastify';

import { HttpClient, until } from './support/http-client.js';
import { start, type TestServer } from './support/start.js';

let events: string[];
beforeEach(() => (events = []));

async function serve(
  controller: Constructor,
  options: Partial<SluiceOptions> = {},
  prepare?: (app: FastifyInstance) => void,
): Promise<TestServer> {
  return start([controller], options, prepare);
}

const errorsOf = ({ log }: TestServer) => log.filter(({ level }) => level >= 40).map(({ msg }) => msg);

function* session() {
  yield 'session';
  events.push('clean-up');
}

const onClose = (app: FastifyInstance) => {
  app.addHook('onClose', async () => {
    events.push('onClose of the host');
  });
};

test('a close loses none of a thousand tasks that are queued', async () => {
  let ran = 0;
  let open = (): void => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  @Controller('', { dependencies: [session] })
  class C {
    @Get('/')
    read(tasks: BackgroundTasks) {
      for (let task = 0; task < 100; task += 1) {
        tasks.with({ detached: task % 2 === 0 }).addTask(async () => {
          await gate;
          ran += 1;
        });
      }
    }
  }
  const server = await serve(C, { taskConcurrency: 2 }, onClose);
  await Promise.all(Array.from({ length: 10 }, () => fetch(server.url)));
  await until(() => taskCounts(server.app).queued === 998, 'the tasks that wait');
  const closing = server.app.close();
  await wait(5);
  expect(ran).toBe(0);
  open();
  await closing;
  expect(ran).toBe(1000);
  expect(events).toEqual([...Array<string>(10).fill('clean-up'), 'onClose of the host']);
  expect(taskCounts(server.app)).toEqual({ queued: 0, running: 0, done: 1000, failed: 0, dropped: 0 });
});

test('a task that outlasts drainTimeout gets its signal, is named with those that wait, and what it held is cleaned up', async () => {
  @Controller('', { dependencies: [session] })
  class C {
    @Get('/')
    read(tasks: BackgroundTasks) {
      tasks.with({ signal: true }).addTask(async function upload(signal) {
        events.push('upload');
        await once(signal, 'abort');
        events.push((signal.reason as Error).message);
      });
      tasks.addTask(() => events.push('never'));
      tasks.addTask(() => events.push('never'));
    }
  }
  const server = await serve(C, { drainTimeout: 20 }, onClose);
  await fetch(server.url);
  await until(() => events.includes('upload'), 'the task');
  await server.app.close();
  expect(events).toEqual(['upload', 'The server is closing.', 'clean-up', 'onClose of the host']);
  expect(errorsOf(server)).toEqual([
    'closing: gave up after 20 ms: C.read (background task upload and 2 more)',
  ]);
  expect(taskCounts(server.app)).toEqual({ queued: 0, running: 0, done: 0, failed: 1, dropped: 2 });
});

test('tasks that wait for a place when the server gives up never begin', async () => {
  @Controller()
  class C {
    @Get('/')
    read(tasks: BackgroundTasks) {
      tasks.addTask(async function first() {
        events.push('begun');
        await new Promise(() => undefined);
      });
    }
  }
  const server = await serve(C, { drainTimeout: 20, taskConcurrency: 1 });
  await Promise.all([fetch(server.url), fetch(server.url)]);
  await until(() => taskCounts(server.app).queued === 1, 'one that waits');
  await server.app.close();
  expect(events).toEqual(['begun']);
  expect(errorsOf(server)).toEqual([
    'closing: gave up after 20 ms: C.read (background task first), C.read (background task first)',
  ]);
  expect(taskCounts(server.app)).toEqual({ queued: 0, running: 0, done: 0, failed: 1, dropped: 1 });
});

test('a handler that still computes is waited for, then its signal fires, and it cleans up before hooks of the host', async () => {
  @Controller('', { dependencies: [session] })
  class C {
    @Get('/')
    async read(signal: AbortSignal, tasks: BackgroundTasks) {
      tasks.addTask(() => events.push('never'));
      events.push('handler');
      await once(signal, 'abort');
      events.push((signal.reason as Error).message);
      return 1;
    }
  }
  const server = await serve(C, { drainTimeout: 20 }, onClose);
  const answer = fetch(server.url).catch(() => 'broken');
  await until(() => events.includes('handler'), 'the handler');
  await server.app.close();
  expect(await answer).toBe('broken');
  expect(events).toEqual(['handler', 'The server is closing.', 'clean-up', 'onClose of the host']);
  expect(errorsOf(server)).toEqual([
    'closing: gave up after 20 ms: C.read',
    'C.read: 1 background tasks dropped, since the server has closed',
  ]);
});

test("what takes longer than Fastify's pluginTimeout is waited for, or given up, before hooks of the host", async () => {
  @Controller('', { dependencies: [session] })
  class C {
    @Get('/')
    async read(signal: AbortSignal) {
      events.push('handler');
      await once(signal, 'abort');
      return 1;
    }
  }
  // Fastify's default is that of drainTimeout: 10 s.
  const limits = { pluginTimeout: 200 };
  const server = await start([C], { drainTimeout: 500 }, onClose, limits);
  const answer = fetch(server.url).catch(() => 'broken');
  await until(() => events.includes('handler'), 'the handler');
  await server.app.close();
  expect(await answer).toBe('broken');
  expect(events).toEqual(['handler', 'clean-up', 'onClose of the host']);
  expect(errorsOf(server)).toEqual(['closing: gave up after 500 ms: C.read']);
});

test('event streams of one registration end, though a handler of another one is waited for', async () => {
  let open = (): void => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  @Controller('/slow')
  class Slow {
    @Get('/')
    async read(_signal: AbortSignal) {
      events.push('handler');
      await gate;
      return 'slow';
    }
  }
  @Controller('/events', { responseClass: EventSourceResponse })
  class Events {
    @Get('/')
    async *read(signal: AbortSignal) {
      yield 1;
      await once(signal, 'abort');
    }
  }
  // Hooks of the first one run first.
  const server = await start([Events], {}, async (app) => {
    await app.register(sluice, { controllers: [Slow] });
  });
  const slow = fetch(`${server.url}/slow`).then((answer) => answer.text());
  const stream = await fetch(`${server.url}/events`);
  await until(() => events.includes('handler'), 'the handler');
  const closing = server.app.close();
  expect(await stream.text()).toContain('retry:');
  open();
  expect(await slow).toBe('"slow"');
  await closing;
});

test('a request on a connection that is in use is refused with 503', async () => {
  let open = (): void => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  @Controller('', { dependencies: [session] })
  class C {
    @Get('/slow')
    async slow() {
      events.push('handler');
      await gate;
      return 'slow';
    }
  }
  const server = await serve(C);
  const client = await HttpClient.connect(server.port);
  client.send('GET', '/slow');
  await until(() => events.includes('handler'), 'the handler');
  const closing = server.app.close();
  client.send('GET', '/slow');
  await wait(10);
  open();
  await client.completed(2);
  await closing;
  expect(client.responses().map(({ status }) => status)).toEqual([200, 503]);
  expect(events).toEqual(['handler', 'clean-up']);
});

test('connections on which nothing was asked hold nothing up, and are left alone until responses have ended', async () => {
  @Controller()
  class C {
    @Get('/')
    async read() {
      await wait(20);
      return 1;
    }
  }
  const server = await serve(C);
  const unused = connect(server.port, '127.0.0.1');
  await once(unused.resume(), 'connect');
  unused.on('close', () => events.push('unused closes'));
  // Many that were used: they are looked at, and forgotten.
  for (let used = 0; used < 40; used += 1) await (await fetch(server.url, { keepalive: false })).text();
  const answer = fetch(server.url).then(({ status }) => events.push(String(status)));
  await wait(5);
  await Promise.all([server.app.close(), answer, once(unused, 'close')]);
  expect(events).toHaveLength(2);
});
