// The first chunk is awaited before the head is sent: what fails at once is an error response, and nothing of a stream.
import { Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';

import {
  BackgroundTasks,
  Controller,
  EventSourceResponse,
  Get,
  HTTPException,
  Query,
  Response,
  StreamingResponse,
  type ChunkSource,
} from '@sluice/core';
import type { FastifyInstance } from 'fastify';

import { until } from '../support/http-client.js';
import { VERSIONS } from '../support/stream-call.js';
import { startStreams, type StreamServer } from '../support/stream-server.js';

const log: string[] = [];
let gate: { readonly opened: Promise<void>; open: () => void };

function newGate(): typeof gate {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

const later = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2));

/** Sources that fail before they gave a byte. */
const FAILING: Record<string, (error: Error) => ChunkSource> = {
  'generator that throws at once': function* (error) {
    throw error;
  },
  'async generator that throws at once': async function* (error) {
    throw error;
  },
  'async generator that throws after a while': async function* (error) {
    await later();
    throw error;
  },
  'iterable whose iterator throws': (error) => ({
    [Symbol.iterator]: () => {
      throw error;
    },
  }),
  'async iterable that throws instead of rejecting': (error) => ({
    [Symbol.asyncIterator]: () => ({
      next: () => {
        throw error;
      },
    }),
  }),
  'Readable that is destroyed': (error) =>
    new Readable({
      read() {
        setImmediate(() => this.destroy(error));
      },
    }),
  'ReadableStream that errors': (error) =>
    new ReadableStream<string>({
      pull: (controller) => {
        controller.error(error);
      },
    }),
};

@Controller()
class FirstChunkController {
  @Get('/fails')
  fails(@Query('name') name: string, tasks: BackgroundTasks): StreamingResponse {
    tasks.addTask(() => log.push('task'));
    return new StreamingResponse(FAILING[name]!(new Error('a secret')), {
      mediaType: 'text/csv',
      filename: 'export.csv',
      headers: { etag: '"1"', 'cache-control': 'public' },
    });
  }

  @Get('/denied', { responseClass: StreamingResponse, mediaType: 'text/csv', headers: { 'x-route': '1' } })
  async *denied(): AsyncGenerator<string> {
    await later();
    throw new HTTPException(403, 'not yours', { 'x-why': 'because' });
  }

  @Get('/denied-sync', { responseClass: StreamingResponse, mediaType: 'text/csv' })
  *deniedSync(): Generator<string> {
    throw new HTTPException(404, 'nothing here');
  }

  @Get('/lines')
  async *lines(): AsyncGenerator {
    throw new HTTPException(409, 'no lines');
  }

  @Get('/no-chunk', { responseClass: StreamingResponse, mediaType: 'text/csv' })
  async *noChunk(): AsyncGenerator {
    try {
      yield { not: 'a chunk' };
    } finally {
      log.push('finally');
    }
  }

  @Get('/no-chunk-sync', { responseClass: StreamingResponse, mediaType: 'text/csv' })
  *noChunkSync(): Generator {
    try {
      yield null;
    } finally {
      log.push('finally');
    }
  }

  @Get('/after-empty', { responseClass: StreamingResponse, mediaType: 'text/csv' })
  async *afterEmpty(): AsyncGenerator<string> {
    yield '';
    await later();
    throw new Error('after an empty chunk');
  }

  @Get('/gated', { responseClass: StreamingResponse, mediaType: 'text/plain' })
  async *gated(): AsyncGenerator<string> {
    log.push('started');
    await gate.opened;
    yield 'opened';
  }

  @Get('/patient')
  patient(): EventSourceResponse {
    return new EventSourceResponse(this.gated(), { firstItemTimeout: null });
  }

  @Get('/late-head', { responseClass: StreamingResponse, mediaType: 'text/plain' })
  async *lateHead(response: Response): AsyncGenerator<string> {
    response.headers.set('x-early', 'yes');
    yield 'a';
    await later();
    try {
      response.headers.set('x-late', 'yes');
    } catch (error) {
      yield (error as { code: string }).code;
    }
  }

  @Get('/status', { responseClass: StreamingResponse, mediaType: 'text/plain' })
  async *status(): AsyncGenerator<string> {
    await later();
    yield 'ok';
  }
}

