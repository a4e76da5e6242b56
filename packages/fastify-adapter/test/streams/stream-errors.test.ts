// A source that fails after its first chunk: its response is broken off, or says so in band, and the log says so once.
import { connect as connectHttp2, constants } from 'node:http2';
import { PassThrough } from 'node:stream';
import { ReadableStream } from 'node:stream/web';
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';

import {
  BackgroundTasks,
  Channel,
  Controller,
  EventSourceResponse,
  Get,
  JSONLinesResponse,
  MemoryBroker,
  Post,
  ServerSentEvent,
  StreamingResponse,
  type Broker,
} from '@sluice/core';
import { IsInt } from 'class-validator';

import { until } from '../support/http-client.js';
import { VERSIONS } from '../support/stream-call.js';
import { startStreams, type StreamServer } from '../support/stream-server.js';

const log: string[] = [];
const text = { responseClass: StreamingResponse, mediaType: 'text/plain' };
const inBand = (error: unknown): object => ({ error: error instanceof Error ? 'failed' : 'unknown' });

class Row {
  @IsInt() row!: number;
}

/** A broker that cannot read the history, after a while. */
const broken: Broker = {
  open: (...args) => ({
    ...new MemoryBroker().open(...args),
    read: async () => {
      await wait(60);
      throw new Error('in mid-stream');
    },
  }),
};

class ShoutingLines extends JSONLinesResponse {
  protected override encode(item: unknown): string {
    return String(super.encode(item)).toUpperCase();
  }
}

/** Numbers as they are, which are no chunk; as their class may write that checks no types. */
class NumbersResponse extends StreamingResponse<number | string> {
  protected override encode(item: number | string): string {
    return item as string;
  }
}

/** The response that is being sent, and the pieces that it was given. */
let sending: { readonly writableLength: number } | undefined;
let pieces = 0;
const PIECE = 'x'.repeat(10_000);

@Controller()
class FailingController {
  /** Fails when the system takes no more, but the response still does. */
  @Get('/full', text)
  async *full(): AsyncGenerator<string> {
    for (pieces = 1; ; pieces += 1) {
      yield PIECE;
      await turn();
      if ((sending?.writableLength ?? 0) > 0) throw new Error('in mid-stream');
    }
  }

  /** Fails when neither takes any more. */
  @Get('/fuller', text)
  *fuller(): Generator<string> {
    for (pieces = 0; pieces < 2000; pieces += 1) yield PIECE;
    throw new Error('in mid-stream');
  }

  /** Not made for streams by its declaration: Fastify attends it. */
  @Get('/bad-encode')
  badEncode(): StreamingResponse<number | string> {
    const items = function* (): Generator<number | string> {
      try {
        yield 'one';
        yield 2;
      } finally {
        log.push('finally');
      }
    };
    return new NumbersResponse(items());
  }

  @Get('/sync', text)
  *sync(): Generator<string> {
    try {
      yield 'one';
      throw new Error('in mid-stream');
    } finally {
      log.push('finally');
    }
  }

  @Get('/async', text)
  async *async(tasks: BackgroundTasks): AsyncGenerator<string> {
    tasks.addTask(() => log.push('task'));
    try {
      yield 'one';
      await wait(2);
      throw new Error('in mid-stream');
    } finally {
      log.push('finally');
    }
  }

  @Get('/nothing-said', { ...text, onStreamError: () => undefined })
  *nothingSaid(): Generator<string> {
    yield* this.sync();
  }

  @Get('/bad-item', text)
  *badItem(): Generator {
    try {
      yield 'one';
      yield 2;
    } finally {
      log.push('finally');
    }
  }

  @Get('/said', { ...text, onStreamError: () => ' and no more' })
  *said(): Generator<string> {
    yield* this.sync();
  }

  @Get('/lines', { responseModel: Row, onStreamError: inBand })
  async *lines(): AsyncGenerator<object> {
    yield { row: 1, secret: true };
    await wait(2);
    throw new Error('in mid-stream');
  }

  @Get('/shouting', { responseClass: ShoutingLines, responseModel: Row, onStreamError: inBand })
  async *shouting(): AsyncGenerator<object> {
    yield* this.lines();
  }

  @Get('/events', { responseClass: EventSourceResponse, responseModel: Row, onStreamError: inBand })
  async *events(): AsyncGenerator<object> {
    yield* this.lines();
  }

  @Get('/named', {
    responseClass: EventSourceResponse,
    responseModel: Row,
    onStreamError: (error) => new ServerSentEvent({ event: 'error', data: inBand(error) }),
  })
  async *named(): AsyncGenerator<object> {
    yield* this.lines();
  }

