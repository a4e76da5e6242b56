import { connect as connectHttp2, constants, type ClientHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';

import {
  BackgroundTask,
  BackgroundTasks,
  Controller,
  EventSourceResponse,
  Get,
  HTTPException,
  JSONResponse,
  Post,
  Query,
  Response,
  ServerSentEvent,
  StreamingResponse,
} from '@sluice/core';
import { sluice } from '@sluice/fastify-adapter';
import Fastify, { type FastifyInstance } from 'fastify';

import { HttpClient, until } from './support/http-client.js';
import { start, type TestServer } from './support/start.js';

const log: string[] = [];
const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

async function* three(): AsyncGenerator<string> {
  for (const word of ['one', 'two', 'three']) {
    await pause(1);
    yield word;
  }
}

const SOURCES: Record<string, () => Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>> = {
  array: () => ['one', 'two', 'three'],
  generator: () =>
    (function* () {
      yield 'one';
      yield Buffer.from('two');
      yield '';
      yield new Uint8Array([116, 104, 114, 101, 101]);
    })(),
  'async generator': three,
  Readable: () => Readable.from(three()),
  ReadableStream: () => new Blob(['onetwothree']).stream(),
};

@Controller('/s')
class StreamsController {
  @Get('/source')
  source(@Query('name') name: string): StreamingResponse {
    return new StreamingResponse(SOURCES[name]?.() ?? [], { mediaType: 'text/plain' });
  }

  @Get('/untyped')
  untyped(): StreamingResponse {
    return new StreamingResponse(['x'], { filename: 'x.bin' });
  }

  @Get('/large', { responseClass: StreamingResponse, mediaType: 'text/plain' })
  *large(): Generator<string | Uint8Array> {
    for (let row = 0; row < 50_000; row += 1)
      yield row % 1000 === 0 ? Buffer.alloc(10_000, 'b') : `row ${String(row)}\n`;
  }

  @Get('/text')
  text(): Response {
    return new StreamingResponse('text' as never);
  }

  @Get('/chunk', { responseClass: StreamingResponse, mediaType: 'text/plain' })
  async *chunk(): AsyncGenerator {
    try {
      yield 'first';
      await pause(5);
      yield { not: 'a chunk' };
    } finally {
      log.push('closed');
    }
  }

  @Get('/denied', { responseClass: EventSourceResponse })
  async *denied(): AsyncGenerator<never> {
    await pause(2);
    throw new HTTPException(403, 'not yours');
  }

  @Get('/quiet', { responseClass: EventSourceResponse })
  async *quiet(signal: AbortSignal): AsyncGenerator {
    await pause(60);
    yield { after: 60 };
    await new Promise((resolve) => {
      signal.addEventListener('abort', resolve);
    });
    log.push(`aborted: ${(signal.reason as Error).message}`);
  }

  @Get('/events', { responseClass: EventSourceResponse })
  *events(): Generator {
    yield new ServerSentEvent({ event: 'a', data: 1, id: '0', retry: 5, comment: 'c' });
    yield { event: 'data', data: 'of a yielded object' };
    yield 'text';
  }

  @Get('/shaped')
  shaped(): EventSourceResponse {
    return new EventSourceResponse([
      { event: 'start', data: 'a\nb', id: '1' },
      { other: 1 },
      { data: { x: 1 } },
    ]);
  }

  @Get('/endless', { responseClass: StreamingResponse, mediaType: 'text/plain' })
  *endless(): Generator<string> {
    log.push('started');
    try {
      for (;;) yield 'x'.repeat(1000);
    } finally {
      log.push('closed');
    }
  }

  @Get('/prompt', { responseClass: StreamingResponse, mediaType: 'text/plain' })
  async *prompt(): AsyncGenerator<string> {
    for (let token = 0; token < 5; token += 1) {
      yield `${String(token)} `;
      await pause(15);
    }
  }

  @Get('/late-head', { responseClass: StreamingResponse, mediaType: 'text/plain' })
  async *lateHead(response: Response): AsyncGenerator<string> {
    response.headers.set('x-early', 'yes');
    yield 'a';
    await pause(5);
    try {
      response.headers.set('x-late', 'yes');
    } catch (error) {
      yield (error as { code: string }).code;
    }
  }

  @Post('/never', { responseClass: StreamingResponse, mediaType: 'text/plain' })
  async *never(): AsyncGenerator<string> {
    yield 'x';
    await new Promise(() => undefined);
  }
}

@Controller('/t')
class TasksController {
  @Get('/both')
  both(tasks: BackgroundTasks): Response {
    tasks.addTask((name: string) => log.push(name), 'injected');
    tasks.addTask(() => {
      throw new Error('in a task');
    });
    const response = new JSONResponse(1, { background: new BackgroundTask(() => log.push('replaced')) });
    response.background = [
      new BackgroundTask(() => log.push('own 1')),
      new BackgroundTask(() => log.push('own 2')),
    ];
    return response;
  }

  @Get('/slow')
  slow(tasks: BackgroundTasks): string {
    tasks.addTask(async () => {
      await pause(50);
      log.push('slow task');
    });
    return 'sent';
  }

  @Get('/assigned')
  assigned(response: Response): string {
    response.background = new BackgroundTask(() => log.push('assigned'));
    return 'sent';
  }
}

let server: TestServer;
beforeEach(async () => {
  log.length = 0;
  server = await start([StreamsController, TasksController]);
});
afterEach(() => server.app.close());
const get = (path: string, init?: RequestInit): Promise<globalThis.Response> =>
  fetch(server.url + path, init);

describe('a streaming response', () => {
  it.each(Object.keys(SOURCES))('sends what a %s gives', async (name) => {
    const response = await get(`/s/source?name=${encodeURIComponent(name)}`);
    expect(await response.text()).toBe('onetwothree');
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  });

  it('sends every byte of small and large chunks in their order', async () => {
    let expected = '';
    for (let row = 0; row < 50_000; row += 1)
      expected += row % 1000 === 0 ? 'b'.repeat(10_000) : `row ${String(row)}\n`;
    expect(await (await get('/s/large')).text()).toBe(expected);
  });

  it('sends no content type without a media type', async () => {
    const response = await get('/s/untyped');
    expect(response.headers.has('content-type')).toBe(false);
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="x.bin"');
    expect(await response.text()).toBe('x');
  });

  it('refuses text, which is one chunk and not many', async () => {
    expect((await get('/s/text')).status).toBe(500);
  });

  it('breaks off and closes its source when it gives what is no chunk', async () => {
    await expect(get('/s/chunk').then((response) => response.text())).rejects.toThrow();
    expect(log).toEqual(['closed']);
    expect(server.log.filter(({ level }) => level === 50).map(({ err }) => err?.message)).toEqual([
      expect.stringMatching(/^CHUNK_INVALID/),
    ]);
  });

  it('sends each chunk in the turn in which it was made', async () => {
    const response = await get('/s/prompt');
    const chunks: string[] = [];
    const decoder = new TextDecoder();
    for await (const bytes of response.body as unknown as AsyncIterable<Uint8Array>) {
      chunks.push(decoder.decode(bytes));
    }
    expect(chunks).toEqual(['0 ', '1 ', '2 ', '3 ', '4 ']);
  });

  it('is not started by HEAD', async () => {
    const response = await get('/s/endless', { method: 'HEAD' });
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'text/plain; charset=utf-8',
    ]);
    expect(log).toEqual([]);
  });

  it('pulls no more than a client reads, and is closed when the client leaves', async () => {
    const client = await HttpClient.connect(server.port);
    client.socket.pause();
    client.send('GET', '/s/endless');
    await until(() => log.includes('started'), 'the start');
    await pause(50);
    client.close();
    await until(() => log.includes('closed'), 'the end');
  });

  it('seals the injected response once the head is sent', async () => {
    const response = await get('/s/late-head');
    expect(response.headers.get('x-early')).toBe('yes');
    expect(await response.text()).toBe('aHEAD_SENT');
  });
});

