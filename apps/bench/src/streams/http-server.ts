import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { laterRows, rows, tokenEvents } from './sources.js';

/** Characters that are gathered into one write. */
const WRITE_SIZE = 64 * 1024;

/** By hand, and no more than these bodies need: the texts of a source are joined, and written while the client takes them. */
export function listen(): Promise<number> {
  const server = createServer((request, response) => {
    if (request.url === '/rows.csv') {
      response.writeHead(200, { 'content-type': 'text/csv; charset=utf-8' });
      writeBatches(response, rows());
    } else if (request.url === '/later-rows.csv') {
      response.writeHead(200, { 'content-type': 'text/csv; charset=utf-8' });
      void writeLaterBatches(response, laterRows());
    } else if (request.url === '/tokens') {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
      void writeLaterBatches(response, tokenEvents());
    } else response.writeHead(404).end();
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function writeBatches(response: ServerResponse, source: Generator<string>): void {
  const next = (): void => {
    let batch = '';
    for (;;) {
      const item = source.next();
      if (item.done === true) break;
      batch += item.value;
      if (batch.length < WRITE_SIZE) continue;
      if (response.destroyed) return;
      if (!response.write(batch)) {
        response.once('drain', next);
        return;
      }
      batch = '';
    }
    response.end(batch);
  };
  next();
}

async function writeLaterBatches(response: ServerResponse, source: AsyncIterable<string>): Promise<void> {
  let batch = '';
  for await (const item of source) {
    batch += item;
    if (batch.length < WRITE_SIZE) continue;
    if (!response.write(batch)) await drained(response);
    if (response.destroyed) return;
    batch = '';
  }
  response.end(batch);
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      response.off('drain', settle).off('close', settle);
      resolve();
    };
    response.on('drain', settle).on('close', settle);
  });
}
