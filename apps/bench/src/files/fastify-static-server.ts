import fastifyStatic from '@fastify/static';
import Fastify from 'fastify';

import { listenOnLoopback } from '../listen-on-loopback.js';

export async function listen(folder: string): Promise<number> {
  const app = Fastify();
  await app.register(fastifyStatic, { root: folder, prefix: '/files/' });
  return listenOnLoopback(app);
}
