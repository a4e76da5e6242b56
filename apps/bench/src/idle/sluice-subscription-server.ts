import { Channel, Controller, EventSourceResponse, Get } from '@sluice/core';
import { sluice } from '@sluice/fastify-adapter';
import Fastify from 'fastify';

import { listenOnLoopback } from '../listen-on-loopback.js';

const events = new Channel({ name: 'events' });

@Controller()
class EventsController {
  @Get('/events', { responseClass: EventSourceResponse })
  watch() {
    return new EventSourceResponse(events.subscribe());
  }
}

export async function listen(): Promise<number> {
  const app = Fastify();
  await app.register(sluice, { controllers: [EventsController] });
  return listenOnLoopback(app);
}
