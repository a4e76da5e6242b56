// Hooks and plugins of the host see streams like any body, may put something around them, and may fail.
import { randomBytes } from 'node:crypto';
import { Readable, Transform } from 'node:stream';
import { text as readText } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { setTimeout as wait } from 'node:timers/promises';

import fastifyCompress from '@fastify/compress';
import fastifyCookie from '@fastify/cookie';
import fastifyCors from '@fastify/cors';
import { Controller, EventSourceResponse, Get, HTTPException, StreamingResponse } from '@sluice/core';
import type { FastifyInstance } from 'fastify';

import { until } from '../support/http-client.js';
import { VERSIONS } from '../support/stream-call.js';
import { startStreams, type StreamServer } from '../support/stream-server.js';

const log: string[] = [];
const text = { responseClass: StreamingResponse, mediaType: 'text/plain' };

@Controller()
class HookedController {
  @Get('/three', text)
  async *three(): AsyncGenerator<string> {
    try {
      for (const word of ['one', 'two', 'three']) {
        yield word;
        await wait(2);
      }
    } finally {
      log.push('finally');
    }
  }

  @Get('/endless', text)
  *endless(): Generator<string> {
    try {
      for (;;) yield 'x'.repeat(1000);
    } finally {
      log.push('finally');
    }
  }

  @Get('/waits', text)
  async *waits(signal: AbortSignal): AsyncGenerator<string> {
    try {
      yield 'first';
      await wait(60_000, undefined, { signal });
    } finally {
      log.push('finally');
    }
  }

  @Get('/late-chunk', text)
  async *lateChunk(signal: AbortSignal): AsyncGenerator<string> {
    try {
      await wait(60_000, undefined, { signal });
      yield 'never';
    } finally {
      log.push('finally');
    }
  }

  @Get('/late-event', { responseClass: EventSourceResponse })
  async *lateEvent(signal: AbortSignal): AsyncGenerator<string> {
    yield* this.lateChunk(signal);
  }

  @Get('/fails', text)
  async *fails(): AsyncGenerator<string> {
    yield 'one';
    await wait(5);
    throw new Error('in mid-stream');
  }

  @Get('/fails-large', text)
  *failsLarge(): Generator<Buffer> {
    for (let chunk = 0; chunk < 50; chunk += 1) yield randomBytes(64 * 1024);
    throw new Error('in mid-stream');
  }

  /** Fails while the plugin is busy with a large chunk, and a small one waits for it. */
  @Get('/fails-behind', text)
  async *failsBehind(): AsyncGenerator<Buffer> {
    yield randomBytes(2_000_000);
    yield randomBytes(10_000);
    throw new Error('in mid-stream');
  }

  @Get('/fails-large-async', text)
  async *failsLargeAsync(): AsyncGenerator<Buffer> {
    yield* this.failsLarge();
  }

  @Get('/events', { responseClass: EventSourceResponse })
  async *events(signal: AbortSignal): AsyncGenerator<string> {
    yield* this.waits(signal);
  }

  @Get('/sized', { ...text, headers: { 'content-length': '11' } })
  async *sized(): AsyncGenerator<string> {
    yield* this.three();
  }

  /** Not made for streams by its declaration. */
  @Get('/json')
  json(): StreamingResponse {
    return new StreamingResponse(this.three(), { mediaType: 'text/plain' });
  }

  @Get('/large', text)
  *large(): Generator<string> {
    for (let row = 0; row < 100_000; row += 1) yield `row ${row}\n`;
  }

  @Get('/late', text)
  async *late(): AsyncGenerator<never> {
    await wait(2);
    throw new HTTPException(409, 'too late');
  }

  @Get('/bad-header', { ...text, headers: { 'x-good': 'yes' } })
  async *badHeader(): AsyncGenerator<string> {
    yield* this.three();
  }
}

const upperCase = (): Transform =>
  new Transform({
    transform(chunk: Buffer, _encoding, callback) {
      callback(null, chunk.toString().toUpperCase());
    },
  });

