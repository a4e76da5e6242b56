// A client that leaves, in whatever way and at whatever moment: the source is told, and nothing of it is left.
import { connect as connectHttp2, constants } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

import {
  Channel,
  Controller,
  Delete,
  Depends,
  EventSourceResponse,
  Get,
  Patch,
  Post,
  Put,
  StreamingResponse,
} from '@sluice/core';

import { until } from '../support/http-client.js';
import { VERSIONS, type StreamCall } from '../support/stream-call.js';
import { startStreams, type StreamServer } from '../support/stream-server.js';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
const log: string[] = [];
const open = { generators: 0, scopes: 0 };
const text = { responseClass: StreamingResponse, mediaType: 'text/plain' };
const events = new Channel<number>();
const ends: string[] = [];

async function* session(): AsyncGenerator<object> {
  open.scopes += 1;
  try {
    yield {};
  } finally {
    open.scopes -= 1;
  }
}

@Controller('', { dependencies: [session] })
class LeavingController {
  @Get('/waits', text)
  @Post('/waits', text)
  @Put('/waits', text)
  @Patch('/waits', text)
  @Delete('/waits', text)
  async *waits(signal: AbortSignal): AsyncGenerator<string> {
    open.generators += 1;
    try {
      yield 'first';
      await wait(60_000, undefined, { signal });
    } finally {
      log.push((signal.reason as Error).message);
      open.generators -= 1;
    }
  }

  @Get('/at-yield', text)
  @Post('/at-yield', text)
  async *atYield(): AsyncGenerator<string> {
    open.generators += 1;
    try {
      for (;;) yield 'first'.repeat(1000);
    } finally {
      open.generators -= 1;
    }
  }

  @Get('/at-yield-sync', text)
  *atYieldSync(): Generator<string> {
    open.generators += 1;
    try {
      for (;;) yield 'first'.repeat(1000);
    } finally {
      open.generators -= 1;
    }
  }

  @Get('/whole', text)
  *whole(): Generator<Buffer> {
    yield Buffer.alloc(1_000_000);
  }

  @Get('/feed')
  feed(): EventSourceResponse {
    return new EventSourceResponse(events.subscribe());
  }

  @Get('/late', text)
  async *late(@Depends(session) _session: object, signal: AbortSignal): AsyncGenerator<string> {
    open.generators += 1;
    try {
      await wait(60_000, undefined, { signal });
      yield 'never';
    } finally {
      open.generators -= 1;
    }
  }
}

async function nothingLeft(): Promise<void> {
  await until(() => open.generators === 0 && open.scopes === 0, `the end of ${JSON.stringify(open)}`);
  await until(() => events.counts.subscribers === 0, 'the end of the subscriptions');
}

beforeEach(() => {
  log.length = 0;
});

describe.each(VERSIONS)('a client that leaves, on %s', (version) => {
  let server: StreamServer;
  beforeAll(async () => {
    server = await startStreams(version, [LeavingController]);
  });
  afterAll(async () => {
    await server.stop();
    expect(server.complaints()).toEqual([]);
  });
  it.each(METHODS.flatMap((method) => ['leave', 'vanish'].map((way) => [method, way] as const)))(
    'ends a generator that minds the signal, whatever the method: %s, %s',
    async (method, way) => {
      const response = server.ask('/waits', {
        method,
        body: method === 'GET' ? undefined : { large: 'x'.repeat(100_000) },
      });
      await response.received('first');
      // The signal must not fire because the body of the request was read.
      await wait(20);
      expect(log).toEqual([]);
      response[way as keyof Pick<StreamCall, 'leave' | 'vanish'>]();
      await nothingLeft();
      expect(log).toEqual(['The client closed the connection.']);
    },
  );

  it.each(['/at-yield', '/at-yield-sync', '/feed'])(
    'ends a source that waits for its reader: %s',
    async (path) => {
      const response = server.ask(path, { paused: path !== '/feed' });
      await response.head();
      await wait(20);
      response.leave();
      await nothingLeft();
    },
  );

  it.each([0, 1, 2, 5, 10, 20, 40])(
    'after %i ms leaves nothing, whatever had begun',
    async (milliseconds) => {
      const paths = ['/waits', '/at-yield', '/at-yield-sync', '/feed', '/late'];
      const responses = [...paths, ...paths].map((path) => server.ask(path, { paused: true }));
      await wait(milliseconds);
      responses.forEach((response, at) => {
        if (at % 2 === 0) response.leave();
        else response.vanish();
      });
      await wait(20);
      await nothingLeft();
    },
  );
});

