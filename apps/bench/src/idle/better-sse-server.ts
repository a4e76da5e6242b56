import Fastify from 'fastify';

import { listenOnLoopback } from '../listen-on-loopback.js';

/** As its documentation does it on Fastify. */
export async function listen(): Promise<number> {
  const { createChannel, createSession } = await import('better-sse');
  const events = createChannel();
  const app = Fastify();
  app.get('/events', async (request, reply) => {
    reply.hijack();
    events.register(await createSession(request.raw, reply.raw));
  });
  return listenOnLoopback(app);
}
