// `onResponseEnd` and the channel of `node:diagnostics_channel` hear of every response once, whatever made it and whatever ended it.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';

import fastifyCompress from '@fastify/compress';
import {
  BackgroundTasks,
  Body,
  Channel,
  Controller,
  EventSourceResponse,
  FileResponse,
  Get,
  HTTPException,
  Post,
  Query,
  RedirectResponse,
  Response,
  StreamingResponse,
} from '@sluice/core';
import type { ResponseEnd, SluiceOptions } from '@sluice/fastify-adapter';
import type { FastifyInstance } from 'fastify';

import { until } from './support/http-client.js';
import { VERSIONS } from './support/stream-call.js';
import { startStreams, type StreamServer } from './support/stream-server.js';

const text = { responseClass: StreamingResponse, mediaType: 'text/plain' };
const ticks = new Channel<number>();
const SIZE = statSync(__filename).size;

@Controller()
class AnsweringController {
  @Get('/value') value(): object {
    return { a: 'ü' };
  }

  @Get('/nothing', { statusCode: 204 }) nothing(): void {
    return undefined;
  }

  @Get('/response') response(): Response {
    return new Response('text', { statusCode: 418, mediaType: 'text/plain' });
  }

  @Get('/untyped') untyped(): Response {
    return new Response('text');
  }

  @Get('/redirect') redirect(): Response {
    return new RedirectResponse('/value');
  }

  @Get('/file') file(): Response {
    return new FileResponse(__filename);
  }

  @Get('/json') json(): Response {
    return new FileResponse(`${__dirname}/../package.json`);
  }

  @Get('/fetch') fetch(): globalThis.Response {
    return new globalThis.Response('from fetch', { status: 203 });
  }

  @Get('/missing') missing(): never {
    throw new HTTPException(404);
  }

  @Get('/broken') async broken(): Promise<never> {
    await wait(1);
    throw new Error('in the handler');
  }

  @Get('/query') query(@Query('n') n: number): number {
    return n;
  }

  @Post('/body') body(@Body() value: Buffer): number {
    return value.length;
  }

  @Get('/unfit') unfit(): unknown {
    return { big: 1n };
  }

  @Get('/lines') *lines(): Generator<object> {
    yield { row: 1 };
    yield { row: 2 };
  }

  @Get('/stream', text) async *stream(): AsyncGenerator<string> {
    yield 'one';
    await wait(2);
    yield 'two';
  }

  @Get('/empty', text) *empty(): Generator<string> {
    // Nothing at all.
  }

  @Get('/denied', text) async *denied(): AsyncGenerator<string> {
    await wait(1);
    throw new HTTPException(403, 'not yours');
  }

  @Get('/fails-at-once', text) *failsAtOnce(): Generator<string> {
    throw new Error('at once');
  }

  @Get('/no-chunk', text) *noChunk(): Generator {
    yield { not: 'a chunk' };
  }

  @Get('/fails', text) async *fails(): AsyncGenerator<string> {
    yield 'one';
    await wait(5);
    throw new Error('in mid-stream');
  }

  @Get('/says-so', { ...text, onStreamError: () => 'sorry' }) async *saysSo(): AsyncGenerator<string> {
    yield* this.fails();
  }

  @Get('/events', { responseClass: EventSourceResponse }) *events(): Generator<number> {
    yield 1;
    yield 2;
  }

  @Get('/feed') feed(): Response {
    return new EventSourceResponse(ticks.subscribe(), { keepAlive: null });
  }

  @Get('/waits', text) async *waits(signal: AbortSignal, tasks: BackgroundTasks): AsyncGenerator<string> {
    tasks.addTask(() => undefined);
    yield 'first';
    await wait(60_000, undefined, { signal });
  }

  @Get('/late') async late(signal: AbortSignal): Promise<string> {
    await wait(60_000, undefined, { signal }).catch(() => undefined);
    return 'late';
  }
}

const sized = (length: number): Response =>
  new StreamingResponse(['abc'], { headers: { 'content-length': String(length) } });

