import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** By hand, and no more than this route needs. */
export function listen(): Promise<number> {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/value') {
      response.writeHead(404).end();
      return;
    }
    const body = JSON.stringify({ hello: 'world', n: 42 });
    response
      .writeHead(200, {
        'content-type': 'application/json; charset=utf-8',
        'content-length': Buffer.byteLength(body),
      })
      .end(body);
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve((server.address() as AddressInfo).port);
    });
  });
}
