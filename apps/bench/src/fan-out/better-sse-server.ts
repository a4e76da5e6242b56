import Fastify from 'fastify';

import { listenOnLoopback } from '../listen-on-loopback.js';
import { PRICE } from './price.js';

interface PublishRoute {
  Params: { readonly count: string };
}

/** As its documentation does it on Fastify. */
export async function listen(): Promise<number> {
  const { createChannel, createSession } = await import('better-sse');
  const prices = createChannel();
  const app = Fastify();
  app.get('/events', async (request, reply) => {
    reply.hijack();
    prices.register(await createSession(request.raw, reply.raw));
  });
  app.get<PublishRoute>('/publish/:count', (request) => {
    const count = Number(request.params.count);
    for (let left = count; left > 0; left -= 1) prices.broadcast(PRICE);
    return { published: count };
  });
  return listenOnLoopback(app);
}
