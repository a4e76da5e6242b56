import type { Stats } from 'node:fs';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

import type { ResponseHeaders } from '@sluice/core';
import parseRange from 'range-parser';
import send from 'send';

import { readConditions, type Conditions } from './conditions.js';

/** First and last byte of a part of a file, both included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** What becomes of a request for a file. */
export interface Decision {
  /** That of the response, or 206, 304, 412, 416. */
  readonly statusCode: number;
  /** Whether it is 412 or 416 by the request's conditions and ranges; a program may give the status to a file as well. */
  readonly refused: boolean;
  /** The bytes to send; several go out as `multipart/byteranges`. */
  readonly ranges: readonly ByteRange[];
}

/**
 * Decides on conditions and ranges (RFC 9110 sections 13 and 14), and completes the headers. `send` does it, against a sink
 * that only keeps what it decides; it reads and sends nothing of the file.
 */
export function decide(
  request: IncomingMessage,
  statusCode: number,
  headers: ResponseHeaders,
  stats: Stats,
  coding: string | undefined,
): Decision {
  const { size } = stats;
  const method = request.method ?? '';
  setDefaults(headers, stats, coding);
  if (!asksForMore(request.headers)) {
    headers.set('content-length', size);
    return {
      statusCode,
      refused: false,
      ranges: method === 'HEAD' || size === 0 ? [] : [{ start: 0, end: size - 1 }],
    };
  }
  const conditions = readConditions(method, statusCode, request.headers, {
    etag: headers.get('etag') ?? '',
    lastModified: headers.get('last-modified') ?? '',
    size,
    ranges: headers.get('accept-ranges') !== 'none',
  });
  if (conditions === 'failed') return { statusCode: 412, refused: true, ranges: [] };
  const sent = sendInto({ method, headers: conditions }, statusCode, headers, stats);
  const changed = sent.statusCode !== statusCode;
  const refused = changed && (sent.statusCode === 412 || sent.statusCode === 416);
  if (!sent.hasBody || size === 0) return { statusCode: sent.statusCode, refused, ranges: [] };
  const whole = { start: sent.start, end: sent.end };
  if (conditions.range === undefined || changed)
    return { statusCode: sent.statusCode, refused, ranges: [whole] };
  // `send` takes several ranges for none.
  const ranges = parseRange(size, conditions.range, { combine: true });
  return typeof ranges === 'number'
    ? { statusCode, refused, ranges: [whole] }
    : { statusCode: 206, refused, ranges: ranges.map(({ start, end }) => ({ start, end })) };
}

function setDefaults(headers: ResponseHeaders, stats: Stats, coding: string | undefined): void {
  if (!headers.has('accept-ranges')) headers.set('accept-ranges', 'bytes');
  if (!headers.has('etag')) headers.set('etag', toEtag(stats, coding));
  if (headers.has('last-modified')) return;
  // RFC 9110 section 8.8.2.1: not later than the response is made.
  headers.set('last-modified', new Date(Math.min(stats.mtimeMs, Date.now())).toUTCString());
}

/** Whether a request has a condition or a range: most have none, and cost nothing of what follows. */
function asksForMore(headers: IncomingHttpHeaders): boolean {
  return (
    headers.range !== undefined ||
    headers['if-none-match'] !== undefined ||
    headers['if-modified-since'] !== undefined ||
    headers['if-match'] !== undefined ||
    headers['if-unmodified-since'] !== undefined
  );
}

/**
 * Strong, as nginx has it: the modification time is finer than a second, and a tag that is weak could neither resume a
 * download (If-Range) nor guard a change (If-Match).
 */
function toEtag({ size, mtimeMs }: Stats, coding: string | undefined): string {
  const suffix = coding === undefined ? '' : `-${coding}`;
  return `"${size.toString(16)}-${mtimeMs.toString(16)}${suffix}"`;
}

interface Sent {
  statusCode: number;
  hasBody: boolean;
  start: number;
  end: number;
}

function sendInto(
  request: { readonly method: string; readonly headers: Conditions },
  statusCode: number,
  headers: ResponseHeaders,
  stats: Stats,
): Sent {
  const sent: Sent = { statusCode, hasBody: false, start: 0, end: 0 };
  const sink = {
    statusCode,
    headersSent: false,
    getHeader: (name: string) => headers.get(name),
    setHeader: (name: string, value: string | number) => headers.set(name, value),
    removeHeader: (name: string) => headers.delete(name),
    end: () => undefined,
  };
  const stream = send(request as never, '/', { cacheControl: false }) as unknown as SendStreamInside;
  stream.res = sink;
  stream.stream = (_path, { start, end }) => {
    Object.assign(sent, { hasBody: true, start, end });
  };
  stream.on('error', (error: { status?: number }) => {
    sink.statusCode = error.status ?? 500;
  });
  stream.send('file', stats);
  sent.statusCode = sink.statusCode;
  return sent;
}

/** The parts of SendStream that are used here; `stream` is private to it, so its version is pinned and a test watches it. */
type SendStreamInside = Omit<ReturnType<typeof send>, 'stream' | 'send'> & {
  res: unknown;
  stream: (path: string, options: { start: number; end: number }) => void;
  send: (path: string, stats: Stats) => void;
};
