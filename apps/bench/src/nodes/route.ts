import { fork } from 'node:child_process';

import { Channel } from '@sluice/core';
import { RedisBroker } from '@sluice/redis';

import { receive, type Received } from './receiver.js';
import { takeSample, type Sample } from './sample.js';

/** How long a round may take to arrive, in milliseconds. */
const PATIENCE = 60_000;

/** Events that Redis keeps: more than a burst has, which a reader would fall behind. */
export const STREAM_LENGTH = 50_000;

/** A way from a publisher to one subscriber. */
export interface Route {
  readonly name: string;
  readonly channel: Channel<Sample>;
  /** What came of a round, once all of it has come. */
  readonly arrival: (round: number) => Promise<Received>;
  close(): Promise<void>;
}

/** Publisher and subscriber in one process, without Redis. */
export async function openMemoryRoute(events: number): Promise<Route> {
  const channel = new Channel<Sample>({ name: 'bench', queueLimit: 1_000_000 });
  const arrivals = new Arrivals();
  const reading = receive(channel, events, (received) => arrivals.add(received));
  await meet(channel, arrivals);
  return {
    name: 'in memory, one process',
    channel,
    arrival: (round) => arrivals.of(round),
    close: async () => {
      await channel.close();
      await reading;
    },
  };
}

/** Publisher and subscriber in two processes, each with its own connections to one Redis. */
export async function openRedisRoute(redis: string, events: number): Promise<Route> {
  const name = `bench-${process.pid}-${events}`;
  const broker = new RedisBroker({ redis, keepFor: 60_000, maxLength: STREAM_LENGTH });
  await broker.ready();
  const channel = new Channel<Sample>({ name, broker, queueLimit: 1_000_000 });
  const arrivals = new Arrivals();
  const child = fork(require.resolve('./subscriber-process.js'), [redis, name, String(events)]);
  child.on('message', (received: Received) => {
    arrivals.add(received);
  });
  await meet(channel, arrivals);
  return {
    name: 'over Redis, two processes',
    channel,
    arrival: (round) => arrivals.of(round),
    close: async () => {
      if (child.connected) child.disconnect();
      await broker.close();
    },
  };
}

/** Publishes until the subscriber is there and hears of it. */
async function meet(channel: Channel<Sample>, arrivals: Arrivals): Promise<void> {
  const met = arrivals.of(0);
  const timer = setInterval(() => void channel.publish(takeSample(0)), 50);
  await met;
  clearInterval(timer);
}

class Arrivals {
  readonly #received = new Map<number, Received>();
  readonly #waiting = new Map<number, (received: Received) => void>();

  add(received: Received): void {
    this.#received.set(received.round, received);
    this.#waiting.get(received.round)?.(received);
  }

  of(round: number): Promise<Received> {
    const received = this.#received.get(round);
    if (received !== undefined) return Promise.resolve(received);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error(`round ${round} did not arrive within ${PATIENCE} ms`));
      }, PATIENCE);
      this.#waiting.set(round, (arrived) => {
        clearTimeout(timer);
        resolve(arrived);
      });
    });
  }
}
