import { Readable } from 'node:stream';

import { assertJson, toJsonText } from './to-json.js';

class Point {
  constructor(readonly x: number) {}
}

test.each<[unknown, string]>([
  [undefined, 'null'],
  [null, 'null'],
  ['a"b', '"a\\"b"'],
  ['', '""'],
  [0, '0'],
  [false, 'false'],
  [[], '[]'],
  [[undefined], '[null]'],
  [{}, '{}'],
  [{ a: undefined, b: 1 }, '{"b":1}'],
  [Object.assign(Object.create(null) as object, { a: 1 }), '{"a":1}'],
  [new Point(1), '{"x":1}'],
  [new Date(0), '"1970-01-01T00:00:00.000Z"'],
  [new URL('http://a/b'), '"http://a/b"'],
  [Object.assign(new Map(), { toJSON: () => ({ own: true }) }), '{"own":true}'],
  [{ toJSON: () => undefined }, 'null'],
  [JSON.parse('{"__proto__":1}'), '{"__proto__":1}'],
  ['\ud800', '"\\ud800"'],
])('writes %p as %s', (value, expected) => {
  expect(toJsonText(value)).toBe(expected);
});

test.each<[string, unknown, string]>([
  ['a Buffer', Buffer.from('a'), 'new Response(bytes, { mediaType })'],
  ['a typed array', new Float32Array(1), 'new Response(bytes, { mediaType })'],
  ['a DataView', new DataView(new ArrayBuffer(1)), 'new Response(bytes, { mediaType })'],
  ['an ArrayBuffer', new ArrayBuffer(1), 'new Response(bytes, { mediaType })'],
  ['a Map', new Map(), 'Object.fromEntries(map)'],
  ['a Set', new Set(), 'Array.from(set)'],
  ['a promise', Promise.resolve(), 'await it'],
  ['a Node stream', Readable.from([]), 'new StreamingResponse(stream, { mediaType })'],
  ['a web stream', new ReadableStream(), 'new StreamingResponse(stream, { mediaType })'],
  ['a generator', (function* () {})(), 'JSONLinesResponse, EventSourceResponse or StreamingResponse'],
  [
    'an async generator',
    (async function* () {})(),
    'JSONLinesResponse, EventSourceResponse or StreamingResponse',
  ],
  ['the entries of a list', [1].entries(), 'JSONLinesResponse, EventSourceResponse or StreamingResponse'],
  ['a Blob', new Blob(['a']), 'blob.stream()'],
  ['a named function', toJsonText, 'a function (toJsonText) is not JSON; was it meant to be called?'],
  ['an arrow function', () => 1, 'a function is not JSON; was it meant to be called?'],
  ['a symbol', Symbol('s'), 'a symbol is not JSON'],
  ['a bigint', 1n, 'String(value)'],
])('refuses %s, and says what sends it', (_what, value, instead) => {
  const refusal = expect.objectContaining({
    name: 'ResponseError',
    code: 'CONTENT_NOT_JSON',
    message: expect.stringContaining(instead) as string,
  }) as Error;
  expect(() => toJsonText(value)).toThrow(refusal);
  expect(() => {
    assertJson(value);
  }).toThrow(refusal);
});
