import { close, fstat, open, read, type Stats } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

const CHUNK = 256 * 1024;

/** By hand, with callbacks, and no more than these files need: the least that it can cost. */
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
      close(fd);
      response.destroy();
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

/** Buffers to be used again, since a new one for each read costs as much as the read. */
const spare: Buffer[] = [];

/** Reads a chunk while the one before goes out, and no further ahead than that. */
function sendBytes(response: ServerResponse, fd: number, size: number): void {
  let left = size;
  let writing = 0;
  let reading = false;
  const next = (): void => {
    if (reading || writing === 2 || left === 0 || response.destroyed) return;
    reading = true;
    const buffer = left < CHUNK ? Buffer.allocUnsafe(left) : (spare.pop() ?? Buffer.allocUnsafeSlow(CHUNK));
    read(fd, buffer, 0, buffer.length, null, (error, count) => {
      reading = false;
      if (error !== null || count === 0 || response.destroyed) {
        left = 0;
        close(fd);
        response.destroy();
        return;
      }
      left -= count;
      writing += 1;
      response.write(buffer.subarray(0, count), (failed) => {
        writing -= 1;
        if (failed) return;
        if (buffer.length === CHUNK && spare.length < 16) spare.push(buffer);
        next();
      });
      if (left === 0) {
        close(fd);
        response.end();
      } else next();
    });
  };
  // A client that leaves while nothing is read.
  response.once('close', () => {
    if (left > 0 && !reading) close(fd);
  });
  next();
}
