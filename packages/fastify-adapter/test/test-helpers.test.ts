// What is offered for tests of services: a server with overrides, a reader of event streams, and the end of tasks.
import { setTimeout as wait } from 'node:timers/promises';

import {
  BackgroundTasks,
  Controller,
  Depends,
  EventSourceResponse,
  Get,
  ServerSentEvent,
} from '@sluice/core';
import { createTestServer, readEvents, tasksDone, type StreamedEvent } from '@sluice/fastify-adapter/testing';

let events: string[];
beforeEach(() => (events = []));

const currentUser = () => 'real';

@Controller()
class C {
  @Get('/user')
  user(@Depends(currentUser) user: string, tasks: BackgroundTasks) {
    tasks.addTask(async function notify() {
      await wait(5);
      events.push('notified');
    });
    return user;
  }

  @Get('/events', { responseClass: EventSourceResponse })
  async *events(signal: AbortSignal) {
    try {
      yield new ServerSentEvent({ data: { n: 1 } });
      yield new ServerSentEvent({ data: 'zwölf', event: 'named', id: '7' });
      yield new ServerSentEvent({ comment: 'passed over', retry: 5 });
      yield new ServerSentEvent({ rawData: 'one\ntwo' });
      await new Promise((resolve) => {
        signal.addEventListener('abort', resolve);
      });
    } finally {
      events.push('left');
    }
  }

  @Get('/three', { responseClass: EventSourceResponse })
  *three() {
    yield* [1, 2, 3];
  }
}
const controllers = [C];

test('createTestServer serves on a socket, with what stands in for dependencies', async () => {
  const server = await createTestServer({ controllers, overrides: [[currentUser, () => 'someone']] });
  expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(await (await server.fetch('/user')).json()).toBe('someone');
  await server.close();
  await expect(server.fetch('/user')).rejects.toThrow();
});

test('createTestServer prepares the server, and need not listen', async () => {
  const server = await createTestServer({
    controllers,
    prefix: '/api',
    listen: false,
    fastify: { genReqId: () => 'fixed' },
    prepare: (app) =>
      app.addHook('onSend', async (request, reply) => {
        reply.header('x-id', request.id);
      }),
  });
  expect(server.url).toBe('');
  const response = await server.app.inject('/api/user');
  expect([response.body, response.headers['x-id']]).toEqual(['"real"', 'fixed']);
  await server[Symbol.asyncDispose]();
});

test('createTestServer fails as the registration does, and leaves nothing open', async () => {
  const closed: string[] = [];
  const failing = createTestServer({
    controllers: [class NoController {}],
    prepare: (app) => {
      app.addHook('onClose', async () => {
        closed.push('host');
      });
    },
  });
  await expect(failing).rejects.toMatchObject({ faults: [{ code: 'NOT_A_CONTROLLER' }] });
  expect(closed).toEqual(['host']);
});

test('tasksDone waits for background tasks, by a socket and by inject', async () => {
  const server = await createTestServer({ controllers });
  await server.fetch('/user');
  await server.tasksDone();
  expect(events).toEqual(['notified']);
  await server.app.inject('/user');
  await tasksDone(server.app);
  expect(events).toEqual(['notified', 'notified']);
  await server.close();
});

test('tasksDone does not wait for streams that are open, and names what takes too long', async () => {
  const server = await createTestServer({ controllers });
  const leave = new AbortController();
  const stream = await server.fetch('/events', { signal: leave.signal });
  await server.tasksDone();
  await server.fetch('/user');
  await expect(server.tasksDone(0)).rejects.toThrow('not done within 0 ms: C.user (background task notify)');
  leave.abort();
  await expect(stream.text()).rejects.toThrow();
  await server.close();
});

test('readEvents gives events as they come, and leaves the stream with its loop', async () => {
  const server = await createTestServer({ controllers });
  const read: StreamedEvent[] = [];
  for await (const event of readEvents(await server.fetch('/events'))) {
    read.push(event);
    if (read.length === 3) break;
  }
  expect(read).toEqual([
    { event: 'message', data: '{"n":1}', id: '' },
    { event: 'named', data: '"zwölf"', id: '7' },
    { event: 'message', data: 'one\ntwo', id: '7' },
  ]);
  await server.tasksDone();
  await server.close();
  expect(events).toEqual(['left']);
});

test('readEvents reads what inject gives, and no event of a response without a body', async () => {
  const server = await createTestServer({ controllers, listen: false });
  const data: string[] = [];
  for await (const event of readEvents(await server.app.inject('/three'))) data.push(event.data);
  expect(data).toEqual(['1', '2', '3']);
  const none: StreamedEvent[] = [];
  for await (const event of readEvents(new Response(null))) none.push(event);
  expect(none).toEqual([]);
  await server.close();
});

test('the reader of events says what it takes', async () => {
  const next = (value: unknown) => readEvents(value as never).next();
  const told = (what: string) =>
    `readEvents takes a response, not ${what}: readEvents(await server.fetch('/ticks')).`;
  await expect(next(5)).rejects.toThrow(told('number'));
  await expect(next(undefined)).rejects.toThrow(told('undefined'));
  await expect(next(Promise.resolve())).rejects.toThrow(told('a promise of one'));
});

test('a server says which override replaces nothing, and starts', async () => {
  const log: string[] = [];
  const server = await createTestServer({
    controllers: [C],
    overrides: [[function stale() {}, () => 'fake']],
    fastify: { logger: { level: 'warn', stream: { write: (line: string) => log.push(line) } } },
  });
  expect(log.join('')).toContain('`overrides` replaces stale, which nothing of these controllers depends on');
  await server.close();
});