describe.each(VERSIONS)('the first chunk on %s', (version) => {
  let server: StreamServer;
  const startWith = async (prepare?: (app: FastifyInstance) => unknown): Promise<void> => {
    server = await startStreams(version, [FirstChunkController], {}, prepare);
  };
  beforeEach(() => {
    log.length = 0;
    gate = newGate();
  });
  afterEach(() => server.stop());

  it.each(Object.keys(FAILING))(
    'of a %s: an error response, logged once, without its tasks',
    async (name) => {
      await startWith();
      const response = server.ask(`/fails?name=${encodeURIComponent(name)}`);
      expect(await response.outcome()).toEqual([500, '{"detail":"Internal Server Error"}', 'complete']);
      expect(response.headers['content-type']).toBe('application/json; charset=utf-8');
      for (const name of ['content-disposition', 'etag', 'cache-control', 'transfer-encoding'])
        expect(response.headers).not.toHaveProperty(name);
      expect(server.complaints()).toEqual(
        expect.arrayContaining([expect.stringContaining('a secret'), expect.stringContaining('dropped')]),
      );
      expect(server.complaints()).toHaveLength(2);
      expect(log).toEqual([]);
    },
  );

  it('decides the status when it is an HTTPException', async () => {
    await startWith();
    const denied = server.ask('/denied');
    expect(await denied.outcome()).toEqual([403, '{"detail":"not yours"}', 'complete']);
    expect(denied.headers['x-why']).toBe('because');
    expect(denied.headers).not.toHaveProperty('x-route');
    expect(await server.ask('/denied-sync').outcome()).toEqual([
      404,
      '{"detail":"nothing here"}',
      'complete',
    ]);
    expect(await server.ask('/lines').outcome()).toEqual([409, '{"detail":"no lines"}', 'complete']);
  });

  it("goes to the host's own error handler when it fails", async () => {
    await startWith((app) => {
      app.setErrorHandler((error: Error, _request, reply) => reply.code(418).send({ mine: error.message }));
    });
    const response = server.ask(`/fails?name=${encodeURIComponent('generator that throws at once')}`);
    expect(await response.outcome()).toEqual([418, '{"mine":"a secret"}', 'complete']);
    expect(response.headers).not.toHaveProperty('content-disposition');
  });

  it.each(['/no-chunk', '/no-chunk-sync'])('of a wrong type closes the generator: %s', async (path) => {
    await startWith();
    const [status] = await server.ask(path).outcome();
    await until(() => log.length > 0, 'the clean-up');
    expect([status, log]).toEqual([500, ['finally']]);
  });

  it('was not sent when it was empty, so that an error after it is still told', async () => {
    await startWith();
    expect(await server.ask('/after-empty').outcome()).toEqual([
      500,
      '{"detail":"Internal Server Error"}',
      'complete',
    ]);
  });

  it.each(['/gated', '/patient'])('is waited for however long it takes: %s', async (path) => {
    await startWith();
    const response = server.ask(path);
    await until(() => log.includes('started'), 'the start');
    // Longer than an event stream waits for its first item.
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(response.status).toBe(0);
    gate.open();
    const [status, text, ending] = await response.outcome();
    expect([status, ending]).toEqual([200, 'complete']);
    expect(text).toBe(path === '/gated' ? 'opened' : 'data: "opened"\n\n');
  });

  it('takes the head with it: what is set later is refused', async () => {
    await startWith();
    const response = server.ask('/late-head');
    expect(await response.outcome()).toEqual([200, 'aHEAD_SENT', 'complete']);
    expect(response.headers['x-early']).toBe('yes');
    expect(response.headers).not.toHaveProperty('x-late');
  });

  it('leaves the head to hooks, which see the stream once and before it is sent', async () => {
    let seen = 0;
    await startWith((app) => {
      app.addHook('onSend', (_request, reply, payload, done) => {
        seen += 1;
        reply.header('x-hook', String(reply.statusCode));
        done(null, payload);
      });
    });
    const response = server.ask('/status');
    expect(await response.outcome()).toEqual([200, 'ok', 'complete']);
    expect([seen, response.headers['x-hook']]).toEqual([1, '200']);
  });
});
