// One node of an application, as a process: it serves the events of a channel that is carried by Redis.
import { Channel, Controller, EventSourceResponse, Get, Header } from '@sluice/core';
import { sluice } from '@sluice/fastify-adapter';
import Fastify from 'fastify';

import { RedisBroker } from '../src/redis-broker.js';

const broker = new RedisBroker({ redis: process.env.REDIS_URL });
const channel = new Channel<number>({ name: 'events', history: 5000, broker });

@Controller('/events')
class EventsController {
  @Get('/')
  watch(@Header('last-event-id', { type: String, optional: true }) lastEventId?: string) {
    return new EventSourceResponse(channel.subscribe({ lastEventId }));
  }
}

async function main(): Promise<void> {
  const app = Fastify();
  await app.register(sluice, { controllers: [EventsController] });
  await broker.ready();
  const { port } = new URL(await app.listen({ port: 0, host: '127.0.0.1' }));
  process.stdout.write(`${port}\n`);
}

void main();