@Controller('/sized')
class SizedController {
  @Get('/long') long(): Response {
    return sized(2);
  }

  @Get('/short') short(): Response {
    return sized(4);
  }

  @Get('/right') right(): Response {
    return sized(3);
  }

  /** Taken over by the last hook of its route, where the others are piped. */
  @Get('/long-taken', text) longTaken(): Response {
    return sized(2);
  }

  @Get('/short-taken', text) shortTaken(): Response {
    return sized(4);
  }

  @Get('/right-taken', text) rightTaken(): Response {
    return sized(3);
  }

  @Get('/later', { ...text, headers: { 'content-length': '2' } })
  async *later(): AsyncGenerator<string> {
    yield '';
    await wait(1);
    yield 'abc';
  }

  @Get('/events') events(): Response {
    return new EventSourceResponse([1], { headers: { 'content-length': '2' } });
  }
}

let ends: ResponseEnd[] = [];
let server: StreamServer;
const observed: Partial<SluiceOptions> = { onResponseEnd: (end) => ends.push(end) };

type Summary = [route: string, status: number, outcome: string, bytes: number, items: number];
const summaryOf = ({ route, statusCode, outcome, bytes, items }: ResponseEnd): Summary => [
  route.replace('AnsweringController.', ''),
  statusCode,
  outcome,
  bytes,
  items,
];

