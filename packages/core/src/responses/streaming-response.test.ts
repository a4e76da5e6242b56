import { Readable } from 'node:stream';

import type { ChunkSource } from '../streams/chunk-source.js';
import type { ChunksBody } from './response-parts.js';
import { StreamingResponse } from './streaming-response.js';

const chunks = (response: StreamingResponse): ChunksBody => response.toParts().body as ChunksBody;

test.each<[string, ChunkSource]>([
  ['a list', ['a']],
  ['a generator', (function* () {})()],
  ['an async generator', (async function* () {})()],
  ['a Node stream', Readable.from([])],
  ['a web stream', new ReadableStream<string>()],
])('sends %s itself, without opening it and without a content type', (_what, source) => {
  const response = new StreamingResponse(source);
  expect(chunks(response)).toMatchObject({ kind: 'chunks', events: undefined });
  expect(chunks(response).source).toBe(source);
  expect([...response.headers]).toEqual([]);
});

test.each<[unknown, string]>([
  ['text', 'string'],
  [Buffer.from('a'), 'object'],
  [new Uint8Array(1), 'object'],
  [function* () {}, 'function'],
  [{}, 'object'],
  [null, 'null'],
  [undefined, 'undefined'],
])('refuses %p, which is not iterable or one chunk', (content, kind) => {
  class ExportResponse extends StreamingResponse {}
  expect(() => new ExportResponse(content as never)).toThrow(
    expect.objectContaining({
      code: 'CONTENT_INVALID',
      message: `CONTENT_INVALID: ExportResponse sends an iterable, a generator or a stream, not ${kind}; Response sends text and bytes.`,
    }) as Error,
  );
});

test('leaves text and bytes as they are, and refuses other chunks', () => {
  const { encode } = chunks(new StreamingResponse([]));
  const bytes = Buffer.from('a');
  expect(encode('a' as never)).toBe('a');
  expect(encode(bytes as never)).toBe(bytes);
  expect(() => encode(1 as never)).toThrow(expect.objectContaining({ code: 'CHUNK_INVALID' }) as Error);
});

test('encodes as a class of one’s own says', () => {
  class LinesResponse extends StreamingResponse<number> {
    readonly end = '\n';

    protected override encode(item: number) {
      return `${item}${this.end}`;
    }
  }
  const body = new LinesResponse([1], { mediaType: 'text/csv' }).toParts().body as ChunksBody;
  expect(body.encode(1 as never)).toBe('1\n');
});

test('refuses what a class of one’s own encodes as no chunk', () => {
  class NumbersResponse extends StreamingResponse<number> {
    protected override encode(item: number) {
      return Promise.resolve(item) as never;
    }
  }
  const { encode, encodeLast } = new NumbersResponse([1]).toParts().body as ChunksBody;
  for (const give of [encode, encodeLast])
    expect(() => give(1 as never)).toThrow(expect.objectContaining({ code: 'CHUNK_INVALID' }) as Error);
});

test.each([204, 205, 304])('gives its source with %i too, for whoever sends it to close', (statusCode) => {
  const source = ['a'];
  expect(new StreamingResponse(source, { statusCode }).toParts().body).toMatchObject({ source });
});