describe('an event stream', () => {
  it('encodes events and plain values', async () => {
    const response = await get('/s/events');
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(response.headers.get('cache-control')).toBe('no-cache');
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    expect(await response.text()).toBe(
      ': c\nevent: a\ndata: 1\nid: 0\nretry: 5\n\ndata: {"event":"data","data":"of a yielded object"}\n\ndata: "text"\n\n',
    );
    expect(await (await get('/s/shaped')).text()).toBe(
      'event: start\ndata: a\ndata: b\nid: 1\n\ndata: {"other":1}\n\ndata: {"x":1}\n\n',
    );
  });

  it('is an error response when it fails at once', async () => {
    const response = await get('/s/denied');
    expect([response.status, response.headers.get('content-type'), await response.json()]).toEqual([
      403,
      'application/json; charset=utf-8',
      { detail: 'not yours' },
    ]);
    expect(response.headers.has('cache-control')).toBe(false);
  });

  it('opens with a comment when its first event is late, and ends with a retry when the server closes', async () => {
    const client = await HttpClient.connect(server.port);
    client.send('GET', '/s/quiet');
    await until(() => client.responses()[0]?.body.includes('data') === true, 'the first event');
    expect(client.responses()[0]?.body).toBe(': \n\ndata: {"after":60}\n\n');
    await server.app.close();
    const [response] = await client.completed();
    expect(response?.complete).toBe(true);
    expect(response?.body).toBe(': \n\ndata: {"after":60}\n\nretry: 1000\n\n');
    await until(() => log.length > 0, 'the signal');
    expect(log).toEqual(['aborted: The server is closing.']);
    client.close();
  });
});

