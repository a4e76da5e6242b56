// What a streaming response can be made of.
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';

import { Controller, Get, Post, Query, Response, StreamingResponse, type ChunkSource } from '@sluice/core';

import { VERSIONS } from '../support/stream-call.js';
import { startStreams, type StreamServer } from '../support/stream-server.js';

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

async function* three(): AsyncGenerator<string> {
  for (const word of ['one', 'two', 'three']) {
    await pause(1);
    yield word;
  }
}

function webStream(chunks: readonly (string | Uint8Array)[]): ReadableStream<string | Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull: (controller) => {
      const chunk = chunks[at++];
      if (chunk === undefined) controller.close();
      else controller.enqueue(chunk);
    },
  });
}

/** An iterator of one's own, without `return` and `throw`, as the protocol allows. */
const bare = (): Iterable<string> => {
  const words = ['one', 'two', 'three'];
  return {
    [Symbol.iterator]: () => ({
      next: () => {
        const value = words.shift();
        return value === undefined ? { done: true, value: undefined } : { done: false, value };
      },
    }),
  };
};

const bareAsync = (): AsyncIterable<string> => {
  const iterator = bare()[Symbol.iterator]();
  return { [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve(iterator.next()) }) };
};

const SOURCES: Record<string, () => ChunkSource> = {
  array: () => ['one', 'two', 'three'],
  set: () => new Set(['one', 'two', 'three']),
  'generator of text and bytes': () =>
    (function* () {
      yield 'one';
      yield Buffer.from('two');
      yield '';
      yield new Uint8Array();
      yield new Uint8Array([116, 104, 114, 101, 101]);
    })(),
  'async generator': three,
  'iterable of its own': bare,
  'async iterable of its own': bareAsync,
  'async generator of a sync one': async function* () {
    yield* ['one', 'two', 'three'];
  },
  'Readable of text': () => Readable.from(three()),
  'Readable of bytes': () => Readable.from([Buffer.from('one'), Buffer.from('twothree')]),
  'Readable with an encoding': () => Readable.from([Buffer.from('onetwothree')], { encoding: 'utf8' }),
  'ReadableStream of text': () => webStream(['one', 'two', 'three']),
  'ReadableStream of bytes': () => webStream([Buffer.from('onetwo'), Buffer.from('three')]),
  'stream of a Blob': () => new Blob(['onetwothree']).stream(),
  'body of fetch': () => new globalThis.Response('onetwothree').body as unknown as ChunkSource,
};

/** Every byte, in pieces of a larger piece of memory. */
const BYTES = Uint8Array.from({ length: 1024 }, (_, index) => index % 256);
const UNICODE = 'naïve – 你好 – 🙂\n';

@Controller('/s')
class SourcesController {
  @Get('/source')
  source(@Query('name') name: string): StreamingResponse {
    return new StreamingResponse(SOURCES[name]!(), { mediaType: 'text/plain' });
  }

  @Get('/rendered', { responseClass: StreamingResponse, mediaType: 'text/plain' })
  rendered(@Query('name') name: string): ChunkSource {
    return SOURCES[name]!();
  }

  @Get('/promised', { responseClass: StreamingResponse, mediaType: 'text/plain' })
  async promised(@Query('name') name: string): Promise<ChunkSource> {
    return Promise.resolve(SOURCES[name]!());
  }

  @Get('/large', { responseClass: StreamingResponse, mediaType: 'text/plain' })
  *large(): Generator<string | Uint8Array> {
    for (let row = 0; row < 50_000; row += 1)
      yield row % 1000 === 0 ? Buffer.alloc(10_000, 'b') : `row ${String(row)}\n`;
  }

  @Get('/bytes', { responseClass: StreamingResponse, mediaType: 'application/octet-stream' })
  *bytes(): Generator<Uint8Array> {
    for (let at = 0; at < BYTES.length; at += 100) yield BYTES.subarray(at, at + 100);
  }

  @Get('/unicode', { responseClass: StreamingResponse, mediaType: 'text/plain' })
  *unicode(): Generator<string> {
    for (let line = 0; line < 10_000; line += 1) yield UNICODE;
  }

  @Get('/reused', { responseClass: StreamingResponse, mediaType: 'text/plain' })
  *reused(): Generator<Uint8Array> {
    const memory = Buffer.alloc(1000);
    for (let chunk = 0; chunk < 500; chunk += 1) yield memory.fill(String(chunk % 10));
  }

