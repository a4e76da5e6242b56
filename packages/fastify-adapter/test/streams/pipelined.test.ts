// Responses of one connection are made at once and sent in turn (HTTP/1.1 pipelining): what becomes of one is nothing to the others.
import { AsyncLocalStorage } from 'node:async_hooks';
import { createReadStream } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

import { BackgroundTasks, Controller, EventSourceResponse, Get, StreamingResponse } from '@sluice/core';
import type { SluiceOptions } from '@sluice/fastify-adapter';

import { HttpClient, until } from '../support/http-client.js';
import { startStreams, type StreamServer } from '../support/stream-server.js';

const text = { responseClass: StreamingResponse, mediaType: 'text/plain' };
const context = new AsyncLocalStorage<string>();
const seen = new Set<string>();
const ends: string[] = [];
/** How many endless streams have begun and not ended. */
let started = 0;

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

  @Get('/endless', text)
  *endless(): Generator<string> {
    started += 1;
    try {
      for (;;) yield 'x'.repeat(1000);
    } finally {
      started -= 1;
    }
  }

  @Get('/endless-async', text)
  async *endlessAsync(): AsyncGenerator<string> {
    yield* this.endless();
  }

  @Get('/endless-events', { responseClass: EventSourceResponse })
  *endlessEvents(): Generator<string> {
    yield* this.endless();
  }

  /** A stream that fails in the turn in which it was opened. */
  @Get('/missing')
  missing(): StreamingResponse<string> {
    return new StreamingResponse<string>(createReadStream('/nowhere/at/all'));
  }

  @Get('/words', text)
  async *words(): AsyncGenerator<string> {
    for (let word = 0; word < 3; word += 1) yield `${word} `;
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
    // In one packet, of which all is read before anything is answered.
    client.socket.write(paths.map((path) => `GET ${path} HTTP/1.1\r\nhost: a\r\n\r\n`).join(''));
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

  it.each(['/endless', '/endless-async', '/endless-events'])(
    'is not begun before its turn where many are asked for: %s',
    async (path) => {
      await request(Array.from({ length: 200 }, () => path));
      await until(() => started > 0, 'the first');
      await wait(50);
      expect(started).toBeLessThan(20);
      client.close();
      await until(() => ends.length === 200, 'the ends');
      expect(new Set(ends.map((end) => end.split(' ')[1]))).toEqual(new Set(['client-closed']));
      // Those that were begun have been closed, and no other one begins.
      await until(() => started === 0, 'the clean-up');
      await wait(20);
      expect([started, server.complaints()]).toEqual([0, []]);
    },
  );

  it('that fails before its turn, of many, is heard', async () => {
    const words = Array.from({ length: 30 }, () => '/words');
    await request(['/slow', ...words, '/missing', '/words']);
    const responses = await client.completed(33);
    expect(responses.map(({ status }) => status)).toEqual([200, ...words.map(() => 200), 500, 200]);
    expect(responses.at(-1)).toMatchObject({ body: '0 1 2 ', complete: true });
  });

  it('is not what a client does not read, before its turn', async () => {
    await request(['/slow', '/large'], { stallTimeout: 50 });
    const responses = await client.completed(2);
    expect(responses.map(({ complete }) => complete)).toEqual([true, true]);
    expect(server.complaints()).toEqual([]);
  });
});
