import type { IncomingHttpHeaders } from 'node:http';

import { ResponseHeaders, type HeadersInit } from '@sluice/core';

import { decide } from './decide.js';

const MODIFIED = new Date('2024-02-29T12:34:56.789Z');
interface Asked {
  method?: string;
  statusCode?: number;
  fields?: IncomingHttpHeaders;
  own?: HeadersInit;
  size?: number;
  coding?: string;
}

function ask({ method = 'GET', statusCode = 200, fields = {}, own = {}, size = 10, coding }: Asked) {
  const headers = new ResponseHeaders(own);
  // All that is looked at of the two.
  const stats = { size, mtimeMs: MODIFIED.getTime() } as never;
  const decision = decide({ method, headers: fields } as never, statusCode, headers, stats, coding);
  return { ...decision, headers: Object.fromEntries(headers) };
}

const WHOLE = [{ start: 0, end: 9 }];
const TAG = `"a-${MODIFIED.getTime().toString(16)}"`;

test('describes a file by its size and time, and a copy of it by its coding too', () => {
  expect(ask({}).headers).toEqual({
    'accept-ranges': 'bytes',
    etag: TAG,
    'last-modified': 'Thu, 29 Feb 2024 12:34:56 GMT',
    'content-length': '10',
  });
  expect(ask({ coding: 'br' }).headers.etag).toBe(TAG.replace(/"$/, '-br"'));
});

test.each<[string, Asked, number, boolean, readonly object[]]>([
  ['all', {}, 200, false, WHOLE],
  ['nothing for HEAD', { method: 'HEAD' }, 200, false, []],
  ['nothing of an empty file', { size: 0 }, 200, false, []],
  ['one range', { fields: { range: 'bytes=2-4' } }, 206, false, [{ start: 2, end: 4 }]],
  [
    'ranges in the order asked, merged where they touch',
    { fields: { range: 'bytes=8-9,0-1,2-3' } },
    206,
    false,
    [
      { start: 8, end: 9 },
      { start: 0, end: 3 },
    ],
  ],
  ['all in one, where ranges are all', { fields: { range: 'bytes=0-4,5-' } }, 206, false, WHOLE],
  ['no range that is malformed', { fields: { range: 'bytes=4-2' } }, 200, false, WHOLE],
  ['nothing where no range can be', { fields: { range: 'bytes=10-' } }, 416, true, []],
  ['nothing where If-Match fails', { fields: { 'if-match': '"b"' } }, 412, true, []],
  [
    'nothing where If-Unmodified-Since fails',
    { fields: { 'if-unmodified-since': 'Thu, 01 Jan 1970 00:00:01 GMT' } },
    412,
    true,
    [],
  ],
  ['nothing where it is not modified', { fields: { 'if-none-match': TAG } }, 304, false, []],
  ['all of a file that has the status 412', { statusCode: 412 }, 412, false, WHOLE],
  [
    'all of one with 416, and no range',
    { statusCode: 416, fields: { range: 'bytes=10-' } },
    416,
    false,
    WHOLE,
  ],
])('sends %s', (_what, asked, statusCode, refused, ranges) => {
  expect(ask(asked)).toMatchObject({ statusCode, refused, ranges });
});

test('tells the length of the file where no range can be', () => {
  expect(ask({ fields: { range: 'bytes=10-' } }).headers['content-range']).toBe('bytes */10');
});

test('compares with the tag and date of the program', () => {
  const own = { etag: '"mine"', 'last-modified': 'Thu, 01 Jan 2015 00:00:00 GMT' };
  expect(ask({ own, fields: { 'if-none-match': '"mine"' } }).statusCode).toBe(304);
  expect(ask({ own, fields: { 'if-none-match': TAG } }).statusCode).toBe(200);
  expect(ask({ own, fields: { 'if-modified-since': own['last-modified'] } }).statusCode).toBe(304);
});
