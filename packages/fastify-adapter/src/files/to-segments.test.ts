import { ResponseHeaders } from '@sluice/core';

import { lengthOf, toSegments } from './to-segments.js';

test('leaves one range, or none, as it is, and its headers too', () => {
  const headers = new ResponseHeaders({ 'content-range': 'bytes 2-4/10', 'content-length': '3' });
  expect(toSegments([{ start: 2, end: 4 }], 10, headers)).toEqual([{ start: 2, end: 4 }]);
  expect(toSegments([], 10, headers)).toEqual([]);
  expect([...headers]).toEqual([
    ['content-range', 'bytes 2-4/10'],
    ['content-length', '3'],
  ]);
});

const RANGES = [
  { start: 0, end: 0 },
  { start: 5, end: 9 },
];
const write = (segments: ReturnType<typeof toSegments>): string =>
  segments
    .map((segment) => (Buffer.isBuffer(segment) ? segment.toString() : `<${segment.start}-${segment.end}>`))
    .join('');

test('writes several ranges as parts, each with the type of the file and its place', () => {
  const headers = new ResponseHeaders({ 'content-type': 'text/plain', 'content-range': 'bytes */10' });
  const segments = toSegments(RANGES, 10, headers);
  const [, boundary = ''] =
    /^multipart\/byteranges; boundary=([\da-f]{36})$/.exec(headers.get('content-type') ?? '') ?? [];
  expect(write(segments)).toBe(
    [
      `--${boundary}`,
      'Content-Type: text/plain',
      'Content-Range: bytes 0-0/10',
      '',
      '<0-0>',
      `--${boundary}`,
      'Content-Type: text/plain',
      'Content-Range: bytes 5-9/10',
      '',
      '<5-9>',
      `--${boundary}--`,
      '',
    ].join('\r\n'),
  );
  expect(headers.has('content-range')).toBe(false);
  // The marks of the two ranges stand for 1 and 5 bytes.
  const length = Buffer.byteLength(write(segments).replaceAll(/<[^>]*>/g, '')) + 6;
  expect(headers.get('content-length')).toBe(String(length));
  expect(lengthOf(segments)).toBe(length);
});

test('writes parts of a file without a type without one, and each body with a boundary of its own', () => {
  const headers = new ResponseHeaders();
  expect(write(toSegments(RANGES, 10, headers))).not.toContain('Content-Type');
  const before = headers.get('content-type');
  toSegments(RANGES, 10, headers);
  expect(headers.get('content-type')).not.toBe(before);
});