describe('a client of HTTP/1.1 that keeps to no rule', () => {
  let server: StreamServer;
  const sockets: Socket[] = [];
  beforeAll(async () => {
    server = await startStreams('HTTP/1.1', [LeavingController]);
  });
  afterAll(() => server.stop());
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
  });

  async function send(lines: string): Promise<{ socket: Socket; text: () => string }> {
    const socket = connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true });
    sockets.push(socket);
    let received = '';
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => (received += bytes.toString('latin1')));
    socket.write(lines);
    await wait(5);
    return { socket, text: () => received };
  }

  it('may close its half of the connection: what it asked for comes, and its leaving is seen later', async () => {
    const { socket, text } = await send('GET /waits HTTP/1.1\r\nhost: a\r\n\r\n');
    await until(() => text().includes('first'), 'the first chunk');
    socket.end();
    await nothingLeft();
  });

  it('of HTTP/1.0 gets the body without chunks, to the end of the connection', async () => {
    const { socket, text } = await send('GET /waits HTTP/1.0\r\n\r\n');
    await until(() => text().includes('first'), 'the first chunk');
    expect(text()).not.toMatch(/transfer-encoding/i);
    expect(text().endsWith('\r\n\r\nfirst')).toBe(true);
    socket.destroy();
    await nothingLeft();
  });

  it('of HTTP/1.0 gets events that were made for many', async () => {
    const old = await send('GET /feed HTTP/1.0\r\n\r\n');
    const new_ = await send('GET /feed HTTP/1.1\r\nhost: a\r\n\r\n');
    await until(() => [old, new_].every(({ text }) => text().includes(': \n\n')), 'the opening');
    await events.publish(1);
    await until(() => [old, new_].every(({ text }) => text().includes('data: 1\n')), 'the event');
    expect(old.text()).toMatch(/\r\n\r\n: \n\nid: [^\n]+\ndata: 1\n\n$/);
    for (const { socket } of [old, new_]) socket.destroy();
    await nothingLeft();
  });

  it.each([
    'GET /waits HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n',
    'GET /waits HTTP/1.1\r\nhost: a\r\nTE: trailers, gzip;q=0.5\r\n\r\n',
    'POST /waits HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}',
    'POST /waits HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\ncontent-type: application/json\r\n\r\n2\r\n{}\r\n0\r\n\r\n',
  ])('is served where it may: %j', async (lines) => {
    const { socket, text } = await send(lines);
    await until(() => text().includes('first'), 'the first chunk');
    socket.resetAndDestroy();
    await nothingLeft();
  });

  it.each([
    'GET /waits HTTP/1.1\r\nhos',
    'POST /waits HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"half',
    'POST /waits HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\ncontent-type: application/json\r\n\r\nzz',
  ])('starts nothing with half of a request: %j', async (lines) => {
    const { socket } = await send(lines);
    socket.resetAndDestroy();
    await wait(10);
    await nothingLeft();
    expect(log).toEqual([]);
  });

  it('may ask for many streams at once and be gone: none of them is left', async () => {
    const request = ['/waits', '/feed', '/at-yield', '/late'].map(
      (path) => `GET ${path} HTTP/1.1\r\nhost: a\r\n\r\n`,
    );
    const { socket, text } = await send(request.join('').repeat(10));
    await until(() => text().includes('first'), 'the first chunk');
    socket.resetAndDestroy();
    await nothingLeft();
  });
});

describe('a client of HTTP/2 that keeps to no rule', () => {
  let server: StreamServer;
  beforeAll(async () => {
    server = await startStreams('HTTP/2', [LeavingController], {
      onResponseEnd: ({ outcome }) => ends.push(outcome),
    });
  });
  afterAll(() => server.stop());

  it.each([0, 1, 3, 10, 30])('may reset each stream after %i ms, with a code', async (milliseconds) => {
    const session = connectHttp2(`http://127.0.0.1:${server.port}`);
    session.on('error', () => undefined);
    const streams = Array.from({ length: 30 }, (_, at) =>
      session
        .request({ ':path': ['/waits', '/feed', '/at-yield', '/late'][at % 4] })
        .on('error', () => undefined)
        .resume(),
    );
    await wait(milliseconds);
    const codes = [constants.NGHTTP2_CANCEL, constants.NGHTTP2_NO_ERROR, constants.NGHTTP2_INTERNAL_ERROR];
    streams.forEach((stream, at) => {
      stream.close(codes[at % 3]);
    });
    await wait(20);
    await nothingLeft();
    session.destroy();
  });

  it('may say that it goes away, and then be gone', async () => {
    const session = connectHttp2(`http://127.0.0.1:${server.port}`);
    session.on('error', () => undefined);
    const stream = session.request({ ':path': '/waits' }).on('error', () => undefined);
    await new Promise((resolve) => stream.once('data', resolve));
    session.goaway();
    await wait(5);
    expect(open.generators).toBe(1);
    session.destroy();
    await nothingLeft();
  });

  it('may open no window: nothing is made for it, and it is let go', async () => {
    const session = connectHttp2(`http://127.0.0.1:${server.port}`, { settings: { initialWindowSize: 0 } });
    session.on('error', () => undefined);
    const stream = session.request({ ':path': '/at-yield-sync' }).on('error', () => undefined);
    await new Promise((resolve) => stream.once('response', resolve));
    await wait(20);
    stream.close(constants.NGHTTP2_CANCEL);
    await nothingLeft();
    session.destroy();
  });

  it('may reset with NO_ERROR what has ended and waits to be sent', async () => {
    ends.length = 0;
    const session = connectHttp2(`http://127.0.0.1:${server.port}`);
    const stream = session.request({ ':path': '/whole' }).on('error', () => undefined);
    await new Promise((resolve) => stream.once('response', resolve));
    await until(() => open.scopes === 1, 'the response');
    stream.close(constants.NGHTTP2_NO_ERROR);
    await nothingLeft();
    expect(ends).toEqual(['client-closed']);
    session.destroy();
  });
});