describe.each(VERSIONS)('hooks of the host on %s', (version) => {
  let server: StreamServer;
  const startWith = async (prepare: (app: FastifyInstance) => unknown): Promise<void> => {
    server = await startStreams(version, [HookedController], { drainTimeout: 300 }, prepare);
  };
  beforeEach(() => {
    log.length = 0;
  });
  afterEach(() => server.stop());

  it('set headers and cookies, beside those of plugins', async () => {
    await startWith(async (app) => {
      await app.register(fastifyCookie);
      await app.register(fastifyCors, { origin: 'https://example.com' });
      app.addHook('onSend', (_request, reply, payload, done) => {
        reply.setCookie('late', 'set').header('x-late', 'yes');
        done(null, payload);
      });
      app.addHook('onRequest', (_request, reply, done) => {
        reply.raw.setHeader('x-raw', 'yes');
        done();
      });
    });
    const response = server.ask('/three');
    expect(await response.outcome()).toEqual([200, 'onetwothree', 'complete']);
    expect(response.headers).toMatchObject({
      'access-control-allow-origin': 'https://example.com',
      'x-late': 'yes',
      'x-raw': 'yes',
      'set-cookie': [expect.stringMatching(/^late=set/) as string],
    });
  });

  it('run to onResponse once the stream has ended', async () => {
    await startWith((app) => {
      app.addHook('onResponse', (request, reply, done) => {
        log.push(`${request.url} ${String(reply.statusCode)}`);
        done();
      });
    });
    await server.ask('/three').ended();
    await until(() => log.length === 2, 'the hook');
    expect(log).toEqual(['finally', '/three 200']);
  });

  it('may put a stream around it', async () => {
    await startWith((app) => {
      app.addHook('onSend', (_request, _reply, payload, done) => {
        done(null, (payload as Readable).pipe(upperCase()));
      });
    });
    expect(await server.ask('/three').outcome()).toEqual([200, 'ONETWOTHREE', 'complete']);
    const [, large] = await server.ask('/large').outcome();
    expect(large.endsWith('ROW 99999\n')).toBe(true);
    // Not one that is piped any further by itself: its end has to be told all the same.
    const waiting = server.ask('/waits');
    await until(() => waiting.text === 'FIRST', 'the first chunk');
    log.length = 0;
    waiting.leave();
    await until(() => log.includes('finally'), 'the clean-up');
  });

  it.each(['/three', '/large', '/json', '/sized'])('may add trailers: %s', async (path) => {
    await startWith((app) => {
      app.addHook('onRequest', (_request, reply, done) => {
        reply.trailer('x-sum', (_reply, _payload, tell) => tell(null, 'abc'));
        done();
      });
    });
    const response = server.ask(path);
    const [status, body, ending] = await response.outcome();
    expect([status, ending]).toEqual([200, 'complete']);
    expect(body.length).toBe(path === '/large' ? 988_890 : 11);
    expect(response.headers.trailer).toBe('x-sum');
    expect(response.trailers).toMatchObject({ 'x-sum': 'abc' });
  });

  it('break off a stream that fails in place of its trailers', async () => {
    await startWith((app) => {
      app.addHook('onRequest', (_request, reply, done) => {
        reply.trailer('x-sum', (_reply, _payload, tell) => tell(null, 'abc'));
        done();
      });
    });
    const response = server.ask('/fails');
    expect(await response.outcome()).toEqual([200, 'one', 'broken']);
    expect(server.complaints()).toEqual([
      'HookedController.fails: the body failed after the head was sent: in mid-stream',
    ]);
  });

  it('that put a stream around one that fails break it off too', async () => {
    await startWith((app) => {
      app.addHook('onSend', (_request, _reply, payload, done) => {
        done(null, (payload as Readable).pipe(upperCase()));
      });
    });
    const [, received, ending] = await server.ask('/fails').outcome();
    expect(['ONE'.startsWith(received), ending]).toEqual([true, 'broken']);
    await until(() => server.complaints().length > 0, 'what is logged');
    expect(server.complaints()).toEqual([expect.stringContaining('in mid-stream')]);
  });

  it.each(['/three', '/endless', '/waits', '/events'])(
    'that send something else close the source: %s',
    async (path) => {
      await startWith((app) => {
        app.addHook('onSend', (_request, reply, _payload, done) => {
          reply.removeHeader('content-type');
          done(null, 'something else');
        });
      });
      expect(await server.ask(path).outcome()).toEqual([200, 'something else', 'complete']);
      await until(() => log.length > 0, 'the clean-up');
      expect(log).toEqual(['finally']);
    },
  );

  it('may read all of it, and hear of an error that is logged once', async () => {
    await startWith((app) => {
      app.addHook('onSend', async (_request, _reply, payload) =>
        payload instanceof Readable ? readText(payload) : payload,
      );
    });
    expect(await server.ask('/three').outcome()).toEqual([200, 'onetwothree', 'complete']);
    expect((await server.ask('/fails').ended()).ending).toBe('broken');
    expect(server.complaints()).toEqual([
      'HookedController.fails: the body failed after the head was sent: in mid-stream',
    ]);
  });

  it('that send something else end by its signal what still waits for its first event', async () => {
    await startWith((app) => {
      app.addHook('onSend', (_request, _reply, _payload, done) => {
        done(null, 'else');
      });
    });
    expect(await server.ask('/late-event').outcome()).toEqual([200, 'else', 'complete']);
    await until(() => log.includes('finally'), 'the end of the source');
    expect(server.complaints()).toEqual([]);
  });

  it('that time a handler out end by its signal what still waits for its first chunk', async () => {
    await startWith((app) => {
      app.addHook('onRoute', (route) => {
        route.handlerTimeout = 30;
      });
    });
    const [status] = await server.ask('/late-chunk').outcome();
    expect(status).toBe(503);
    await until(() => log.includes('finally'), 'the end of the source');
    expect(server.complaints()).toEqual([expect.stringContaining('timed out after 30 ms')]);
  });

  it.each(['/three', '/endless', '/waits', '/events'])('that fail close the source: %s', async (path) => {
    let failed = false;
    await startWith((app) => {
      app.addHook('onSend', (_request, _reply, payload, done) => {
        // The error response comes through here before `done` returns.
        const first = !failed;
        failed = true;
        if (first) done(new Error('in a hook'));
        else done(null, payload);
      });
    });
    expect(await server.ask(path).outcome()).toEqual([500, '{"detail":"Internal Server Error"}', 'complete']);
    await until(() => log.length > 0, 'the clean-up');
    expect(log).toEqual(['finally']);
  });

  it('see an error of the first chunk once, and compressed it can be read', async () => {
    let seen = 0;
    await startWith(async (app) => {
      await app.register(fastifyCompress, { threshold: 0 });
      app.addHook('onSend', (_request, _reply, payload, done) => {
        seen += 1;
        done(null, payload);
      });
    });
    const response = await server.ask('/late', { headers: { 'accept-encoding': 'gzip' } }).ended();
    const body =
      response.headers['content-encoding'] === 'gzip' ? gunzipSync(response.bytes) : response.bytes;
    expect([response.status, body.toString(), seen]).toEqual([409, '{"detail":"too late"}', 1]);
  });

  it('compress a stream, whose client may leave', async () => {
    await startWith((app) => app.register(fastifyCompress, { threshold: 0 }));
    const headers = { 'accept-encoding': 'gzip' };
    const response = await server.ask('/large', { headers }).ended();
    expect([response.headers['content-encoding'], response.ending]).toEqual(['gzip', 'complete']);
    expect(gunzipSync(response.bytes).toString().endsWith('row 99999\n')).toBe(true);
    const endless = server.ask('/endless', { headers });
    await until(() => endless.chunks.length > 1, 'some chunks');
    endless.leave();
    await until(() => log.length > 0, 'the clean-up');
    expect(log).toEqual(['finally']);
  });

  it.each(['/fails-large', '/fails-large-async', '/fails-behind'])(
    'compress a stream that fails when the buffers are full, and it is broken off: %s',
    async (path) => {
      await startWith((app) => app.register(fastifyCompress, { threshold: 0 }));
      const response = server.ask(path, { headers: { 'accept-encoding': 'gzip' } });
      await response.ended();
      expect([response.headers['content-encoding'], response.ending]).toEqual(['gzip', 'broken']);
      expect(server.complaints()).toEqual([expect.stringContaining('in mid-stream')]);
    },
  );

  it('are not needed for a stream that is injected', async () => {
    await startWith(() => undefined);
    const response = await server.app.inject({ url: '/three' });
    expect([response.statusCode, response.body]).toEqual([200, 'onetwothree']);
    await until(() => log.length > 0, 'the clean-up');
    expect(log).toEqual(['finally']);
  });
});
