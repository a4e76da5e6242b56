import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers each request with how many of the values fit. */
export function serveCount(count: () => number): Promise<number> {
  const server = createServer((_request, response) => {
    const body = String(count());
    response.writeHead(200, { 'content-type': 'text/plain', 'content-length': body.length });
    response.end(body);
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve((server.address() as AddressInfo).port);
    });
  });
}
