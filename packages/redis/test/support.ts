import { setTimeout as wait } from 'node:timers/promises';

import { Channel, type ServerSentEvent } from '@sluice/core';
import { Redis } from 'ioredis';

import { type RedisServer } from '../../../test/support/redis-server.js';
import type { RedisBrokerOptions } from '../src/broker-options.js';
import { RedisBroker } from '../src/redis-broker.js';
import type { RedisBrokerError } from '../src/redis-broker-error.js';

const PATIENCE = 15_000;

export const upTo = (end: number, from = 1): number[] =>
  Array.from({ length: Math.max(0, end - from + 1) }, (_, n) => from + n);

/** Waits for something that Redis takes its time for. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what = condition.toString(),
): Promise<void> {
  const deadline = Date.now() + PATIENCE;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`did not come: ${what}`);
    await wait(2);
  }
}

/** Nodes of one application: brokers with one Redis, closed after each test. */
export class Nodes {
  readonly errors: RedisBrokerError[] = [];
  readonly #brokers: RedisBroker[] = [];
  readonly #clients: Redis[] = [];

  constructor(readonly redis: () => RedisServer) {}

  broker(options: RedisBrokerOptions = {}): RedisBroker {
    const broker = new RedisBroker({
      redis: this.redis().url,
      onError: (error) => this.errors.push(error),
      ...options,
    });
    this.#brokers.push(broker);
    return broker;
  }

  channel<T = number>(name: string, broker: RedisBroker, history = 1000): Channel<T> {
    return new Channel<T>({ name, history, broker, queueLimit: 1_000_000 });
  }

  /** Publishes all at once. */
  publish<T>(channel: Channel<T>, values: readonly T[]): Promise<string[]> {
    return Promise.all(values.map(async (value) => channel.publish(value)));
  }

  /** A client of the test's own. */
  client(url = this.redis().url): Redis {
    const client = new Redis(url, { protocol: 2 });
    client.on('error', () => {});
    this.#clients.push(client);
    return client;
  }

  async close(): Promise<void> {
    for (const client of this.#clients.splice(0)) client.disconnect();
    await Promise.all(this.#brokers.splice(0).map((broker) => broker.close()));
    this.errors.length = 0;
  }
}

/** What a subscriber gets: the data of each event, the name of a notice; and all its ids. */
export interface Reading {
  readonly got: unknown[];
  readonly events: ServerSentEvent[];
  /** Resolves when the channel hands on to it what any process publishes. */
  readonly joined: Promise<unknown>;
}

export function read(channel: Channel, lastEventId?: string): Reading {
  const reading = { got: [] as unknown[], events: [] as ServerSentEvent[] };
  const subscription = channel.subscribe({ lastEventId });
  const failed = (async () => {
    for await (const event of subscription) {
      reading.events.push(event);
      reading.got.push(event.event === 'reset' ? 'reset' : event.data);
    }
  })();
  failed.catch((error: unknown) => reading.got.push(error));
  return { ...reading, joined: join(channel) };
}

async function join(channel: Channel): Promise<void> {
  // A second subscriber, whose history is read after the first has begun.
  const subscription = channel.subscribe({ replay: true });
  const first = subscription.next().catch(() => {});
  await Promise.race([first, wait(150)]);
  await subscription.return();
}