  @Get('/feed', { onStreamError: inBand })
  feed(): EventSourceResponse {
    return new EventSourceResponse(new Channel({ name: 'x', broker: broken }).subscribe({ replay: true }));
  }

  @Get('/feed-at-once', { onStreamError: inBand })
  feedAtOnce(): EventSourceResponse {
    const response = this.feed();
    return new EventSourceResponse(response.content ?? [], { firstItemTimeout: null });
  }

  @Get('/feed-unsaid')
  feedUnsaid(): EventSourceResponse {
    return this.feed();
  }

  @Get('/throws', {
    ...text,
    onStreamError: () => {
      throw new Error('in onStreamError');
    },
  })
  *throws(): Generator<string> {
    yield* this.sync();
  }

  @Get('/unfit', { ...text, onStreamError: () => ({ no: 'chunk' }) })
  *unfit(): Generator<string> {
    yield* this.sync();
  }

  @Get('/nothing-yet', { ...text, onStreamError: () => 'said' })
  async *nothingYet(): AsyncGenerator<string> {
    yield '';
    await wait(2);
    throw new Error('in mid-stream');
  }

  @Get('/clean-up', text)
  @Post('/clean-up', text)
  async *cleanUp(signal: AbortSignal): AsyncGenerator<string> {
    try {
      yield 'first';
      await wait(60_000, undefined, { signal });
    } finally {
      // eslint-disable-next-line no-unsafe-finally -- what is tested
      throw new Error('in a clean-up');
    }
  }

  @Get('/clean-up-sync', text)
  *cleanUpSync(): Generator<string> {
    try {
      for (;;) yield 'first'.repeat(1000);
    } finally {
      // eslint-disable-next-line no-unsafe-finally -- what is tested
      throw new Error('in a clean-up');
    }
  }

  @Get('/clean-up-at-yield', text)
  async *cleanUpAtYield(): AsyncGenerator<string> {
    yield* this.cleanUpSync();
  }

  @Get('/clean-up-twice')
  cleanUpTwice(): StreamingResponse {
    const error = new Error('in a clean-up');
    let fail = (): void => undefined;
    const failing = new Promise<never>((_resolve, reject) => {
      fail = () => {
        reject(error);
      };
    });
    let calls = 0;
    const iterator = {
      next: async () => (calls++ === 0 ? { done: false as const, value: 'first' } : await failing),
      return: async () => {
        fail();
        return failing;
      },
    };
    return new StreamingResponse({ [Symbol.asyncIterator]: () => iterator });
  }

  @Get('/readable')
  readable(): StreamingResponse {
    const stream = new PassThrough();
    stream.write('first');
    return new StreamingResponse<string>(stream);
  }

  @Get('/web')
  web(): StreamingResponse {
    return new StreamingResponse(
      new ReadableStream<string>({
        start: (controller) => {
          controller.enqueue('first');
        },
      }),
    );
  }

  @Get('/minds', text)
  async *minds(signal: AbortSignal): AsyncGenerator<string> {
    yield 'first';
    await wait(60_000, undefined, { signal });
  }
}

const MESSAGE = 'the body failed after the head was sent';

