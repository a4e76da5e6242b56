import { ServerSentEvent } from '../sse/server-sent-event.js';
import { EventSourceResponse, type EventSourceInit } from './event-source-response.js';
import type { Response } from './response.js';
import type { ChunksBody } from './response-parts.js';

const bodyOf = (response: Response): ChunksBody => response.toParts().body as ChunksBody;
const constructed = bodyOf(new EventSourceResponse([]));
const yielded = bodyOf(EventSourceResponse.from([], {}));

test('is an event stream that nobody stores or gathers', () => {
  expect([...new EventSourceResponse([]).headers]).toEqual([
    ['content-type', 'text/event-stream'],
    ['cache-control', 'no-cache'],
    ['x-accel-buffering', 'no'],
  ]);
});

test('leaves headers that the caller has set', () => {
  const headers = { 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'yes' };
  const response = new EventSourceResponse([], { headers });
  expect(response.headers.getAll('cache-control')).toEqual(['no-store']);
  expect(response.headers.getAll('x-accel-buffering')).toEqual(['yes']);
});

test.each<[EventSourceInit, number | null]>([
  [{}, 25],
  [{ firstItemTimeout: undefined }, 25],
  [{ firstItemTimeout: 0 }, 0],
  [{ firstItemTimeout: 500 }, 500],
  [{ firstItemTimeout: null }, null],
])('with %j waits %p ms for the first item', (init, expected) => {
  expect(bodyOf(new EventSourceResponse([], init)).events?.firstItemTimeout).toBe(expected);
});

test.each([0.5, 15_000, 2 ** 31 - 1, null])('sends a sign of life after %p ms of silence', (keepAlive) => {
  expect(bodyOf(new EventSourceResponse([], { keepAlive })).events?.keepAlive).toBe(keepAlive);
});

test.each([
  [-1, '-1'],
  [NaN, 'NaN'],
  [Infinity, 'Infinity'],
  [2 ** 31, '2147483648'],
  ['15', 'string'],
  [15n, 'bigint'],
  [[15], 'object'],
])('refuses %p as a time', (time, shown) => {
  for (const [name, range] of [
    ['firstItemTimeout', 'from 0 to 2147483647'],
    ['keepAlive', 'above 0, at most 2147483647'],
  ] as const) {
    expect(() => new EventSourceResponse([], { [name]: time })).toThrow(
      expect.objectContaining({
        code: 'EVENT_STREAM_INVALID',
        message: `EVENT_STREAM_INVALID: ${name} is a number of milliseconds, ${range}, or null, not ${shown}.`,
      }) as Error,
    );
  }
});

test('refuses to send signs of life without a pause', () => {
  expect(() => new EventSourceResponse([], { keepAlive: 0 })).toThrow(
    'above 0, at most 2147483647, or null, not 0',
  );
});

test('opens with a comment, and closes with a time to come back after', () => {
  expect(constructed.events).toMatchObject({ opening: ': \n\n', closing: 'retry: 1000\n\n' });
});

test.each<[string, unknown, string]>([
  ['a ServerSentEvent', new ServerSentEvent({ data: 'a', event: 'e' }), 'event: e\ndata: "a"\n\n'],
  ['text', 'a\nb', 'data: "a\\nb"\n\n'],
  ['null', null, 'data: null\n\n'],
  ['undefined', undefined, 'data: null\n\n'],
  ['a list', [1], 'data: [1]\n\n'],
  ['an object', { name: 'x', data: 1 }, 'data: {"name":"x","data":1}\n\n'],
  ['an object with event and id only', { event: 'e', id: '1' }, 'data: {"event":"e","id":"1"}\n\n'],
])('sends %s in the same way, given or yielded', (_what, item, expected) => {
  expect(constructed.encode(item as never)).toBe(expected);
  expect(yielded.encode(item as never)).toBe(expected);
});

test.each<[object, string, string]>([
  [
    { event: 'start', data: 'a\nb', id: '1' },
    'event: start\ndata: a\ndata: b\nid: 1\n\n',
    '{"event":"start","data":"a\\nb","id":"1"}',
  ],
  [{ data: '' }, 'data: \n\n', '{"data":""}'],
  [{ data: { a: 1 } }, 'data: {"a":1}\n\n', '{"data":{"a":1}}'],
  [{ data: 0, retry: 5 }, 'data: 0\nretry: 5\n\n', '{"data":0,"retry":5}'],
  [{ rawData: 'x' }, 'data: x\n\n', '{"rawData":"x"}'],
  [{ comment: 'c' }, ': c\n\n', '{"comment":"c"}'],
])('takes %j for an event where it is given, and for data where it is yielded', (item, event, json) => {
  expect(constructed.encode(item as never)).toBe(event);
  expect(yielded.encode(item as never)).toBe(`data: ${json}\n\n`);
});

test.each([
  { data: 'a', event: 'x\ndata: forged' },
  { data: 'a', id: '1\r' },
  { data: 'a', rawData: 'b' },
  { data: 1, rawData: 'b' },
  { data: 'a', id: 7 },
])('refuses %j where it is given', (item) => {
  expect(() => constructed.encode(item as never)).toThrow(
    expect.objectContaining({ code: 'EVENT_INVALID' }) as Error,
  );
});

test.each([Buffer.from('a'), new Map(), 1n, (function* () {})(), () => 1])('refuses the item %p', (item) => {
  for (const { encode } of [constructed, yielded]) {
    expect(() => encode(item as never)).toThrow(
      expect.objectContaining({ code: 'CONTENT_NOT_JSON' }) as Error,
    );
  }
});

test('a subclass stays itself when it is made of what a method yields', () => {
  class Feed extends EventSourceResponse {
    static override readonly defaultStatusCode = 203;
  }
  const response = Feed.from([], { headers: { 'x-a': '1' } });
  expect(response).toBeInstanceOf(Feed);
  expect([response.statusCode, response.headers.get('x-a')]).toEqual([203, '1']);
});

test('gives its source with 204 too, for whoever sends it to close', () => {
  const source: string[] = [];
  expect(new EventSourceResponse(source, { statusCode: 204 }).toParts().body).toMatchObject({ source });
});
