import { Controller, Get } from '@sluice/core';
import { sluice } from '@sluice/fastify-adapter';
import Fastify from 'fastify';

import { listenOnLoopback } from '../listen-on-loopback.js';

@Controller()
class ValueController {
  @Get('/value')
  async read() {
    return { hello: 'world', n: 42 };
  }
}

export async function listen(): Promise<number> {
  const app = Fastify();
  await app.register(sluice, { controllers: [ValueController] });
  return listenOnLoopback(app);
}
