import { ResponseHeaders } from '../http/headers.js';
import { EventSourceResponse } from '../responses/event-source-response.js';
import { HTMLResponse } from '../responses/html-response.js';
import { JSONLinesResponse } from '../responses/json-lines-response.js';
import { JSONResponse } from '../responses/json-response.js';
import { PlainTextResponse } from '../responses/plain-text-response.js';
import type { ResponseClass, ResponseInit } from '../responses/response.js';
import { StreamingResponse } from '../responses/streaming-response.js';
import { compileInit } from './compile-init.js';

const cases: [ResponseClass, unknown, ResponseInit][] = [
  [EventSourceResponse, [], {}],
  [EventSourceResponse, [], { headers: { 'cache-control': 'no-store' } }],
  [HTMLResponse, '', {}],
  [HTMLResponse, '', { mediaType: 'application/xhtml+xml' }],
  [JSONLinesResponse, [], { statusCode: 201 }],
  [PlainTextResponse, '', { headers: { 'content-type': 'text/plain; charset=latin1' } }],
  [StreamingResponse, [], {}],
  [StreamingResponse, [], { mediaType: 'text/csv' }],
  [StreamingResponse, [], { mediaType: 'text/event-stream' }],
];

test.each(cases)('makes of %p what it would be without: %p, %j', (responseClass, content, init) => {
  const response = new responseClass(content as never, compileInit(init, responseClass));
  const plain = new responseClass(content as never, init);
  expect([...response.headers]).toEqual([...plain.headers]);
  expect([response.statusCode, response.mediaType]).toEqual([plain.statusCode, plain.mediaType]);
  response.mediaType = plain.mediaType = 'text/x-other';
  expect([...response.headers]).toEqual([...plain.headers]);
});

test('gives each response headers of its own', () => {
  const init = compileInit({ mediaType: 'text/csv' }, StreamingResponse);
  const first = new StreamingResponse([], init);
  first.headers.set('x-first', '1');
  first.seal();
  const second = new StreamingResponse([], init);
  expect(second.headers.set('x-second', '2').has('x-first')).toBe(false);
});

test('leaves a class of the program, and JSON, to decide for each response', () => {
  class Own extends StreamingResponse {
    constructor(content: never, init: ResponseInit) {
      super(content, { ...init, mediaType: 'text/x-own' });
    }
  }
  const init = { mediaType: 'text/csv' };
  for (const responseClass of [Own as ResponseClass, JSONResponse, undefined]) {
    expect(compileInit(init, responseClass)).toBe(init);
  }
  expect(new Own([] as never, compileInit(init, Own as ResponseClass)).mediaType).toBe('text/x-own');
});

test('leaves what a class refuses to each request', () => {
  const init = { mediaType: 'text/csv\r\nx: y' };
  expect(compileInit(init, StreamingResponse)).toBe(init);
  expect(new ResponseHeaders(compileInit({}, StreamingResponse).headers).has('content-type')).toBe(false);
});
