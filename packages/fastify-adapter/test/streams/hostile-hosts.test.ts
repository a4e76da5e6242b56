// Hosts whose plugins and hooks do to streams what they do to values: compress and tag them together, are slow, put something
// else in their place, fail. What a client gets is right, and every source is let go.
import { connect as connectHttp2, constants } from 'node:http2';
import { Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';
import { setTimeout as wait } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';

import fastifyCompress from '@fastify/compress';
import fastifyEtag from '@fastify/etag';
import {
  BackgroundTasks,
  Channel,
  Controller,
  EventSourceResponse,
  Get,
  HTTPException,
  Query,
  Response,
  StreamingResponse,
} from '@sluice/core';
import type { ResponseEnd } from '@sluice/fastify-adapter';
import type { FastifyInstance } from 'fastify';

import { until } from '../support/http-client.js';
import { VERSIONS, type StreamCall } from '../support/stream-call.js';
import { startStreams, type StreamServer } from '../support/stream-server.js';

const GZIP = { 'accept-encoding': 'gzip' };
const TAG = '"of-its-own"';
const text = { responseClass: StreamingResponse, mediaType: 'text/plain' };
/** Enough to fill every buffer on the way. */
const ROWS = Array.from({ length: 20_000 }, (_, row) => `row ${row}\n`);
const ALL = ROWS.join('');
const ERROR = '{"detail":"Internal Server Error"}';

const open = { sources: 0 };
const ends: ResponseEnd[] = [];
const ran: string[] = [];
const ticks = new Channel<number>({ history: 10 });

function* rows(): Generator<string> {
  open.sources += 1;
  try {
    yield* ROWS;
  } finally {
    open.sources -= 1;
  }
}

/** A stream that counts itself among the sources until it is closed. */
function readable(): Readable {
  open.sources += 1;
  return Readable.from(ROWS, { objectMode: true }).on('close', () => (open.sources -= 1));
}

function webStream(): ReadableStream<string> {
  open.sources += 1;
  const iterator = ROWS[Symbol.iterator]();
  return new ReadableStream<string>({
    pull: (controller) => {
      const { done, value } = iterator.next();
      if (done !== true) controller.enqueue(value);
      else {
        open.sources -= 1;
        controller.close();
      }
    },
    cancel: () => {
      open.sources -= 1;
    },
  });
}

@Controller()
class KindsController {
  @Get('/sync', text) sync(): Generator<string> {
    return rows();
  }

  @Get('/async', text) async *async(): AsyncGenerator<string> {
    yield* rows();
  }

  @Get('/lines') *lines(): Generator<string> {
    yield* rows();
  }

  /** On a route that means to return values: piped, not taken over. */
  @Get('/returned') returned(): Response {
    return new StreamingResponse(rows(), { mediaType: 'text/plain' });
  }

  @Get('/readable') readable(): Response {
    return new StreamingResponse(readable(), { mediaType: 'text/plain' });
  }

  @Get('/web') web(): Response {
    return new StreamingResponse(webStream(), { mediaType: 'text/plain' });
  }

  @Get('/fetch') fetch(): globalThis.Response {
    const bytes = webStream().pipeThrough(new TextEncoderStream());
    return new globalThis.Response(bytes as never, { headers: { 'content-type': 'text/plain' } });
  }

  @Get('/tagged', { ...text, headers: { etag: TAG } }) tagged(): Generator<string> {
    return rows();
  }

  @Get('/framed', { responseClass: StreamingResponse, mediaType: 'text/event-stream' })
  *framed(): Generator<string> {
    for (const row of rows()) yield `data: ${row}\n`;
  }

  @Get('/events', { responseClass: EventSourceResponse }) events(): Generator<string> {
    return rows();
  }

  @Get('/lasting', { responseClass: EventSourceResponse })
  async *lasting(signal: AbortSignal): AsyncGenerator<string> {
    open.sources += 1;
    try {
      yield 'first';
      await wait(60_000, undefined, { signal });
    } finally {
      open.sources -= 1;
    }
  }

  @Get('/minding') minding(signal: AbortSignal): Response {
    return new EventSourceResponse(ticks.subscribe({ signal }));
  }

  @Get('/feed') feed(@Query('last', { optional: true }) lastEventId?: string): Response {
    return new EventSourceResponse(ticks.subscribe({ lastEventId, replay: true }));
  }

  @Get('/endless', text) *endless(): Generator<string> {
    for (;;) yield* rows();
  }

  @Get('/fails-later', text) async *failsLater(tasks: BackgroundTasks): AsyncGenerator<string> {
    tasks.addTask(() => ran.push('task'));
    yield 'first';
    throw new Error('in mid-stream');
  }

  @Get('/refuses', text) async *refuses(): AsyncGenerator<never> {
    await wait(1);
    throw new HTTPException(409, 'not now');
  }

  @Get('/value') value(): object {
    return { value: 'plain' };
  }

  @Get('/large') large(): object {
    return { value: 'x'.repeat(2_000_000) };
  }

  @Get('/with-task') withTask(tasks: BackgroundTasks): object {
    tasks.addTask(() => ran.push('task'));
    return { value: 'plain' };
  }
}

/** Each kind of stream, and what its client gets in the end. */
const KINDS: readonly [path: string, body: string][] = [
  ['/sync', ALL],
  ['/async', ALL],
  ['/lines', ROWS.map((row) => `${JSON.stringify(row)}\n`).join('')],
  ['/returned', ALL],
  ['/readable', ALL],
  ['/web', ALL],
  ['/fetch', ALL],
  ['/tagged', ALL],
  ['/framed', ROWS.map((row) => `data: ${row}\n`).join('')],
  ['/events', ROWS.map((row) => `data: ${JSON.stringify(row)}\n\n`).join('')],
];
/** What event streams give that a hook has kept while the server closed, before its `retry`. */
const WHEN_CLOSED: Record<string, string> = { '/lasting': 'data: "first"\n\n', '/minding': ': \n\n' };
const PATHS = KINDS.map(([path]) => path);
const isEvents = (path: string): boolean => ['/framed', '/events', '/feed'].includes(path);

function bodyOf(response: StreamCall): string {
  const { bytes, headers } = response;
  return (headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString();
}

describe.each(VERSIONS)('a hostile host on %s', (version) => {
  let server: StreamServer;
  const startWith = async (prepare: (app: FastifyInstance) => unknown): Promise<void> => {
    server = await startStreams(
      version,
      [KindsController],
      { drainTimeout: 300, onResponseEnd: (end) => ends.push(end) },
      prepare,
    );
  };
  const nothingLeft = async (): Promise<void> => {
    await until(() => open.sources === 0, `the end of ${open.sources} sources`);
    await until(() => ticks.counts.subscribers === 0, 'the end of the subscriptions');
  };
  beforeEach(() => {
    ends.length = 0;
    ran.length = 0;
  });
  afterEach(async () => {
    await server.stop();
    await nothingLeft();
  });

  describe.each([
    ['@fastify/compress and then @fastify/etag', [fastifyCompress, fastifyEtag]],
    ['@fastify/etag and then @fastify/compress', [fastifyEtag, fastifyCompress]],
  ])('with %s', (_order, plugins) => {
    beforeEach(async () => {
      await startWith(async (app) => {
        for (const plugin of plugins) {
          if (plugin === fastifyCompress) await app.register(fastifyCompress, { threshold: 0 });
          else await app.register(fastifyEtag);
        }
      });
    });

    it.each(KINDS)('sends every byte of %s, and tells of those that were sent', async (path, body) => {
      const response = await server.ask(path, { headers: GZIP }).ended();
      expect([response.status, response.ending]).toEqual([200, 'complete']);
      // As one text each: a difference of megabytes is not to be printed.
      expect(bodyOf(response) === body).toBe(true);
      // The plugin does not know JSON lines.
      const coding = isEvents(path) || path === '/lines' ? undefined : 'gzip';
      expect(response.headers['content-encoding']).toBe(coding);
      expect(response.headers.etag).toBe(path === '/tagged' ? TAG : undefined);
      await until(() => ends.length > 0, 'the end');
      expect(ends.map(({ outcome, bytes }) => [outcome, bytes])).toEqual([
        ['completed', response.bytes.length],
      ]);
      await nothingLeft();
      expect(server.complaints()).toEqual([]);
    });

    it.each(PATHS)('lets go of %s when its client leaves', async (path) => {
      const response = await server.ask(path, { headers: GZIP, paused: true }).head();
      response.leave();
      await nothingLeft();
    });

    it.each(['', 'gzip'])(
      'answers 304 of a stream with a tag of its own, and closes it (%s)',
      async (coding) => {
        for (let round = 0; round < 20; round += 1) {
          const headers = { 'if-none-match': TAG, 'accept-encoding': coding, 'cache-control': 'no-cache' };
          expect(await server.ask('/tagged', { headers }).outcome()).toEqual([304, '', 'complete']);
        }
        await nothingLeft();
        await until(() => ends.length === 20, 'the ends');
        expect(new Set(ends.map(({ outcome, bytes, items }) => `${outcome} ${bytes} ${items}`))).toEqual(
          new Set(['completed 0 0']),
        );
        expect(server.complaints()).toEqual([]);
      },
    );

    it('sends events of a channel at once, as they are', async () => {
      const response = await server.ask('/feed', { headers: GZIP }).head();
      expect(response.headers['content-encoding']).toBeUndefined();
      await ticks.publish(1, { id: `${version} tick` });
      await response.received(`data: 1\nid: ${version} tick\n\n`);
      response.leave();
      await nothingLeft();
    });

    it('gives an error before the first chunk in the coding that it names', async () => {
      const response = await server.ask('/refuses', { headers: GZIP }).ended();
      expect([response.status, bodyOf(response)]).toEqual([409, '{"detail":"not now"}']);
      await until(() => ends.length > 0, 'the end');
      expect(ends[0]).toMatchObject({ outcome: 'completed', bytes: response.bytes.length });
    });

    it('breaks off what fails in mid-stream, and runs no task of it', async () => {
      const response = await server.ask('/fails-later', { headers: GZIP }).ended();
      expect(response.ending).toBe('broken');
      await until(() => ends.length > 0, 'the end');
      expect([ends[0]?.outcome, ran]).toEqual(['error', []]);
    });
  });

  describe('with an onSend hook that takes its time', () => {
    let holding: (() => void)[] = [];
    const go = async (): Promise<void> => {
      await until(() => holding.length > 0, 'the hook');
      for (const release of holding.splice(0)) release();
    };
    beforeEach(async () => {
      holding = [];
      await startWith((app) => {
        app.addHook('onSend', async () => {
          await new Promise<void>((resolve) => holding.push(resolve));
        });
      });
    });
    afterEach(() => {
      for (const release of holding.splice(0)) release();
    });

    it.each(KINDS)('sends every byte of %s', async (path, body) => {
      const response = server.ask(path);
      await go();
      const [status, received, ending] = await response.outcome();
      expect([status, received === body, ending]).toEqual([200, true, 'complete']);
      await nothingLeft();
      expect(server.complaints()).toEqual([]);
    });

    it('keeps what a channel publishes meanwhile, in its order', async () => {
      const response = server.ask('/feed');
      await until(() => holding.length > 0, 'the hook');
      const ids = ['a', 'b', 'c'].map((name) => `${version} ${name}`);
      for (const id of ids) await ticks.publish(1, { id });
      await wait(5);
      await go();
      await response.received(ids.map((id) => `data: 1\nid: ${id}\n\n`).join(''));
      response.leave();
      await nothingLeft();
    });

    it.each([...PATHS, '/feed', '/endless', '/value', '/large', '/with-task'])(
      'lets go of %s when its client leaves meanwhile',
      async (path) => {
        const response = server.ask(path);
        await until(() => holding.length > 0, 'the hook');
        response.vanish();
        await until(() => ends.length > 0, 'the end');
        expect(ends.map(({ outcome }) => outcome)).toEqual(['client-closed']);
        // Before the hook is done too.
        await nothingLeft();
        await go();
        await wait(2);
        expect(ends).toHaveLength(1);
        expect(ran).toEqual(path === '/with-task' ? ['task'] : []);
      },
    );

    it('breaks off what has failed meanwhile', async () => {
      const response = server.ask('/fails-later');
      await until(() => holding.length > 0, 'the hook');
      await wait(5);
      await go();
      await response.ended();
      expect([response.status === 200 || response.status === 0, response.ending]).toEqual([true, 'broken']);
      expect(ran).toEqual([]);
    });

    it.each(['/events', '/feed', '/endless', '/value'])('does not keep the server open: %s', async (path) => {
      const response = server.ask(path);
      await until(() => holding.length > 0, 'the hook');
      const closing = server.app.close();
      await go();
      await closing;
      await response.ended();
      await nothingLeft();
      expect(ends).toHaveLength(1);
    });

    it.each(['/lasting', '/minding', '/feed'])(
      'lets %s end with the server as all event streams do, with what was published meanwhile',
      async (path) => {
        const response = server.ask(path);
        await until(() => holding.length > 0, 'the hook');
        const closing = server.app.close();
        await wait(5);
        await ticks.publish(1, { id: `${version} ${path}` });
        await go();
        await closing;
        const event = WHEN_CLOSED[path] ?? `data: 1\nid: ${version} ${path}\n\n`;
        const [status, received, ending] = await response.outcome();
        expect([status, ending]).toEqual([200, 'complete']);
        expect(received.endsWith(`${event}retry: 1000\n\n`)).toBe(true);
        expect(ends).toMatchObject([{ outcome: 'server-closing', bytes: received.length }]);
        expect(server.complaints()).toEqual([]);
      },
    );
  });

  it.each<[string, () => unknown, string]>([
    ['text', () => 'other', 'other'],
    ['bytes', () => Buffer.from('other'), 'other'],
    ['a stream', () => Readable.from(['ot', 'her']), 'other'],
    ['a web stream', () => new Blob(['other']).stream(), 'other'],
    ['nothing', () => null, ''],
  ])('may put %s in the place of every kind, later', async (_what, make, body) => {
    await startWith((app) => {
      app.addHook('onSend', async (_request, reply) => {
        await wait(2);
        reply.removeHeader('content-type');
        return make();
      });
    });
    for (const path of [...PATHS, '/feed', '/endless']) {
      expect([path, ...(await server.ask(path).outcome())]).toEqual([path, 200, body, 'complete']);
    }
    await nothingLeft();
    await until(() => ends.length === PATHS.length + 2, 'the ends');
    expect(ends.map(({ route, outcome, bytes, items }) => [route, outcome, bytes, items])).toEqual(
      ends.map(({ route }) => [route, 'completed', body.length, 0]),
    );
    expect(server.complaints()).toEqual([]);
  });

  it.each([...PATHS, '/feed', '/endless', '/value', '/with-task'])(
    'may fail in an onSend hook, later: %s is let go, and an error is sent',
    async (path) => {
      await startWith((app) => {
        const failed = new WeakSet();
        app.addHook('onSend', async (request) => {
          await wait(2);
          if (failed.has(request)) return;
          failed.add(request);
          throw new Error('in a hook');
        });
      });
      for (let round = 0; round < 3; round += 1)
        expect(await server.ask(path).outcome()).toEqual([500, ERROR, 'complete']);
      await nothingLeft();
      await until(() => ends.length === 3, 'the ends');
      expect(ends.map(({ outcome, bytes }) => [outcome, bytes])).toEqual(
        ends.map(() => ['error', ERROR.length]),
      );
      expect(ran).toEqual([]);
      // And one that tells of what was dropped.
      expect(server.complaints().filter((line) => line.includes('in a hook'))).toHaveLength(3);
    },
  );

  it.each([...PATHS, '/feed', '/endless', '/value'])(
    'may fail in an onSend hook, and again on the error: %s is let go',
    async (path) => {
      await startWith((app) => {
        app.addHook('onSend', async () => {
          await wait(1);
          throw new Error('in a hook');
        });
      });
      const [status, , ending] = await server.ask(path).outcome();
      expect([status, ending]).toEqual([500, 'complete']);
      await nothingLeft();
      await until(() => ends.length > 0, 'the end');
      expect(ends.map(({ outcome }) => outcome)).toEqual(['error']);
    },
  );

  // As plugins of telemetry do, to hear of the handler's end.
  describe.each<[string, (result: Promise<unknown>, told: (what: string) => void) => unknown]>([
    [
      'chains on what they give',
      (result, told) =>
        result.then(
          (value) => {
            told('done');
            return value;
          },
          (error: unknown) => {
            told('failed');
            throw error;
          },
        ),
    ],
    [
      'looks on',
      (result, told) => {
        result.then(
          () => told('done'),
          () => told('failed'),
        );
        return result;
      },
    ],
    [
      'looks on, after Fastify',
      (result, told) => {
        setImmediate(() => {
          result.then(
            () => told('done'),
            () => told('failed'),
          );
        });
        return result;
      },
    ],
  ])('that wraps handlers, and %s', (_what, wrap) => {
    const told: string[] = [];
    beforeEach(async () => {
      told.length = 0;
      await startWith((app) => {
        app.addHook('onRoute', (route) => {
          const { handler } = route;
          route.handler = function wrapped(...args) {
            const result: unknown = handler.apply(this, args);
            const isPromise = typeof (result as PromiseLike<unknown> | undefined)?.then === 'function';
            return isPromise ? wrap(result as Promise<unknown>, (what) => told.push(what)) : result;
          };
        });
      });
    });

    it('gets an error before the first chunk, which is answered', async () => {
      expect(await server.ask('/refuses').outcome()).toEqual([409, '{"detail":"not now"}', 'complete']);
      await until(() => told.length > 0, 'the word');
      expect(told).toEqual(['failed']);
    });

    it.each(['/async', '/events'])('hears that %s is on its way, which is sent', async (path) => {
      const [status, , ending] = await server.ask(path).outcome();
      expect([status, ending]).toEqual([200, 'complete']);
      expect(told).toEqual(path === '/async' ? ['done'] : []);
      expect(server.complaints()).toEqual([]);
    });
  });

  describe('with a preSerialization hook that takes its time', () => {
    it.each(['/value', '/with-task'])('sends what it makes of %s', async (path) => {
      await startWith((app) => {
        app.addHook('preSerialization', async (_request, _reply, payload: object) => {
          await wait(2);
          return { ...payload, more: true };
        });
      });
      expect(await server.ask(path).outcome()).toEqual([200, '{"value":"plain","more":true}', 'complete']);
      await until(() => ends.length > 0, 'the end');
      expect(ends[0]).toMatchObject({ outcome: 'completed', bytes: 29 });
      await until(() => ran.length === (path === '/with-task' ? 1 : 0), 'the task');
    });

    it.each(['/value', '/with-task'])('drops the task of %s when it fails', async (path) => {
      await startWith((app) => {
        app.addHook('preSerialization', async () => {
          await wait(2);
          throw new HTTPException(503, 'no more');
        });
      });
      expect(await server.ask(path).outcome()).toEqual([503, '{"detail":"no more"}', 'complete']);
      await until(() => ends.length > 0, 'the end');
      expect([ends[0]?.outcome, ran]).toEqual(['error', []]);
    });

    it.each(['/value', '/with-task'])('ends %s when its client leaves meanwhile', async (path) => {
      let reached = 0;
      let go = (): void => undefined;
      await startWith((app) => {
        app.addHook('preSerialization', async (_request, _reply, payload) => {
          reached += 1;
          await new Promise<void>((resolve) => (go = resolve));
          return payload;
        });
      });
      const response = server.ask(path);
      await until(() => reached === 1, 'the hook');
      response.vanish();
      await until(() => ends.length > 0, 'the end');
      expect(ends[0]?.outcome).toBe('client-closed');
      go();
      await until(() => ran.length === (path === '/with-task' ? 1 : 0), 'the task');
    });

    it.each(PATHS)('leaves %s alone', async (path) => {
      let reached = 0;
      await startWith((app) => {
        app.addHook('preSerialization', async (_request, _reply, payload) => {
          reached += 1;
          await wait(1);
          return payload;
        });
      });
      const [status, , ending] = await server.ask(path).outcome();
      expect([status, ending, reached]).toEqual([200, 'complete', 0]);
    });
  });
});

describe.each([
  ['nobody observes', false],
  ['somebody observes', true],
])('a client of HTTP/2 that resets with NO_ERROR, where %s', (_what, observed) => {
  it.each(['/value', '/large', '/with-task'])('leaves no stream behind: %s', async (path) => {
    const closed: boolean[] = [];
    let begun = 0;
    const server = await startStreams(
      'HTTP/2',
      [KindsController],
      observed ? { onResponseEnd: (end) => ends.push(end) } : {},
      (app) => {
        app.addHook('onRequest', async (_request, reply) => {
          const { stream } = reply.raw as unknown as { stream: NodeJS.EventEmitter };
          stream.once('close', () => closed.push(true));
          begun += 1;
          await wait(10);
        });
      },
    );
    const session = connectHttp2(`http://127.0.0.1:${server.port}`);
    session.on('error', () => undefined);
    try {
      const early = session.request({ ':path': path }).on('error', () => undefined);
      await until(() => begun === 1, 'the request');
      early.close(constants.NGHTTP2_NO_ERROR);
      const late = session.request({ ':path': path }).on('error', () => undefined);
      await new Promise((resolve) => late.once('response', resolve));
      late.close(constants.NGHTTP2_NO_ERROR);
      await until(() => closed.length === 2, 'the end of both streams');
      // The connection goes on.
      const next = session.request({ ':path': path });
      next.resume();
      await new Promise((resolve) => next.once('close', resolve));
      expect(next.rstCode).toBe(0);
    } finally {
      session.destroy();
      await server.app.close();
    }
  });
});
