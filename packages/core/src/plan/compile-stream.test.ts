import { ResponseHeaders } from '../http/headers.js';
import { EventSourceResponse } from '../responses/event-source-response.js';
import { JSONLinesResponse } from '../responses/json-lines-response.js';
import { JSONResponse } from '../responses/json-response.js';
import type { ResponseClass, ResponseInit } from '../responses/response.js';
import { StreamingResponse } from '../responses/streaming-response.js';
import type { ResultModel } from '../responses/result-model.js';
import { compileStream } from './compile-stream.js';

const model = {
  project: (value: unknown) => ({ shown: value }),
  serialize: (value: unknown) => JSON.stringify(value),
} as unknown as ResultModel;

const compile = (responseClass: ResponseClass, init: ResponseInit = {}, headers?: ResponseHeaders) =>
  compileStream({ responseClass, init, model: undefined, headers });

test.each<[string, ResponseClass, ResponseInit, ResultModel | undefined, unknown, string]>([
  ['text', StreamingResponse, { mediaType: 'text/csv' }, undefined, 'a', 'a'],
  ['JSON lines', JSONLinesResponse, {}, undefined, { a: 1 }, '{"a":1}\n'],
  ['JSON lines by a model', JSONLinesResponse, {}, model, 1, '{"shown":1}\n'],
  ['events', EventSourceResponse, { statusCode: 201 }, undefined, { data: 1 }, 'data: {"data":1}\n\n'],
])('makes of %s what a response of the class would', (_what, responseClass, init, own, item, encoded) => {
  const { body, ...head } = responseClass.from([], init, own).toParts();
  const stream = compileStream({ responseClass, init, model: own, headers: undefined });
  expect(stream).toMatchObject({ statusCode: head.statusCode });
  expect([...(stream?.headers ?? [])]).toEqual([...head.headers]);
  expect(body).toMatchObject({ events: stream?.encoding.events });
  expect(stream?.encoding.encode(item as never)).toBe(encoded);
});

test('leaves a class of one’s own to decide for each response, and one whose content is whole', () => {
  class PngResponse extends StreamingResponse {
    static override readonly mediaType = 'image/png';
  }
  expect(compile(PngResponse)).toBeUndefined();
  expect(compile(JSONResponse)).toBeUndefined();
});

test('leaves what the class refuses to be refused for each request, and a status without a body', () => {
  expect(compile(StreamingResponse, { filename: 'a\u0000' })).toBeUndefined();
  expect(compile(StreamingResponse, { statusCode: 204 })).toBeUndefined();
});

test('lists its headers with those of the route that it does not have itself', () => {
  const headers = new ResponseHeaders({
    'content-type': 'text/plain',
    'X-Route': '1',
    'set-cookie': ['a=1', 'b=2'],
  });
  expect(compile(StreamingResponse, { mediaType: 'text/csv' }, headers)?.fields).toEqual([
    { name: 'x-route', value: '1' },
    { name: 'set-cookie', value: ['a=1', 'b=2'] },
    { name: 'content-type', value: 'text/csv; charset=utf-8' },
  ]);
});
