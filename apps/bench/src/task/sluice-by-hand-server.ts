import { Body, Controller, Post } from '@sluice/core';
import { sluice } from '@sluice/fastify-adapter';
import Fastify from 'fastify';

import { listenOnLoopback } from '../listen-on-loopback.js';

const lengths = [0];
const notify = (name: string): void => {
  lengths[0] = name.length;
};

@Controller()
class ValueController {
  @Post('/value')
  create(@Body(Object) item: { name: string }) {
    setImmediate(() => {
      notify(item.name);
    });
    return { name: item.name, n: 42 };
  }
}

export async function listen(): Promise<number> {
  const app = Fastify();
  await app.register(sluice, { controllers: [ValueController] });
  return listenOnLoopback(app);
}
