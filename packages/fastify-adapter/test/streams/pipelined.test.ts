// Responses of one connection are made at once and sent in turn (HTTP/1.1 pipelining): what becomes of one is nothing to the others.
import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as wait } from 'node:timers/promises';

import { BackgroundTasks, Controller, Get, StreamingResponse } from '@sluice/core';
import type { SluiceOptions } from '@sluice/fastify-adapter';

import { HttpClient, until } from '../support/http-client.js';
import { startStreams, type StreamServer } from '../support/stream-server.js';

const text = { responseClass: StreamingResponse, mediaType: 'text/plain' };
const context = new AsyncLocalStorage<string>();
const seen = new Set<string>();
const ends: string[] = [];

@Controller()
class PipelinedController {
  @Get('/slow', text)
  async *slow(tasks: BackgroundTasks): AsyncGenerator<string> {
    tasks.with({ onlyIfDelivered: true }).addTask(() => ends.push('task'));
    for (let word = 0; word < 30; word += 1) {
      yield 'slow ';
      await wait(10);
    }
  }

  @Get('/large', text)
  *large(): Generator<string> {
    try {
      for (let row = 0; row < 3000; row += 1) {
        seen.add(`row of ${String(context.getStore())}`);
        yield 'x'.repeat(1000);
      }
    } finally {
      seen.add(`finally of ${String(context.getStore())}`);
    }
  }

  @Get('/large-async', text)
  async *largeAsync(): AsyncGenerator<string> {
    yield* this.large();
  }

  @Get('/fails', text)
  async *fails(): AsyncGenerator<string> {
    yield 'before';
    await wait(10);
    throw new Error('in mid-stream');
  }
}

describe('a pipelined stream', () => {
  let server: StreamServer;
  let client: HttpClient;
  const request = async (paths: readonly string[], options: Partial<SluiceOptions> = {}): Promise<void> => {
    seen.clear();
    ends.length = 0;
    server = await startStreams(
      'HTTP/1.1',
      [PipelinedController],
      { onResponseEnd: ({ route, outcome }) => ends.push(`${route} ${outcome}`), ...options },
      (app) => {
        app.addHook('onRequest', (asked, _reply, done) => {
          context.run(asked.url, done);
        });
      },
    );
    client = await HttpClient.connect(server.port);
    for (const path of paths) client.send('GET', path);
  };
  afterEach(async () => {
    client.close();
    await server.stop();
  });

  it.each(['/large', '/large-async'])('is made in the context of its own request: %s', async (path) => {
    await request(['/slow', path]);
    const responses = await client.completed(2);
    expect(responses.map(({ complete }) => complete)).toEqual([true, true]);
    expect([...seen]).toEqual([`row of ${path}`, `finally of ${path}`]);
  });

  it('that fails before its turn is broken off in its turn, and not before', async () => {
    await request(['/slow', '/fails', '/large']);
    const responses = await client.completed(3);
    expect(responses.map(({ body, complete }) => [body, complete])).toEqual([
      ['slow '.repeat(30), true],
      ['before', false],
    ]);
    await until(() => ends.length === 4, 'the ends');
    expect(ends.sort()).toEqual([
      'PipelinedController.fails error',
      'PipelinedController.large client-closed',
      'PipelinedController.slow completed',
      'task',
    ]);
    expect(server.complaints()).toEqual([
      'PipelinedController.fails: the body failed after the head was sent: in mid-stream',
    ]);
  });

  it('is not what a client does not read, before its turn', async () => {
    await request(['/slow', '/large'], { stallTimeout: 50 });
    const responses = await client.completed(2);
    expect(responses.map(({ complete }) => complete)).toEqual([true, true]);
    expect(server.complaints()).toEqual([]);
  });
});
