import { close, fstat, open, read, type Stats } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

const CHUNK = 256 * 1024;

/** By hand, with callbacks and buffers of its own, and no more than these files need: the least that it can cost. */
export function listen(folder: string): Promise<number> {
  const server = createServer((request, response) => {
    const name = /^\/files\/(\w+\.bin)$/.exec(request.url ?? '')?.[1];
    if (request.method !== 'GET' || name === undefined) {
      response.writeHead(404).end();
      return;
    }
    open(path.join(folder, name), 'r', (error, fd) => {
      if (error !== null) response.writeHead(404).end();
      else sendFile(response, fd);
    });
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function sendFile(response: ServerResponse, fd: number): void {
  fstat(fd, (error, stats) => {
    if (error !== null) {
      breakOff(response, fd);
      return;
    }
    response.writeHead(200, toHead(stats));
    sendBytes(response, fd, stats.size);
  });
}

/** The headers that the others send too. */
function toHead({ size, mtimeMs, mtime }: Stats): Record<string, string | number> {
  return {
    'content-type': 'application/octet-stream',
    'content-length': size,
    'last-modified': mtime.toUTCString(),
    etag: `"${size.toString(16)}-${mtimeMs.toString(16)}"`,
    'accept-ranges': 'bytes',
  };
}

/** Reads the next chunk once the one before is written. */
function sendBytes(response: ServerResponse, fd: number, size: number): void {
  let left = size;
  let reading = false;
  const next = (): void => {
    reading = true;
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK, left));
    read(fd, buffer, 0, buffer.length, null, (error, count) => {
      reading = false;
      if (error !== null || count === 0 || response.destroyed) {
        breakOff(response, fd);
        return;
      }
      left -= count;
      const bytes = buffer.subarray(0, count);
      if (left === 0) {
        response.end(bytes);
        close(fd);
      } else if (response.write(bytes)) next();
      else response.once('drain', next);
    });
  };
  // A client that leaves while a chunk waits for it: there is no `drain` then.
  response.once('close', () => {
    if (left > 0 && !reading) close(fd);
  });
  next();
}

function breakOff(response: ServerResponse, fd: number): void {
  close(fd);
  response.destroy();
}
