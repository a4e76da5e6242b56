import { Controller, Depends, dependency, Get, Query } from '@sluice/core';
import { sluice } from '@sluice/fastify-adapter';
import Fastify from 'fastify';

import { listenOnLoopback } from '../listen-on-loopback.js';

interface Session {
  readonly name: string;
}

const open = new Set<Session>();
const openSession = dependency({ q: Query('q') }, function* ({ q }) {
  const session = { name: q };
  open.add(session);
  try {
    yield session;
  } finally {
    open.delete(session);
  }
});

@Controller('', { dependencies: [openSession] })
class ValueController {
  @Get('/value')
  read(@Depends(openSession) session: Session) {
    return { hello: session.name, n: 42 };
  }
}

export async function listen(): Promise<number> {
  const app = Fastify();
  await app.register(sluice, { controllers: [ValueController] });
  return listenOnLoopback(app);
}
