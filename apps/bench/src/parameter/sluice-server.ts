import { Controller, Get, Param } from '@sluice/core';
import { sluice } from '@sluice/fastify-adapter';
import Fastify from 'fastify';

import { listenOnLoopback } from '../listen-on-loopback.js';

@Controller('/items')
class ItemsController {
  @Get('/:id')
  read(@Param('id') id: number) {
    return { hello: 'world', n: id };
  }
}

export async function listen(): Promise<number> {
  const app = Fastify();
  await app.register(sluice, { controllers: [ItemsController] });
  return listenOnLoopback(app);
}