describe('a generator that never stops waiting', () => {
  it('is abandoned and reported once, and holds neither the server nor its close', async () => {
    const client = await HttpClient.connect(server.port);
    client.send('POST', '/s/never', '{}');
    await until(() => client.responses()[0]?.body === 'x', 'the first chunk');
    const began = Date.now();
    client.close();
    await server.app.close();
    expect(Date.now() - began).toBeLessThan(8000);
    expect(
      server.log.filter(({ msg }) => msg.startsWith('StreamsController.never: its generator did not stop')),
    ).toHaveLength(1);
  });
});

describe('background tasks', () => {
  it('run in their order, injected ones first, and an error in one stops no other', async () => {
    expect(await (await get('/t/both')).json()).toBe(1);
    await until(() => log.length === 3, 'three tasks');
    expect(log).toEqual(['injected', 'own 1', 'own 2']);
    expect(server.log.find(({ level }) => level === 50)).toMatchObject({
      err: { message: 'in a task' },
      msg: 'TasksController.both: background task anonymous failed',
    });
    await get('/t/assigned');
    await until(() => log.includes('assigned'), 'the task of the injected response');
  });

  it('do not keep the client waiting, and are waited for by the close of the server', async () => {
    expect(await (await get('/t/slow')).json()).toBe('sent');
    expect(log).toEqual([]);
    await server.app.close();
    expect(log).toEqual(['slow task']);
  });

  it('that outlast the limit are given up by name', async () => {
    const hasty = await start([TasksController], { drainTimeout: 5 });
    await fetch(`${hasty.url}/t/slow`);
    await hasty.app.close();
    expect(hasty.log.map(({ msg }) => msg)).toContain(
      'closing: gave up after 5 ms: TasksController.slow (background task anonymous)',
    );
    await until(() => log.includes('slow task'), 'the end of the task');
  });
});

describe('on HTTP/2', () => {
  let app: FastifyInstance;
  let session: ClientHttp2Session;
  beforeEach(async () => {
    const http2 = Fastify({ http2: true });
    await http2.register(sluice, { controllers: [StreamsController] });
    await http2.listen({ port: 0, host: '127.0.0.1' });
    app = http2 as unknown as FastifyInstance;
    session = connectHttp2(`http://127.0.0.1:${String((http2.server.address() as AddressInfo).port)}`);
  });
  afterEach(async () => {
    session.destroy();
    await app.close();
  });

  it('a stream that fails is reset, and one that ends is not', async () => {
    const request = (path: string): Promise<[body: string, code: number]> =>
      new Promise((resolve) => {
        const stream = session.request({ ':path': path });
        let body = '';
        stream.setEncoding('utf8').on('data', (text: string) => (body += text));
        stream.on('error', () => undefined);
        stream.on('close', () => {
          resolve([body, stream.rstCode]);
        });
      });
    expect(await request('/s/chunk')).toEqual(['first', constants.NGHTTP2_INTERNAL_ERROR]);
    expect(await request('/s/source?name=generator')).toEqual(['onetwothree', constants.NGHTTP2_NO_ERROR]);
  });

  it('a client that cancels closes the source', async () => {
    const stream = session.request({ ':path': '/s/endless' });
    stream.on('error', () => undefined);
    await until(() => log.includes('started'), 'the start');
    stream.close(constants.NGHTTP2_CANCEL);
    await until(() => log.includes('closed'), 'the end');
  });
});
