import Fastify from 'fastify';

import { listenOnLoopback } from '../listen-on-loopback.js';

export function listen(): Promise<number> {
  const app = Fastify();
  app.get('/value', async () => ({ hello: 'world', n: 42 }));
  return listenOnLoopback(app);
}
