import { EventSourceResponse } from './event-source-response.js';
import { FetchResponse } from './fetch-response.js';
import { HTMLResponse } from './html-response.js';
import { JSONLinesResponse } from './json-lines-response.js';
import { JSONResponse } from './json-response.js';
import { isIterator, renderResult, type Rendering } from './render-result.js';
import { Response, type ResponseClass } from './response.js';
import { StreamingResponse } from './streaming-response.js';

const by = (responseClass?: ResponseClass, model?: Rendering['model']): Rendering => ({
  responseClass,
  fallbackClass: JSONResponse,
  model,
});

test('a Response is itself, whatever class and options the route has', () => {
  const response = new HTMLResponse('a');
  expect(renderResult(response, by(StreamingResponse), { statusCode: 201 })).toBe(response);
  expect(response.statusCode).toBe(200);
});

test('a fetch Response goes through', () => {
  const response = renderResult(new globalThis.Response('a', { status: 202 }), by(HTMLResponse), {});
  expect(response).toBeInstanceOf(FetchResponse);
  expect(response.statusCode).toBe(202);
});

test('an error that is returned is thrown', () => {
  const error = new Error('returned');
  expect(() => renderResult(error, by(), {})).toThrow(error);
});

test.each([undefined, null, 'a', 0, false, [], { next: 1 }, new Map()])(
  '%p is JSON where no class is named',
  (result) => {
    expect(renderResult(result, by(), {})).toBeInstanceOf(JSONResponse);
  },
);

test('what a method yields is JSON lines where no class is named', () => {
  for (const result of [(function* () {})(), (async function* () {})()]) {
    const response = renderResult(result, by(), {});
    expect(response).toBeInstanceOf(JSONLinesResponse);
    expect(response.content).toBe(result);
  }
});

test('the named class renders everything else, with the options of the route', () => {
  const response = renderResult('a', by(HTMLResponse), { statusCode: 201, mediaType: 'text/x' });
  expect(response).toBeInstanceOf(HTMLResponse);
  expect([response.statusCode, response.mediaType, response.body]).toEqual([201, 'text/x', 'a']);
  expect(renderResult(['a'], by(StreamingResponse), {})).toBeInstanceOf(StreamingResponse);
  expect(renderResult('a', by(Response), {}).body).toBe('a');
});

test('a model says what is sent of a value, or of each item, and of no Response', () => {
  const model = {
    project: (value: unknown) => ({ a: (value as { a: unknown }).a }),
    serialize: JSON.stringify,
    texts: new WeakMap(),
  };
  const item = { a: 1, secret: 2 };
  expect(renderResult(item, by(undefined, model), {}).body).toBe('{"a":1}');
  const encoded = [by(undefined, model), by(EventSourceResponse, model)].map((rendering) => {
    const { body } = renderResult([item].values(), rendering, {}).toParts();
    return body.kind === 'chunks' && body.encode(item as never);
  });
  expect(encoded).toEqual(['{"a":1}\n', 'data: {"a":1}\n\n']);
  expect(renderResult(new JSONResponse(item), by(undefined, model), {}).content).toBe(item);
});

test.each<[string, unknown, boolean]>([
  ['a generator', (function* () {})(), true],
  ['an async generator', (async function* () {})(), true],
  ['the entries of a Map', new Map().entries(), true],
  ['a list', [], false],
  ['a Map', new Map(), false],
  ['a Set', new Set(), false],
  ['text', 'abc', false],
  ['an object with a key `next`', { next: 'page 2' }, false],
  ['an object with a function `next`', { next: () => 1 }, false],
  ['null', null, false],
])('whether %s is what a method yields: %p %p', (_what, value, expected) => {
  expect(isIterator(value)).toBe(expected);
});
