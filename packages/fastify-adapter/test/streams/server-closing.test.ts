// A server that closes ends events, and lets any other stream come to its own end: cut, it must not look complete.
import { setTimeout as wait } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';

import fastifyCompress from '@fastify/compress';
import {
  BackgroundTasks,
  Channel,
  Controller,
  Depends,
  EventSourceResponse,
  Get,
  JSONLinesResponse,
  StreamingResponse,
} from '@sluice/core';
import type { FastifyInstance } from 'fastify';

import { until } from '../support/http-client.js';
import { VERSIONS } from '../support/stream-call.js';
import { startStreams, type StreamServer } from '../support/stream-server.js';

const log: string[] = [];
const text = { responseClass: StreamingResponse, mediaType: 'text/csv' };
const events = { responseClass: EventSourceResponse };

async function* session(): AsyncGenerator<object> {
  try {
    yield {};
  } finally {
    log.push('clean-up');
  }
}

async function* rows(signal: AbortSignal): AsyncGenerator<string> {
  try {
    yield 'first\n';
    await wait(60_000, undefined, { signal });
  } finally {
    log.push('finally');
  }
}

@Controller()
class ClosingController {
  @Get('/heeds', text)
  async *heeds(signal: AbortSignal, @Depends(session) _session: object): AsyncGenerator<string> {
    yield 'first\n';
    while (!signal.aborted) await wait(1);
    log.push((signal.reason as Error).message);
    yield 'cut by the server\n';
  }

  @Get('/throws', text)
  async *throws(signal: AbortSignal, tasks: BackgroundTasks): AsyncGenerator<string> {
    tasks.addTask(() => log.push('task'));
    yield* rows(signal);
  }

  @Get('/finishes', text)
  async *finishes(): AsyncGenerator<string> {
    for (let row = 0; row < 5; row += 1) {
      yield `${row}\n`;
      await wait(20);
    }
  }

  @Get('/endless', text)
  *endless(@Depends(session) _session: object): Generator<string> {
    try {
      for (;;) yield 'x'.repeat(1000);
    } finally {
      log.push('finally');
    }
  }

  @Get('/endless-async', text)
  async *endlessAsync(@Depends(session) _session: object): AsyncGenerator<string> {
    yield* this.endless({});
  }

  @Get('/endless-lines')
  *endlessLines(@Depends(session) _session: object): Generator {
    yield* this.endless({});
  }

  @Get('/not-begun', text)
  async *notBegun(signal: AbortSignal): AsyncGenerator<string> {
    log.push('started');
    await wait(60_000, undefined, { signal });
    yield 'never';
  }

  @Get('/events', events)
  async *events(signal: AbortSignal): AsyncGenerator<string> {
    yield* rows(signal);
  }

  @Get('/by-hand', { responseClass: StreamingResponse, mediaType: 'text/event-stream' })
  async *byHand(signal: AbortSignal): AsyncGenerator<string> {
    yield 'data: first\n\ndata: half of';
    yield* rows(signal);
  }

  @Get('/channel')
  channel(): EventSourceResponse {
    return new EventSourceResponse(new Channel().subscribe(), { keepAlive: null });
  }

  @Get('/shared')
  shared(): EventSourceResponse {
    return new EventSourceResponse(channel.subscribe());
  }

  @Get('/minding')
  minding(signal: AbortSignal): EventSourceResponse {
    return new EventSourceResponse(channel.subscribe({ signal }));
  }

  @Get('/values')
  values(signal: AbortSignal): JSONLinesResponse {
    return new JSONLinesResponse(channel.subscribe({ signal }).values());
  }
}
const channel = new Channel<number | string>({ history: 1 });

