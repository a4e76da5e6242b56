import { Channel, Controller, EventSourceResponse, Get, Param } from '@sluice/core';
import { sluice } from '@sluice/fastify-adapter';
import Fastify from 'fastify';

import { listenOnLoopback } from '../listen-on-loopback.js';
import { PRICE } from './price.js';

const prices = new Channel<typeof PRICE>({ name: 'prices' });

@Controller()
class PricesController {
  @Get('/events', { responseClass: EventSourceResponse })
  watch() {
    return new EventSourceResponse(prices.subscribe());
  }

  @Get('/publish/:count')
  publish(@Param('count') count: number) {
    for (let left = count; left > 0; left -= 1) void prices.publish(PRICE);
    return { published: count };
  }
}

export async function listen(): Promise<number> {
  const app = Fastify();
  await app.register(sluice, { controllers: [PricesController] });
  return listenOnLoopback(app);
}
