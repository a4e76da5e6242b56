import Fastify, { type FastifyRequest } from 'fastify';

import { listenOnLoopback } from '../listen-on-loopback.js';

interface Session {
  readonly name: string;
}

const SESSION = 'session';

export function listen(): Promise<number> {
  const open = new Set<Session>();
  const app = Fastify();
  app.decorateRequest(SESSION, null);
  app.get(
    '/value',
    {
      preHandler: (request, _reply, done) => {
        const session = { name: String((request.query as { q?: string }).q) };
        open.add(session);
        request.setDecorator<Session>(SESSION, session);
        done();
      },
      onResponse: (request, _reply, done) => {
        open.delete(request.getDecorator<Session>(SESSION));
        done();
      },
    },
    (request: FastifyRequest) => ({ hello: request.getDecorator<Session>(SESSION).name, n: 42 }),
  );
  return listenOnLoopback(app);
}
