import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';

import Fastify from 'fastify';

import { listenOnLoopback } from '../listen-on-loopback.js';
import { PRICE } from './price.js';

interface PublishRoute {
  Params: { readonly count: string };
}

/** By hand: an event is encoded once, and its bytes are written to each response of node:http. */
export function listen(): Promise<number> {
  const clients = new Set<ServerResponse>();
  const app = Fastify();
  app.get('/events', (_request, reply) => {
    const { raw } = reply.hijack();
    raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    raw.write(': \n\n');
    clients.add(raw);
    raw.on('close', () => clients.delete(raw));
  });
  app.get<PublishRoute>('/publish/:count', (request) => {
    const count = Number(request.params.count);
    for (let left = count; left > 0; left -= 1) {
      const event = Buffer.from(`id: ${randomUUID()}\ndata: ${JSON.stringify(PRICE)}\n\n`);
      for (const client of clients) client.write(event);
    }
    return { published: count };
  });
  return listenOnLoopback(app);
}