async function told(): Promise<Summary> {
  await until(() => ends.length > 0, 'the end of the response');
  await wait(10);
  expect(ends).toHaveLength(1);
  for (const { duration, request } of ends) {
    expect(duration).toBeGreaterThanOrEqual(0);
    expect(duration).toBeLessThan(10_000);
    expect(request.raw.url).toMatch(/^\//);
  }
  return summaryOf(ends[0]!);
}

/** Each a path, and what is told of its response. */
const RESPONSES: readonly [path: string, ...Summary][] = [
  ['/value', 'value', 200, 'completed', 10, 0],
  ['/nothing', 'nothing', 204, 'completed', 0, 0],
  ['/response', 'response', 418, 'completed', 4, 0],
  ['/untyped', 'untyped', 200, 'completed', 4, 0],
  ['/redirect', 'redirect', 307, 'completed', 0, 0],
  ['/file', 'file', 200, 'completed', SIZE, 0],
  ['/fetch', 'fetch', 203, 'completed', 10, 1],
  ['/missing', 'missing', 404, 'completed', 22, 0],
  ['/broken', 'broken', 500, 'error', 34, 0],
  ['/query?n=1', 'query', 200, 'completed', 1, 0],
  ['/unfit', 'unfit', 500, 'error', 34, 0],
  ['/lines', 'lines', 200, 'completed', 20, 2],
  ['/stream', 'stream', 200, 'completed', 6, 2],
  ['/empty', 'empty', 200, 'completed', 0, 0],
  ['/denied', 'denied', 403, 'completed', 22, 0],
  ['/fails-at-once', 'failsAtOnce', 500, 'error', 34, 0],
  ['/no-chunk', 'noChunk', 500, 'error', 34, 0],
  ['/fails', 'fails', 200, 'error', 3, 1],
  ['/says-so', 'saysSo', 200, 'error', 8, 1],
  ['/events', 'events', 200, 'completed', 18, 2],
];

describe.each(VERSIONS)('what is told of a response on %s', (version) => {
  beforeAll(async () => {
    server = await startStreams(version, [AnsweringController], observed);
  });
  afterAll(() => server.stop());

  it.each(RESPONSES)('is told once: %s', async (path, ...summary) => {
    ends = [];
    await server.ask(path).ended();
    expect(await told()).toEqual(summary);
  });

  it.each(RESPONSES)('is told once where it is injected: %s', async (path, ...summary) => {
    ends = [];
    const response = await server.app.inject(path).catch(() => undefined);
    expect(await told()).toEqual(summary);
    // One that is broken off gives none.
    if (path !== '/fails') expect(response?.rawPayload).toHaveLength(summary[3]);
  });

  it.each(RESPONSES)('of HEAD has no bytes: %s', async (path, route, status) => {
    ends = [];
    await server.ask(path, { method: 'HEAD' }).ended();
    const [toldRoute, toldStatus, , bytes, items] = await told();
    // A stream is not started.
    const started = !['denied', 'failsAtOnce', 'noChunk'].includes(route);
    expect([toldRoute, toldStatus, bytes, items]).toEqual([route, started ? status : 200, 0, 0]);
  });
});

describe.each(VERSIONS)('a declared Content-Length that its body does not have, on %s', (version) => {
  beforeAll(async () => {
    server = await startStreams(version, [SizedController], observed);
  });
  afterAll(() => server.stop());

  it.each([
    ['/sized/long', 500, 34, 0, 'error'],
    ['/sized/long-taken', 500, 34, 0, 'error'],
    ['/sized/later', 500, 34, 0, 'error'],
    ['/sized/events', 500, 34, 0, 'error'],
    ['/sized/short', 200, 3, 1, 'error'],
    ['/sized/short-taken', 200, 3, 1, 'error'],
    ['/sized/right', 200, 3, 1, 'completed'],
    ['/sized/right-taken', 200, 3, 1, 'completed'],
  ])('is told with the bytes that were sent: %s', async (path, status, bytes, items, outcome) => {
    ends = [];
    const response = server.ask(path);
    const [seen, , ending] = await response.outcome();
    const [, ...rest] = await told();
    expect(rest).toEqual([status, outcome, bytes, items]);
    expect(ending).toBe(status === 200 && outcome === 'error' ? 'broken' : 'complete');
    // What is broken off may be broken off before the client has seen it.
    if (ending === 'complete') expect([seen, response.bytes.length]).toEqual([status, bytes]);
  });
});

describe.each(VERSIONS)('the end of a response on %s', (version) => {
  const startWith = async (
    prepare: (app: FastifyInstance) => unknown = () => undefined,
    options: Partial<SluiceOptions> = observed,
  ): Promise<void> => {
    ends = [];
    server = await startStreams(version, [AnsweringController], { drainTimeout: 300, ...options }, prepare);
  };

  afterEach(() => server.stop());

  it('of a file that was not modified has no bytes', async () => {
    await startWith();
    const headers = { 'if-modified-since': new Date(Date.now() + 1000).toUTCString() };
    await server.ask('/file', { headers }).ended();
    expect(await told()).toEqual(['file', 304, 'completed', 0, 0]);
  });

  it('of a part of a file has its bytes', async () => {
    await startWith();
    await server.ask('/file', { headers: { range: 'bytes=10-19' } }).ended();
    expect(await told()).toEqual(['file', 206, 'completed', 10, 0]);
  });

  it('of a wrong request', async () => {
    await startWith();
    const response = server.ask('/query?n=x');
    await response.ended();
    expect(await told()).toEqual(['query', 422, 'completed', response.bytes.length, 0]);
  });

  it('of a body that cannot be parsed', async () => {
    await startWith();
    const response = server.ask('/body', { method: 'POST', text: '{' });
    await response.ended();
    expect(await told()).toEqual(['body', 422, 'completed', response.bytes.length, 0]);
  });

  it.each(['/value', '/stream'])('of one that an onRequest hook of the host answers: %s', async (path) => {
    await startWith((app) => {
      app.addHook('onRequest', (_request, reply) => {
        void reply.code(401).send('who?');
      });
    });
    expect(await server.ask(path).outcome()).toEqual([401, 'who?', 'complete']);
    expect(await told()).toEqual([path.slice(1), 401, 'completed', 4, 0]);
  });

  it.each(['/value', '/stream'])('of one that a preHandler hook of the host answers: %s', async (path) => {
    await startWith((app) => {
      app.addHook('preHandler', async (_request, reply) => {
        await wait(1);
        return reply.code(401).send(Readable.from(['w', 'ho?']));
      });
    });
    expect(await server.ask(path).outcome()).toEqual([401, 'who?', 'complete']);
    expect(await told()).toEqual([path.slice(1), 401, 'completed', 4, 0]);
  });

  it.each([
    [401, 'completed'],
    [500, 'error'],
  ])('of one that a hook of the host fails with %i', async (statusCode, outcome) => {
    await startWith((app) => {
      app.addHook('onRequest', async () => {
        await wait(1);
        throw Object.assign(new Error('no'), { statusCode });
      });
    });
    const response = server.ask('/value');
    const [status] = await response.outcome();
    expect(status).toBe(statusCode);
    expect(await told()).toEqual(['value', statusCode, outcome, response.bytes.length, 0]);
  });

  it('of one that a hook of the host finds nowhere', async () => {
    await startWith((app) => {
      app.addHook('preHandler', (request, reply, done) => {
        if (request.is404) done();
        else reply.callNotFound();
      });
    });
    const response = server.ask('/value');
    const [status] = await response.outcome();
    expect(status).toBe(404);
    expect(await told()).toEqual(['value', 404, 'completed', response.bytes.length, 0]);
  });

  it('of one that a hook of the host fails when it is sent', async () => {
    let first = true;
    await startWith((app) => {
      app.addHook('onSend', (_request, _reply, payload, done) => {
        const fails = first;
        first = false;
        if (fails) done(new Error('in a hook'));
        else done(null, payload);
      });
    });
    await server.ask('/stream').ended();
    expect(await told()).toEqual(['stream', 500, 'error', 34, 0]);
  });

  it('of one that a hook of the host writes itself', async () => {
    await startWith((app) => {
      app.addHook('preHandler', (_request, reply) => {
        reply.hijack();
        reply.raw.writeHead(200);
        reply.raw.write('by ');
        reply.raw.end('hand');
      });
    });
    expect(await server.ask('/value').outcome()).toEqual([200, 'by hand', 'complete']);
    expect(await told()).toEqual(['value', 200, 'completed', 7, 0]);
  });

  it.each(['/value', '/lines', '/stream', '/events'])(
    'of one that goes through middleware which had replaced the methods of the response: %s',
    async (path) => {
      const through: string[] = [];
      await startWith((app) => {
        app.addHook('onRequest', (_request, reply, done) => {
          const raw = reply.raw as unknown as Record<'write' | 'end', (...args: unknown[]) => unknown>;
          for (const name of ['write', 'end'] as const) {
            const own = raw[name];
            raw[name] = (...args) => {
              through.push(name);
              return own.apply(raw, args);
            };
          }
          done();
        });
      });
      const response = server.ask(path);
      expect((await response.outcome())[2]).toBe('complete');
      expect(await told()).toMatchObject({ 2: 'completed', 3: response.bytes.length });
      expect(new Set(through)).toEqual(
        new Set(path === '/value' && version === 'HTTP/1.1' ? ['end'] : ['write', 'end']),
      );
    },
  );

  it.each(['/value', '/json', '/stream'])(
    'that is compressed has the bytes that were sent: %s',
    async (path) => {
      await startWith((app) => app.register(fastifyCompress, { threshold: 0 }));
      const response = server.ask(path, { headers: { 'accept-encoding': 'gzip' } });
      await response.ended();
      expect(response.headers['content-encoding']).toBe('gzip');
      const [, , outcome, bytes] = await told();
      expect([outcome, bytes]).toEqual(['completed', response.bytes.length]);
    },
  );

  it('whose client leaves in mid-stream', async () => {
    await startWith();
    (await server.ask('/waits').received('first')).leave();
    expect(await told()).toEqual(['waits', 200, 'client-closed', 5, 1]);
  });

  it('whose client leaves before there is one', async () => {
    await startWith();
    const response = server.ask('/late');
    await wait(50);
    response.leave();
    expect(await told()).toEqual(['late', 200, 'client-closed', 0, 0]);
  });

  it.each(['/value', '/stream', '/file'])('whose client leaves in a hook of the host: %s', async (path) => {
    let reached = (): void => undefined;
    const isReached = new Promise<void>((resolve) => (reached = resolve));
    await startWith((app) => {
      app.addHook('onRequest', async (_request, reply) => {
        reached();
        await once(reply.raw, 'close');
      });
    });
    const response = server.ask(path);
    await isReached;
    response.vanish();
    const [, , outcome, bytes, items] = await told();
    expect([outcome, bytes, items]).toEqual(['client-closed', 0, 0]);
  });

  it('that the server ends in closing: events end, what is given up is broken off', async () => {
    await startWith();
    server.ask('/late');
    await server.ask('/feed').head();
    const stream = await server.ask('/waits').received('first');
    await server.app.close();
    await stream.ended();
    await until(() => ends.length === 3, 'the ends');
    const summaries = ends.map(summaryOf).sort();
    expect(summaries).toEqual([
      ['feed', 200, 'server-closing', expect.any(Number), 0],
      ['late', 200, 'server-closing', 0, 0],
      ['waits', 200, 'server-closing', 5, 1],
    ]);
  });

  it('is published for whoever subscribes, and only then', async () => {
    await startWith(undefined, {});
    const hear = (end: unknown): void => {
      ends.push(end as ResponseEnd);
    };
    await server.ask('/value').ended();
    subscribe('sluice.response.end', hear);
    try {
      await server.ask('/value').ended();
      expect(await told()).toEqual(['value', 200, 'completed', 10, 0]);
      ends = [];
      await server.ask('/stream').ended();
      expect(await told()).toEqual(['stream', 200, 'completed', 6, 2]);
    } finally {
      unsubscribe('sluice.response.end', hear);
    }
    await server.ask('/stream').ended();
    await wait(10);
    expect(ends).toHaveLength(1);
  });

  it('stops nothing when the observer throws', async () => {
    await startWith(undefined, {
      onResponseEnd: (end) => {
        ends.push(end);
        throw new Error('in the observer');
      },
    });
    expect(await server.ask('/stream').outcome()).toEqual([200, 'onetwo', 'complete']);
    await told();
    expect(server.complaints()).toEqual([
      'AnsweringController.stream: onResponseEnd failed: in the observer',
    ]);
  });
});

test('each response of one connection has its own bytes, errors between bodies too', async () => {
  ends = [];
  server = await startStreams('HTTP/1.1', [SizedController], observed);
  const client = connect(server.port, '127.0.0.1');
  const paths = ['long', 'right', 'long-taken', 'right-taken', 'later', 'right'];
  client.write(paths.map((path) => `GET /sized/${path} HTTP/1.1\r\nhost: a\r\n\r\n`).join(''));
  client.resume();
  try {
    await until(() => ends.length === paths.length, 'the ends');
    expect(ends.map(({ bytes }) => bytes)).toEqual([34, 3, 34, 3, 34, 3]);
  } finally {
    client.destroy();
    await server.stop();
  }
});

test('each response of a pipelined connection is told once, those that never had their turn too', async () => {
  ends = [];
  server = await startStreams('HTTP/1.1', [AnsweringController], { onResponseEnd: (end) => ends.push(end) });
  const socket = connect(server.port, '127.0.0.1');
  socket.on('error', () => undefined);
  const paths = ['/value', '/file', '/waits', '/value', '/stream', '/file', '/lines'];
  socket.write(paths.map((path) => `GET ${path} HTTP/1.1\r\nhost: a\r\n\r\n`).join(''));
  let received = '';
  socket.on('data', (bytes: Buffer) => (received += bytes.toString('latin1')));
  await until(() => received.includes('first'), 'the stream');
  await wait(20);
  socket.destroy();
  await until(() => ends.length === paths.length, 'the ends');
  await wait(20);
  expect(
    ends
      .map(summaryOf)
      .map(([route, , outcome]) => `${route} ${outcome}`)
      .sort(),
  ).toEqual(
    [
      'value completed',
      'file completed',
      'waits client-closed',
      'value client-closed',
      'stream client-closed',
      'file client-closed',
      'lines client-closed',
    ].sort(),
  );
  await server.stop();
});
