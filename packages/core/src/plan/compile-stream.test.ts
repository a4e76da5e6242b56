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

test.each<[string, ResponseClass, ResponseInit, ResultModel | undefined, unknown, string]>([
  ['text', StreamingResponse, { mediaType: 'text/csv' }, undefined, 'a', 'a'],
  ['JSON lines', JSONLinesResponse, {}, undefined, { a: 1 }, '{"a":1}\n'],
  ['JSON lines by a model', JSONLinesResponse, {}, model, 1, '{"shown":1}\n'],
  ['events', EventSourceResponse, { statusCode: 201 }, undefined, { data: 1 }, 'data: {"data":1}\n\n'],
])('makes of %s what a response of the class would', (_what, responseClass, init, own, item, encoded) => {
  const { body, ...head } = responseClass.from([], init, own).toParts();
  const stream = compileStream(responseClass, init, own);
  expect(stream).toMatchObject({ statusCode: head.statusCode });
  expect([...(stream?.headers ?? [])]).toEqual([...head.headers]);
  expect(body).toMatchObject({ events: stream?.encoding.events });
  expect(stream?.encoding.encode(item as never)).toBe(encoded);
});

test('leaves a class of one’s own to decide for each response, and one whose content is whole', () => {
  class PngResponse extends StreamingResponse {
    static override readonly mediaType = 'image/png';
  }
  expect(compileStream(PngResponse, {}, undefined)).toBeUndefined();
  expect(compileStream(JSONResponse, {}, undefined)).toBeUndefined();
});

test('leaves what the class refuses to be refused for each request, and a status without a body', () => {
  expect(compileStream(StreamingResponse, { filename: 'a\u0000' }, undefined)).toBeUndefined();
  expect(compileStream(StreamingResponse, { statusCode: 204 }, undefined)).toBeUndefined();
});
