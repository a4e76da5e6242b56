import { Controller, EventSourceResponse, Get } from '@sluice/core';
import { sluice } from '@sluice/fastify-adapter';
import Fastify from 'fastify';

import { listenOnLoopback } from '../listen-on-loopback.js';

@Controller()
class EventsController {
  /** As a generator waits that has nothing to say. */
  @Get('/events', { responseClass: EventSourceResponse })
  async *watch(signal: AbortSignal) {
    yield* [];
    await new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => {
        resolve();
      });
    });
  }
}

export async function listen(): Promise<number> {
  const app = Fastify();
  await app.register(sluice, { controllers: [EventsController] });
  return listenOnLoopback(app);
}