  @Get('/text')
  text(): Response {
    return new StreamingResponse('text' as never);
  }

  @Get('/object', { responseClass: StreamingResponse, mediaType: 'text/plain' })
  object(): unknown {
    return { not: 'iterable' };
  }

  @Get('/empty', { responseClass: StreamingResponse, mediaType: 'text/plain' })
  *empty(): Generator<never> {}

  @Get('/empty-chunks', { responseClass: StreamingResponse, mediaType: 'text/plain' })
  async *emptyChunks(): AsyncGenerator<string> {
    yield '';
    await pause(1);
    yield '';
  }

  @Get('/file')
  file(): StreamingResponse {
    return new StreamingResponse<Uint8Array>(createReadStream(__filename), { mediaType: 'text/plain' });
  }

  @Post('/echo', { responseClass: StreamingResponse, mediaType: 'text/plain' })
  async *echo(): AsyncGenerator<string> {
    yield* three();
  }

  #shared = three();
  @Get('/shared')
  shared(): StreamingResponse {
    return new StreamingResponse(this.#shared, { mediaType: 'text/plain' });
  }
}

describe.each(VERSIONS)('a streaming response on %s', (version) => {
  let server: StreamServer;
  beforeAll(async () => {
    server = await startStreams(version, [SourcesController]);
  });
  afterAll(() => server.stop());

  it.each(Object.keys(SOURCES))('sends what a %s gives, however it comes to the response', async (name) => {
    for (const path of ['/s/source', '/s/rendered', '/s/promised']) {
      const response = server.ask(`${path}?name=${encodeURIComponent(name)}`);
      expect(await response.outcome()).toEqual([200, 'onetwothree', 'complete']);
      expect(response.headers['content-type']).toBe('text/plain; charset=utf-8');
    }
  });

  it('sends every byte of small and large chunks in their order', async () => {
    let expected = '';
    for (let row = 0; row < 50_000; row += 1)
      expected += row % 1000 === 0 ? 'b'.repeat(10_000) : `row ${String(row)}\n`;
    const response = await server.ask('/s/large').ended();
    expect(response.text === expected).toBe(true);
  });

  it('sends bytes as they are, pieces of a larger memory too', async () => {
    const response = await server.ask('/s/bytes').ended();
    expect(response.headers['content-type']).toBe('application/octet-stream');
    expect(response.bytes.equals(BYTES)).toBe(true);
  });

  it('sends text as UTF-8', async () => {
    const [, text] = await server.ask('/s/unicode').outcome();
    expect(text === UNICODE.repeat(10_000)).toBe(true);
  });

  it('sends small chunks right whose memory the source uses again', async () => {
    const [, text] = await server.ask('/s/reused').outcome();
    const expected = Array.from({ length: 500 }, (_, chunk) => String(chunk % 10).repeat(1000)).join('');
    expect(text === expected).toBe(true);
  });

  it('reads a file that was opened as a stream', async () => {
    const [status, text] = await server.ask('/s/file').outcome();
    expect([status, text.startsWith('// What a streaming response')]).toEqual([200, true]);
  });

  it('answers a POST with a body', async () => {
    const response = server.ask('/s/echo', { method: 'POST', body: { a: 1 } });
    expect(await response.outcome()).toEqual([200, 'onetwothree', 'complete']);
  });

  it.each(['/s/empty', '/s/empty-chunks'])(
    'is an empty body when the source gives no byte: %s',
    async (path) => {
      const response = server.ask(path);
      expect(await response.outcome()).toEqual([200, '', 'complete']);
      expect(response.headers['content-type']).toBe('text/plain; charset=utf-8');
    },
  );

  it.each(['/s/text', '/s/object'])('refuses what is no source of chunks: %s', async (path) => {
    expect((await server.ask(path).outcome())[0]).toBe(500);
  });

  it('refuses to send the same generator for a second request', async () => {
    expect(await server.ask('/s/shared').outcome()).toEqual([200, 'onetwothree', 'complete']);
    expect((await server.ask('/s/shared').outcome())[0]).toBe(500);
    expect(server.complaints().at(-1)).toMatch(/BODY_CONSUMED/);
  });
});