describe.each(VERSIONS)('a stream that fails after its first chunk, on %s', (version) => {
  let server: StreamServer;
  const rejections: unknown[] = [];
  const note = (error: unknown): void => {
    rejections.push(error);
  };
  beforeEach(async () => {
    log.length = 0;
    server = await startStreams(version, [FailingController], { drainTimeout: 300 }, (app) => {
      app.addHook('onRequest', (_request, reply, done) => {
        sending = reply.raw;
        done();
      });
    });
    process.on('unhandledRejection', note);
  });
  afterEach(async () => {
    await server.stop();
    process.off('unhandledRejection', note);
    expect(rejections.splice(0)).toEqual([]);
  });

  it.each([
    ['/sync', 'one', 'in mid-stream'],
    ['/async', 'one', 'in mid-stream'],
    ['/nothing-said', 'one', 'in mid-stream'],
    ['/bad-item', 'one', expect.stringMatching(/^CHUNK_INVALID/)],
    ['/bad-encode', 'one', expect.stringMatching(/^CHUNK_INVALID/)],
    ['/feed-unsaid', ': \n\n', 'in mid-stream'],
  ])('is broken off once what came before has gone out, and logged once: %s', async (path, sent, message) => {
    const response = server.ask(path);
    expect(await response.outcome()).toEqual([200, sent, 'broken']);
    const errors = server.log.filter(({ level }) => level >= 50);
    expect(errors).toEqual([
      expect.objectContaining({
        msg: expect.stringContaining(MESSAGE) as string,
        reqId: expect.any(String) as string,
        err: expect.objectContaining({ message: message as string }) as object,
      }),
    ]);
    if (!path.includes('feed')) expect(log).toEqual(['finally']);
  });

  // A client of HTTP/2 drops what it has not read when its stream is reset.
  if (version === 'HTTP/1.1') {
    it.each(['/full', '/fuller'])(
      'is broken off after all that came before, for a slow client too: %s',
      async (path) => {
        const response = await server.ask(path, { paused: true }).head();
        await wait(300);
        response.resume();
        await response.ended();
        expect([response.bytes.length, response.ending]).toEqual([pieces * PIECE.length, 'broken']);
        expect(server.complaints()).toEqual([expect.stringMatching(`${MESSAGE}: in mid-stream$`)]);
      },
    );
  } else {
    it('is broken off after all that came before, through a small window too', async () => {
      const session = connectHttp2(server.url, { settings: { initialWindowSize: 100 } });
      const stream = session.request({ ':path': '/full' });
      let received = 0;
      stream.on('data', (bytes: Buffer) => (received += bytes.length));
      stream.on('error', () => undefined);
      await new Promise((resolve) => stream.on('close', resolve));
      session.destroy();
      expect([received, stream.rstCode]).toEqual([pieces * PIECE.length, constants.NGHTTP2_INTERNAL_ERROR]);
    });
  }

  it('is logged though its client leaves before it has read what came before', async () => {
    const response = await server.ask('/full', { paused: true }).head();
    await wait(300);
    response.leave();
    await until(() => server.complaints().length > 0, 'what is logged');
    await wait(10);
    expect(server.complaints()).toEqual([expect.stringMatching(`${MESSAGE}: in mid-stream$`)]);
  });

  it.each([
    ['/said', 'one and no more'],
    // What is said is no item: the model of the items does not apply to it.
    ['/lines', '{"row":1}\n{"error":"failed"}\n'],
    ['/shouting', '{"ROW":1}\n{"ERROR":"FAILED"}\n'],
    ['/events', 'data: {"row":1}\n\ndata: {"error":"failed"}\n\n'],
    ['/named', 'data: {"row":1}\n\nevent: error\ndata: {"error":"failed"}\n\n'],
    ['/feed', ': \n\ndata: {"error":"failed"}\n\n'],
  ])('says so in band where its route has words for it, and is logged once: %s', async (path, body) => {
    expect(await server.ask(path).outcome()).toEqual([200, body, 'complete']);
    expect(server.complaints()).toEqual([expect.stringMatching(`${MESSAGE}: in mid-stream$`)]);
  });

  it.each(['/throws', '/unfit'])(
    'is broken off where those words fail, and both are logged: %s',
    async (path) => {
      expect(await server.ask(path).outcome()).toEqual([200, 'one', 'broken']);
      expect(server.complaints()).toHaveLength(2);
    },
  );

  it.each(['/nothing-yet', '/feed-at-once'])(
    'is an error response where nothing was sent, whatever words there are: %s',
    async (path) => {
      const [status, , ending] = await server.ask(path).outcome();
      expect([status, ending]).toEqual([500, 'complete']);
      expect(server.complaints()).toHaveLength(1);
    },
  );

  it.each([
    ['GET', '/clean-up'],
    ['POST', '/clean-up'],
    ['GET', '/clean-up-sync'],
    ['GET', '/clean-up-at-yield'],
    ['GET', '/clean-up-twice'],
  ])('in a clean-up, when its client has left, is logged once: %s %s', async (method, path) => {
    const init = { method, body: method === 'POST' ? {} : undefined };
    (await server.ask(path, init).received('first')).leave();
    await until(() => server.complaints().length > 0, 'what is logged');
    await wait(10);
    expect(server.complaints()).toEqual([
      expect.stringMatching(
        /^FailingController\.cleanUp\w*: the clean-up of its stream failed: in a clean-up$/,
      ),
    ]);
    expect(server.log.at(-1)).toMatchObject({ reqId: expect.any(String) as string });
  });

  it.each(['/minds', '/readable', '/web'])('because its client has left, is no news: %s', async (path) => {
    (await server.ask(path).received('first')).leave();
    await server.app.close();
    expect(server.complaints()).toEqual([]);
  });
});
