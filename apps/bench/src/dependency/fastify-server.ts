import Fastify, { type FastifyRequest } from 'fastify';

import { listenOnLoopback } from '../listen-on-loopback.js';

interface Session {
  readonly name: string;
}

const SESSION = 'session';

export function listen(): Promise<number> {
  const app = Fastify();
  app.decorateRequest(SESSION, null);
  app.get(
    '/value',
    {
      preHandler: (request, _reply, done) => {
        request.setDecorator<Session>(SESSION, { name: String((request.query as { q?: string }).q) });
        done();
      },
    },
    (request: FastifyRequest) => ({ hello: request.getDecorator<Session>(SESSION).name, n: 42 }),
  );
  return listenOnLoopback(app);
}
