import { openSource } from '../streams/chunk-source.js';
import { FetchResponse, isFetchResponse } from './fetch-response.js';
import { Response } from './response.js';
import type { ChunksBody } from './response-parts.js';

/** A response as fetch gives it for a request over the network. */
function received(body: string, headers: Record<string, string>): globalThis.Response {
  return Object.defineProperty(new globalThis.Response(body, { headers }), 'url', { value: 'http://a/' });
}

test('sends status, headers and body, each cookie for itself', async () => {
  const headers = new Headers({ 'x-a': '1', 'content-length': '3' });
  headers.append('set-cookie', 'a=1');
  headers.append('set-cookie', 'b=2');
  const parts = new FetchResponse(new globalThis.Response('abc', { status: 418, headers })).toParts();
  expect(parts.statusCode).toBe(418);
  expect(Object.fromEntries(parts.headers)).toEqual({
    'content-length': '3',
    'content-type': 'text/plain;charset=UTF-8',
    'set-cookie': ['a=1', 'b=2'],
    'x-a': '1',
  });
  const { iterator } = openSource((parts.body as ChunksBody).source);
  const first = await iterator.next();
  expect(Buffer.from(first.value as Uint8Array).toString()).toBe('abc');
});

test('leaves out what belongs to the other connection', () => {
  const headers = {
    connection: 'close',
    'keep-alive': '5',
    'transfer-encoding': 'chunked',
    upgrade: 'x',
    etag: '"e"',
  };
  const response = new FetchResponse(new globalThis.Response(null, { headers }));
  expect([...response.headers]).toEqual([['etag', '"e"']]);
});

test('leaves out coding and length of what came over the network, whose body is decoded', () => {
  const headers = { 'content-encoding': 'gzip', 'content-length': '20', 'content-type': 'a/b' };
  expect([...new FetchResponse(received('a', headers)).headers]).toEqual([['content-type', 'a/b']]);
});

test('keeps coding and length of what the program made', () => {
  const headers = { 'content-encoding': 'gzip', 'content-length': '20', 'content-type': 'a/b' };
  expect(Object.fromEntries(new FetchResponse(new globalThis.Response('a', { headers })).headers)).toEqual(
    headers,
  );
});

test.each([
  ['no content', new globalThis.Response(null)],
  ['204', new globalThis.Response(null, { status: 204 })],
  ['304', new globalThis.Response(null, { status: 304 })],
])('sends no body with %s', (_what, response) => {
  expect(new FetchResponse(response).toParts().body).toEqual({ kind: 'none' });
});

test('refuses a body that was read, and says what to return', async () => {
  const response = new globalThis.Response('a');
  await response.text();
  expect(() => new FetchResponse(response)).toThrow(
    expect.objectContaining({
      code: 'BODY_CONSUMED',
      message: expect.stringContaining('response.clone()') as string,
    }) as Error,
  );
});

test('refuses a network error, which has no status', () => {
  expect(() => new FetchResponse(globalThis.Response.error())).toThrow(
    expect.objectContaining({ code: 'STATUS_CODE_INVALID' }) as Error,
  );
});

test.each<[string, unknown, boolean]>([
  ['a fetch Response', new globalThis.Response(), true],
  ['one of another realm', { [Symbol.toStringTag]: 'Response' }, true],
  ['a Response of this package', new Response(), false],
  ['its class', globalThis.Response, false],
  ['an object', { status: 200 }, false],
  ['null', null, false],
  ['undefined', undefined, false],
])('whether %s is a fetch Response: %p %p', (_what, value, expected) => {
  expect(isFetchResponse(value)).toBe(expected);
});
