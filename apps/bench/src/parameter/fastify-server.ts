import Fastify from 'fastify';

import { listenOnLoopback } from '../listen-on-loopback.js';

export function listen(): Promise<number> {
  const app = Fastify();
  app.get<{ Params: { id: string } }>('/items/:id', (request) => ({
    hello: 'world',
    n: Number(request.params.id),
  }));
  return listenOnLoopback(app);
}
