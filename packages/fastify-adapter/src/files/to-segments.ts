import { randomBytes } from 'node:crypto';

import type { ResponseHeaders } from '@sluice/core';

import type { ByteRange } from './decide.js';

/** A part of a body: bytes of the file, or bytes around them. */
export type Segment = ByteRange | Buffer;

/**
 * The body of a response to its ranges; several make it `multipart/byteranges` (RFC 9110 section 14.6), whose type and
 * length are set on `headers`.
 */
export function toSegments(ranges: readonly ByteRange[], size: number, headers: ResponseHeaders): Segment[] {
  if (ranges.length < 2) return [...ranges];
  // As long as that it occurs in no file by chance.
  const boundary = randomBytes(18).toString('hex');
  const type = headers.get('content-type');
  const typeLine = type === undefined ? '' : `Content-Type: ${type}\r\n`;
  const segments = ranges.flatMap((range, index) => {
    const { start, end } = range;
    const head = `${index === 0 ? '' : '\r\n'}--${boundary}\r\n${typeLine}Content-Range: bytes ${String(start)}-${String(end)}/${String(size)}\r\n\r\n`;
    return [Buffer.from(head, 'latin1'), range];
  });
  segments.push(Buffer.from(`\r\n--${boundary}--\r\n`, 'latin1'));
  // Section 14.4: each part has its own Content-Range, and the whole has none.
  headers.delete('content-range');
  headers.set('content-type', `multipart/byteranges; boundary=${boundary}`);
  headers.set('content-length', lengthOf(segments));
  return segments;
}

/** Bytes that a body has. */
export function lengthOf(segments: readonly Segment[]): number {
  return segments.reduce(
    (sum, segment) => sum + (Buffer.isBuffer(segment) ? segment.length : segment.end - segment.start + 1),
    0,
  );
}
