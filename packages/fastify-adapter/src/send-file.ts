import { constants, createReadStream, type Stats } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';

import { HTTPException, ResponseHeaders } from '@sluice/core';
import type { FileBody, ResponseParts } from '@sluice/core/internal';
import send from 'send';

import type { Exchange } from './exchange.js';
import { applyHead } from './head.js';

/** What `send` decided about a request for a file. */
interface Decision {
  readonly statusCode: number;
  /** First and last byte to send, both included; undefined sends no body. */
  readonly range: { readonly start: number; readonly end: number } | undefined;
}

/** Sends a file: `send` decides on conditions and ranges, Fastify's reply carries the body. */
export async function sendFile(exchange: Exchange, parts: ResponseParts, body: FileBody): Promise<void> {
  const { request, reply, plan } = exchange;
  const filePath = resolvePath(body);
  const file = await openFile(exchange, filePath);
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw notFound(exchange, filePath, 'it is not a file');
    if (exchange.ended !== undefined) {
      await file.close();
      return;
    }
    const headers = new ResponseHeaders(parts.headers);
    const { statusCode, range } = decide(request.raw, headers, parts.statusCode, stats);
    if (statusCode === 412 || statusCode === 416) {
      const contentRange = headers.get('content-range');
      throw new HTTPException(
        statusCode,
        undefined,
        contentRange === undefined ? {} : { 'content-range': contentRange },
      );
    }
    applyHead(reply, statusCode, headers, plan.headers);
    if (statusCode === 304) {
      await file.close();
      reply.send();
    } else if (range === undefined || request.method === 'HEAD') {
      await file.close();
      // An empty stream and not nothing: Fastify would set the length to 0.
      reply.send(Readable.from([]));
    } else {
      const stream = createReadStream(filePath, { fd: file, ...range });
      // Hooks that replace the payload, or throw, leave the stream open; the end of the exchange does not.
      exchange.onEnded(() => {
        stream.destroy();
      });
      // A body shorter than its Content-Length would leave the client waiting for the rest.
      const length = range.end - range.start + 1;
      stream.once('end', () => {
        if (stream.bytesRead !== length)
          exchange.breakOff(new Error(`${filePath} became shorter while it was sent`));
      });
      reply.send(stream);
    }
  } catch (error) {
    await file.close();
    throw error;
  }
}

function resolvePath({ path: name, root }: FileBody): string {
  if (root === undefined) return path.resolve(name);
  if (name === '' || name.includes('\0') || /[/\\]$/.test(name)) throw new HTTPException(404);
  const base = path.resolve(root);
  const resolved = path.resolve(base, name);
  const relative = path.relative(base, resolved);
  if (relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative))
    throw new HTTPException(404);
  return resolved;
}

async function openFile(exchange: Exchange, filePath: string): Promise<FileHandle> {
  try {
    // Not blocking: to open a FIFO for reading would hold a thread of libuv's pool until somebody writes to it.
    return await open(filePath, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EACCES' || code === 'EPERM') {
      exchange.request.log.error({ err: error }, `${exchange.plan.name}: no permission for ${filePath}`);
      throw new HTTPException(403);
    }
    if (code !== undefined && NOT_FOUND.has(code)) throw notFound(exchange, filePath, code);
    throw error;
  }
}

const NOT_FOUND: ReadonlySet<string> = new Set([
  'ENOENT',
  'ENOTDIR',
  'ENAMETOOLONG',
  'ELOOP',
  'ENXIO',
  'EISDIR',
]);

/** A client learns nothing of the server's paths; the log does. */
function notFound({ request, plan }: Exchange, filePath: string, why: string): HTTPException {
  request.log.warn(`${plan.name}: ${filePath} cannot be sent: ${why}`);
  return new HTTPException(404);
}

/** Lets `send` read the conditional and range headers against a sink that only keeps what it decides. */
function decide(
  request: Exchange['request']['raw'],
  headers: ResponseHeaders,
  statusCode: number,
  stats: Stats,
): Decision {
  let range: Decision['range'];
  const sink = {
    statusCode,
    headersSent: false,
    getHeader: (name: string) => headers.get(name),
    setHeader: (name: string, value: string | number) => headers.set(name, value),
    removeHeader: (name: string) => headers.delete(name),
    getHeaderNames: () => [...headers].map(([name]) => name),
    end: () => undefined,
  };
  const stream = send(request, '/', { cacheControl: false }) as unknown as SendStreamInside;
  stream.res = sink;
  stream.stream = (_path, { start, end }) => {
    if (stats.size > 0) range = { start, end };
  };
  stream.on('error', (error: { status?: number }) => {
    sink.statusCode = error.status ?? 500;
  });
  stream.send('file', stats);
  return { statusCode: sink.statusCode, range };
}

/** The parts of SendStream that are used here; `stream` is private to it, so its version is pinned. */
type SendStreamInside = Omit<ReturnType<typeof send>, 'stream' | 'send'> & {
  res: unknown;
  stream: (path: string, options: { start: number; end: number }) => void;
  send: (path: string, stats: Stats) => void;
};
