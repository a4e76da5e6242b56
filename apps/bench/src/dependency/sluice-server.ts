import { Controller, Depends, dependency, Get, Query } from '@sluice/core';
import { sluice } from '@sluice/fastify-adapter';
import Fastify from 'fastify';

import { listenOnLoopback } from '../listen-on-loopback.js';

const session = dependency({ q: Query('q') }, ({ q }) => ({ name: q }));

@Controller('', { dependencies: [session] })
class ValueController {
  @Get('/value')
  read(@Depends(session) given: { name: string }) {
    return { hello: given.name, n: 42 };
  }
}

export async function listen(): Promise<number> {
  const app = Fastify();
  await app.register(sluice, { controllers: [ValueController] });
  return listenOnLoopback(app);
}