describe.each(VERSIONS)('a server that closes, on %s', (version) => {
  let server: StreamServer;
  const startWith = async (
    prepare: (app: FastifyInstance) => unknown = () => undefined,
    drainTimeout = 9000,
  ): Promise<void> => {
    server = await startStreams(version, [ClosingController], { drainTimeout }, (app) => {
      app.addHook('onClose', async () => log.push('onClose of the host'));
      return prepare(app);
    });
  };
  beforeEach(() => {
    log.length = 0;
  });
  afterEach(() => server.stop());

  it('tells a generator by its signal, which may say that it was cut', async () => {
    await startWith();
    const response = await server.ask('/heeds').received('first');
    await server.app.close();
    expect(await response.outcome()).toEqual([200, 'first\ncut by the server\n', 'complete']);
    expect(log).toEqual(['The server is closing.', 'clean-up', 'onClose of the host']);
    expect(server.complaints()).toEqual([]);
  });

  it('breaks off what the signal stops, without a complaint, and its tasks run', async () => {
    await startWith();
    const response = await server.ask('/throws').received('first');
    await server.app.close();
    expect(await response.outcome()).toEqual([200, 'first\n', 'broken']);
    expect(log).toEqual(['finally', 'task', 'onClose of the host']);
    expect(server.complaints()).toEqual([]);
  });

  it('waits for what takes its time', async () => {
    await startWith();
    const response = await server.ask('/finishes').received('0');
    await server.app.close();
    expect(await response.outcome()).toEqual([200, '0\n1\n2\n3\n4\n', 'complete']);
  });

  it.each(['/endless', '/endless-async', '/endless-lines'])(
    'breaks off what has no end when its patience has one: %s',
    async (path) => {
      await startWith(undefined, 50);
      const response = await server.ask(path).received('xx');
      await server.app.close();
      const [status, , ending] = await response.outcome();
      expect([status, ending]).toEqual([200, 'broken']);
      expect(log).toEqual(['finally', 'clean-up', 'onClose of the host']);
      expect(server.complaints()).toEqual([
        expect.stringMatching(/^closing: gave up after 50 ms: ClosingController\.endless/),
      ]);
    },
  );

  it('breaks off what has no end and is compressed', async () => {
    await startWith((app) => app.register(fastifyCompress, { threshold: 0 }), 50);
    const response = server.ask('/endless', { headers: { 'accept-encoding': 'gzip' } });
    await until(() => response.chunks.length > 1, 'some chunks');
    await server.app.close();
    await response.ended();
    expect(response.ending).toBe('broken');
    expect(() => gunzipSync(response.bytes)).toThrow('unexpected end of file');
  });

  it('answers 503 where nothing was sent yet', async () => {
    await startWith();
    const response = server.ask('/not-begun');
    await until(() => log.includes('started'), 'the start');
    await server.app.close();
    expect(await response.outcome()).toEqual([503, '{"detail":"The server is closing"}', 'complete']);
  });

  it.each([
    ['/events', 'data: "first\\n"\n\n', 'retry: 1000\n\n'],
    ['/channel', ': \n\n', 'retry: 1000\n\n'],
    // A field has begun: what came after it would belong to it.
    ['/by-hand', 'data: first\n\ndata: half offirst\n', ''],
  ])('ends events at once, and says when to come back: %s', async (path, first, last) => {
    await startWith();
    const response = await server.ask(path).received(first);
    await server.app.close();
    expect(await response.outcome()).toEqual([200, first + last, 'complete']);
    expect(server.complaints()).toEqual([]);
  });

  it.each(['/shared', '/minding'])(
    'ends events of a channel with those that were published before, and a retry: %s',
    async (path) => {
      await startWith((app) =>
        app.addHook('preClose', async () => {
          await channel.publish('goodbye');
        }),
      );
      const response = server.ask(path);
      await response.received(': \n\n');
      await server.app.close();
      const [status, received, ending] = await response.outcome();
      expect([status, ending]).toEqual([200, 'complete']);
      expect(received).toMatch(/data: "goodbye"\n\nretry: 1000\n\n$/);
    },
  );

  it('ends the subscription of a stream that minds the signal', async () => {
    await startWith();
    const response = server.ask('/values');
    await until(() => channel.counts.subscribers === 1, 'the subscription');
    await channel.publish(1);
    await response.received('1');
    await server.app.close();
    expect(await response.outcome()).toEqual([200, '1\n', 'complete']);
  });
});
