import Fastify from 'fastify';

import { listenOnLoopback } from '../listen-on-loopback.js';

export function listen(): Promise<number> {
  const lengths = [0];
  const notify = (name: string): void => {
    lengths[0] = name.length;
  };
  const app = Fastify();
  app.post('/value', (request, reply) => {
    const item = request.body as { name: string };
    reply.send({ name: item.name, n: 42 });
    setImmediate(() => {
      try {
        notify(item.name);
      } catch (error) {
        request.log.error({ err: error }, 'notify failed');
      }
    });
  });
  return listenOnLoopback(app);
}
