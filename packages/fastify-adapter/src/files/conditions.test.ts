import type { IncomingHttpHeaders } from 'node:http';

import { readConditions, type Conditions, type Representation } from './conditions.js';

const CHANGED = 'Thu, 29 Feb 2024 12:34:56 GMT';
const SINCE: Conditions = { 'if-modified-since': CHANGED };
const FILE: Representation = { etag: '"a"', lastModified: CHANGED, size: 100, ranges: true };
const read = (headers: IncomingHttpHeaders, file: Partial<Representation> = {}) =>
  readConditions('GET', 200, headers, { ...FILE, ...file });

test.each<[string, IncomingHttpHeaders, Conditions | 'failed', Partial<Representation>?]>([
  ['section 13.1.1: the tag', { 'if-match': '"a"' }, {}],
  ['section 13.1.1: any', { 'if-match': ' * ' }, {}],
  ['section 13.1.1: another', { 'if-match': '"b"' }, 'failed'],
  ['section 13.1.1: a weak one', { 'if-match': 'W/"a"' }, 'failed'],
  ['section 13.1.1: a weak one of a weak one', { 'if-match': 'W/"a"' }, 'failed', { etag: 'W/"a"' }],
  ['section 8.8.3: a tag with a comma', { 'if-match': '"x", "a, b"' }, {}, { etag: '"a, b"' }],
  ['section 8.8.3: a part of a tag with a comma', { 'if-match': '"a, b"' }, 'failed'],
  [
    'section 13.2.2: If-Match before If-Unmodified-Since',
    { 'if-match': '"a"', 'if-unmodified-since': 'Thu, 01 Jan 1970 00:00:00 GMT' },
    {},
  ],
  ['section 13.1.2: the tag', { 'if-none-match': '"x",W/"a"' }, { 'if-none-match': '*' }],
  ['section 13.1.2: another', { 'if-none-match': '"b"' }, { 'if-none-match': '""' }],
  ['section 8.8.3: the mark of weakness has a case', { 'if-none-match': 'w/"a"' }, { 'if-none-match': '""' }],
  ['section 5.6.7: RFC 850', { 'if-modified-since': 'Thursday, 29-Feb-24 12:34:56 GMT' }, SINCE],
  ['section 5.6.7: asctime', { 'if-modified-since': 'Thu Feb 29 12:34:56 2024' }, SINCE],
  ['section 13.1.3: no date', { 'if-modified-since': '2024-02-29' }, {}],
  ['section 13.1.3: no such day', { 'if-modified-since': 'Thu, 99 Feb 2024 12:34:56 GMT' }, {}],
  ['section 13.1.5: the tag', { range: 'bytes=0-1', 'if-range': '"a"' }, { range: 'bytes=0-1' }],
  ['section 13.1.5: another', { range: 'bytes=0-1', 'if-range': '"b"' }, {}],
  ['section 13.1.5: a weak one', { range: 'bytes=0-1', 'if-range': 'W/"a"' }, {}, { etag: 'W/"a"' }],
  ['section 13.1.5: the date', { range: 'bytes=0-1', 'if-range': CHANGED }, { range: 'bytes=0-1' }],
  ['section 13.1.5: a later date', { range: 'bytes=0-1', 'if-range': 'Fri, 01 Mar 2024 00:00:00 GMT' }, {}],
  ['section 14.3: no ranges are served', { range: 'bytes=0-1' }, {}, { ranges: false }],
])('%s', (_name, headers, expected, file = {}) => {
  expect(read(headers, file)).toEqual(expected);
});

test.each([
  ['POST', 200],
  ['GET', 404],
  ['GET', 304],
])('section 13.2.1: nothing applies to %s with %i', (method, status) => {
  const headers = { 'if-match': '"b"', 'if-none-match': '*', range: 'bytes=0-1' };
  expect(readConditions(method, status, headers, FILE)).toEqual({});
});

test.each([
  ['HEAD', 200],
  ['GET', 203],
])('section 14.2: no range applies to %s with %i', (method, status) => {
  expect(readConditions(method, status, { range: 'bytes=0-1' }, FILE)).toEqual({});
});

test.each<[string, string | undefined, number?]>([
  ['bytes=0-1', 'bytes=0-1'],
  ['BYTES=0-1', 'bytes=0-1'],
  [' bytes=0-1 , ,5- ', 'bytes=0-1,5-'],
  ['bytes=-500', 'bytes=-100'],
  ['bytes=-0', 'bytes=-0'],
  ['bytes=-1', undefined, 0],
  ['bytes=-0', 'bytes=-0', 0],
  [`bytes=${'9'.repeat(40)}-`, `bytes=${'9'.repeat(40)}-`],
  [`bytes=-${'9'.repeat(400)}`, 'bytes=-100'],
  [`bytes=1${'0'.repeat(30)}-${'9'.repeat(30)}`, undefined],
  ['bytes=5-4', undefined],
  ['bytes=0-1,5-4', undefined],
  ['bytes=', undefined],
  ['bytes=-', undefined],
  ['bytes=1', undefined],
  ['bytes=a-b', undefined],
  ['lines=0-1', undefined],
  [`bytes=${Array(32).fill('0-1').join(',')}`, `bytes=${Array(32).fill('0-1').join(',')}`],
  [`bytes=${Array(33).fill('0-1').join(',')}`, undefined],
])('section 14.1.2: reads %j as %j', (range, expected, size = 100) => {
  expect(read({ range }, { size })).toEqual(expected === undefined ? {} : { range: expected });
});
