// The context that a hook entered is that of the whole request: method, generator, signal, tasks and observers.
import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as wait } from 'node:timers/promises';

import {
  BackgroundTasks,
  Channel,
  Controller,
  EventSourceResponse,
  Get,
  StreamingResponse,
} from '@sluice/core';

import { until } from '../support/http-client.js';
import { VERSIONS } from '../support/stream-call.js';
import { startStreams, type StreamServer } from '../support/stream-server.js';

const context = new AsyncLocalStorage<string>();
const news = new Channel<string>();
const seen: string[] = [];
const note = (where: string): void => {
  seen.push(`${where}: ${String(context.getStore())}`);
};
const text = { responseClass: StreamingResponse, mediaType: 'text/plain' };

@Controller()
class ContextController {
  @Get('/async', text)
  async *async(signal: AbortSignal, tasks: BackgroundTasks): AsyncGenerator<string> {
    note('start');
    signal.addEventListener('abort', () => note('signal'));
    tasks.addTask(() => note('task'));
    try {
      yield 'first';
      note('after the first');
      await wait(5);
      yield 'second';
      note('after a wait');
      if (context.getStore() === 'leaves') await wait(60_000, undefined, { signal });
    } finally {
      note('finally');
    }
  }

  @Get('/sync', text)
  *sync(tasks: BackgroundTasks): Generator<string> {
    tasks.addTask(() => note('task'));
    note('start');
    try {
      // More than one write, so that it goes on after a drain, and in later turns.
      for (let row = 0; row < 200_000; row += 1) {
        if (row % 50_000 === 0) note('row');
        yield `row ${row}\n`;
      }
    } finally {
      note('finally');
    }
  }

  @Get('/sync-async', text)
  async *syncAsync(tasks: BackgroundTasks): AsyncGenerator<string> {
    yield* this.sync(tasks);
  }

  @Get('/ticks', { responseClass: EventSourceResponse })
  ticks(): EventSourceResponse {
    note('start');
    const ticks: AsyncIterator<string> = {
      next: () => wait(50, { done: false, value: 'tick' }),
      return: () => {
        note('finally');
        return Promise.resolve({ done: true, value: undefined });
      },
    };
    return new EventSourceResponse({ [Symbol.asyncIterator]: () => ticks });
  }

  @Get('/channel')
  channel(): EventSourceResponse {
    return new EventSourceResponse(news.subscribe(), { firstItemTimeout: null });
  }

  @Get('/events', { responseClass: EventSourceResponse })
  async *events(): AsyncGenerator<string> {
    await wait(40);
    note('start');
    yield 'late';
    note('finally');
  }
}

describe.each(VERSIONS)('the asynchronous context on %s', (version) => {
  let server: StreamServer;
  beforeEach(async () => {
    seen.length = 0;
    server = await startStreams(
      version,
      [ContextController],
      {
        onResponseEnd: () => note('observer'),
      },
      (app) => {
        app.addHook('onRequest', (request, _reply, done) => {
          context.run(String(request.headers['x-name']), done);
        });
        app.addHook('onSend', (request, _reply, payload, done) => {
          if (request.url === '/channel') note('head');
          done(null, payload);
        });
        app.addHook('preHandler', (request, _reply, done) => {
          const user = request.headers['x-user'];
          if (user === undefined) done();
          else context.run(String(user), done);
        });
      },
    );
  });
  afterEach(() => server.stop());
  const wheres = (): string[] => seen.map((line) => line.slice(0, line.indexOf(':')));
  const names = (): string[] => [...new Set(seen.map((line) => line.slice(line.indexOf(':') + 2)))];

  it.each(['/async', '/sync', '/events'])('is that of the request to the end: %s', async (path) => {
    await server.ask(path, { headers: { 'x-name': 'one' } }).ended();
    await until(() => seen.length > 0 && wheres().includes('observer'), 'the observer');
    if (path !== '/events') await until(() => wheres().includes('task'), 'the task');
    expect(names()).toEqual(['one']);
    expect(wheres()).toEqual(expect.arrayContaining(['start', 'finally', 'observer']));
  });

  it('is that of the request when its client leaves', async () => {
    const response = await server.ask('/async', { headers: { 'x-name': 'leaves' } }).received('second');
    await until(() => wheres().includes('after a wait'), 'the wait');
    response.leave();
    await until(() => wheres().includes('task'), 'the task');
    expect(names()).toEqual(['leaves']);
    expect(wheres()).toEqual(
      expect.arrayContaining(['start', 'after the first', 'signal', 'finally', 'observer', 'task']),
    );
  });

  it.each(['/sync', '/sync-async'])(
    'is that of the request when its client leaves unread: %s',
    async (path) => {
      const response = await server.ask(path, { headers: { 'x-name': 'unread' }, paused: true }).head();
      // The source waits for its client by then.
      await wait(50);
      response.leave();
      await until(() => wheres().includes('task'), 'the task');
      expect(names()).toEqual(['unread']);
      expect(wheres()).toEqual(expect.arrayContaining(['start', 'finally', 'observer']));
    },
  );

  it('is the last that a hook has entered before the handler', async () => {
    await server.ask('/sync', { headers: { 'x-name': 'one', 'x-user': 'two' } }).ended();
    await until(() => wheres().includes('observer') && wheres().includes('task'), 'the task');
    expect(names()).toEqual(['two']);
  });

  it('is that of the request when the server closes', async () => {
    const response = await server.ask('/ticks', { headers: { 'x-name': 'closing' } }).received('tick');
    await server.app.close();
    await response.ended();
    expect(names()).toEqual(['closing']);
    expect(wheres()).toEqual(expect.arrayContaining(['start', 'finally', 'observer']));
  });

  it('is that of the request for hooks that see the head of a channel, whoever publishes', async () => {
    server.ask('/channel', { headers: { 'x-name': 'reader' } });
    await until(() => news.counts.subscribers === 1, 'the subscription');
    await context.run('publisher', () => news.publish('first'));
    await until(() => wheres().includes('head'), 'the head');
    expect(names()).toEqual(['reader']);
  });

  it('is not mixed up between requests', async () => {
    const requests = ['one', 'two', 'three'].map((name) =>
      server.ask('/async', { headers: { 'x-name': name } }),
    );
    await Promise.all(requests.map((request) => request.ended()));
    await until(() => wheres().filter((where) => where === 'task').length === 3, 'the tasks');
    for (const name of ['one', 'two', 'three'])
      expect(seen.filter((line) => line.endsWith(`: ${name}`))).toHaveLength(6);
  });
});
