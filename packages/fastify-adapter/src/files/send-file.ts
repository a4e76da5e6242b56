import { unlink } from 'node:fs/promises';
import { Readable } from 'node:stream';

import { HTTPException, ResponseHeaders } from '@sluice/core';
import { hasNoBody, type FileBody, type ResponseParts } from '@sluice/core/internal';
import vary from 'vary';

import type { Exchange } from '../exchange.js';
import { applyHead } from '../head.js';
import { logError } from '../log-error.js';
import type { ContentCache } from './content-cache.js';
import { decide } from './decide.js';
import { FileRefused } from './file-refused.js';
import { FileStream } from './file-stream.js';
import { readSegments } from './read-segments.js';
import { resolvePath } from './resolve-path.js';
import { closeSource, findSource, type SourceFile } from './source-file.js';
import { lengthOf, toSegments, type Segment } from './to-segments.js';
import { noteCoding } from './weaken-etag.js';

/** Bytes up to which a body is read at once: then nothing is open while a slow client takes it. */
const AT_ONCE = 64 * 1024;

/**
 * Sends a file.
 *
 * Order that matters: (0) a queued response waits for its turn; (1) the file is opened, and what was opened is looked at; (2) conditions and ranges are decided on;
 * (3) a small body is read; (4) only now status and headers are set, since an error response must carry none of the
 * file's; (5) Fastify's reply carries the body, so that its hooks see it. The file is closed on each way out; a body on its way is
 * closed with the response, since a hook that replaces it, or throws, forgets it.
 */
export async function sendFile(exchange: Exchange, parts: ResponseParts, body: FileBody): Promise<void> {
  const cache = body.deleteAfter ? undefined : exchange.fileCache;
  try {
    const filePath = resolvePath(body);
    const turn = exchange.turn();
    if (turn !== undefined) await turn;
    const source = await findSource(exchange.request.raw, filePath, body, cache);
    // Only what was found to be a file that may be sent.
    if (body.deleteAfter) deleteAfter(exchange, filePath);
    let handedOver = false;
    try {
      if (hasNoBody(parts.statusCode)) sendNoBody(exchange, parts);
      else if (exchange.ended === undefined)
        handedOver = await sendSource(exchange, parts, body, source, cache);
    } finally {
      if (!handedOver) closeSource(source);
    }
  } catch (error) {
    if (error instanceof FileRefused) exchange.log.warn(`${exchange.plan.name}: ${error.reason}`);
    throw error;
  }
}

/** The file is there to be deleted alone. */
function sendNoBody({ reply, plan }: Exchange, { statusCode, headers }: ResponseParts): void {
  applyHead(reply, statusCode, headers, plan.headers);
  reply.send();
}

/** Gives whether the open file has gone over to a stream. */
async function sendSource(
  exchange: Exchange,
  parts: ResponseParts,
  body: FileBody,
  source: SourceFile,
  cache: ContentCache | undefined,
): Promise<boolean> {
  const { request, reply, plan } = exchange;
  const headers = toFileHeaders(parts.headers, plan.headers);
  if (body.precompressed.length > 0) varyByCoding(headers, source);
  const decision = decide(request.raw, parts.statusCode, headers, source.stats, source.coding);
  const { statusCode, ranges } = decision;
  if (decision.refused) {
    sendRefusal(exchange, statusCode, headers);
    return false;
  }
  noteCoding(reply, headers.get('content-encoding'));
  const segments = toSegments(ranges, source.stats.size, headers);
  const { fd } = source;
  if (fd !== undefined && request.method !== 'HEAD' && !isReadAtOnce(segments, source, cache)) {
    const stream = openStream(exchange, fd, source.path, segments);
    applyHead(reply, statusCode, headers, undefined);
    reply.send(stream);
    return true;
  }
  const bytes = segments.length === 0 ? undefined : await readBody(source, segments, cache);
  if (exchange.ended !== undefined) return false;
  if (statusCode === 304) headers.delete('content-disposition');
  applyHead(reply, statusCode, headers, undefined);
  if (statusCode === 304 && request.method !== 'HEAD') reply.send();
  // An empty stream and not nothing: Fastify would set the length to 0.
  else reply.send(bytes ?? Readable.from([]));
  return false;
}

/** Those of the response, the route's beneath them; the length and the range of a body are not the program's to say. */
function toFileHeaders(own: ResponseHeaders, defaults: ResponseHeaders | undefined): ResponseHeaders {
  const headers = new ResponseHeaders(own);
  if (defaults !== undefined) {
    for (const [name, value] of defaults) if (!headers.has(name)) headers.set(name, value);
  }
  headers.delete('content-length');
  headers.delete('content-range');
  return headers;
}

function varyByCoding(headers: ResponseHeaders, { coding }: SourceFile): void {
  headers.set('vary', vary.append(headers.get('vary') ?? '', 'Accept-Encoding'));
  if (coding !== undefined) headers.set('content-encoding', coding);
}

/** Whether a body is small enough to be read at once, or is a whole file for the cache. */
function isReadAtOnce(
  segments: readonly Segment[],
  { stats }: SourceFile,
  cache: ContentCache | undefined,
): boolean {
  const length = lengthOf(segments);
  return length <= AT_ONCE || (cache !== undefined && length === stats.size && length <= cache.maxFileBytes);
}

async function readBody(
  { fd, path, content, stats, key }: SourceFile,
  segments: readonly Segment[],
  cache: ContentCache | undefined,
): Promise<Buffer> {
  if (content !== undefined) return cut(content, segments);
  const bytes = await readSegments(fd ?? -1, path, segments);
  if (segments.length === 1 && bytes.length === stats.size) cache?.keep(key, stats, bytes);
  return bytes;
}

function cut(content: Buffer, segments: readonly Segment[]): Buffer {
  const pieces = segments.map((segment) =>
    Buffer.isBuffer(segment) ? segment : content.subarray(segment.start, segment.end + 1),
  );
  const [only] = pieces;
  return pieces.length === 1 && only !== undefined ? only : Buffer.concat(pieces);
}

function openStream(exchange: Exchange, fd: number, path: string, segments: readonly Segment[]): FileStream {
  const { raw } = exchange;
  const buffers = exchange.readBuffers;
  const stream = new FileStream({ raw, fd, path, segments, buffers, owner: exchange });
  exchange.attach(stream);
  return stream;
}

/** What describes the file, or says how long it may be kept, is not for the answer that it is not sent. */
const OF_THE_FILE = /^(?:content-(?!security-policy)|cache-control$|expires$)/;

/** An answer to the conditions of a request, and no error: tasks run, and no error handler is asked. */
function sendRefusal({ reply }: Exchange, statusCode: number, headers: ResponseHeaders): void {
  const kept = new ResponseHeaders([...headers].filter(([name]) => !OF_THE_FILE.test(name)));
  const contentRange = headers.get('content-range');
  if (contentRange !== undefined) kept.set('content-range', contentRange);
  kept.set('content-type', 'application/json; charset=utf-8');
  applyHead(reply, statusCode, kept, undefined);
  reply.send(JSON.stringify({ detail: new HTTPException(statusCode).detail }));
}

function deleteAfter(exchange: Exchange, filePath: string): void {
  exchange.onSettled(async () => {
    try {
      await unlink(filePath);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      logError(exchange.log, 'error', error, `${exchange.plan.name}: ${filePath} was not deleted`);
    }
  });
}
