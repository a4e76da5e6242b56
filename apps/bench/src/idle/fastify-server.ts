import { PassThrough } from 'node:stream';

import Fastify from 'fastify';

import { listenOnLoopback } from '../listen-on-loopback.js';

/** As Fastify's documentation sends a stream. */
export function listen(): Promise<number> {
  const app = Fastify();
  app.get('/events', (_request, reply) => {
    const stream = new PassThrough();
    stream.write(': \n\n');
    return reply.header('content-type', 'text/event-stream').header('cache-control', 'no-cache').send(stream);
  });
  return listenOnLoopback(app);
}
