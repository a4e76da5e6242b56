import { setTimeout as wait } from 'node:timers/promises';

import { MemoryBroker, type Broker, type BrokerChannel, type BrokerEvent } from '@sluice/core';

/** A broker that is elsewhere: all that it does takes a while, and its answers are of when they were made. */
export class SlowBroker implements Broker {
  readonly #memory: MemoryBroker;
  readonly #delay: number;

  /** @param delay Milliseconds for each way. */
  constructor(delay: number, memory = new MemoryBroker()) {
    this.#delay = delay;
    this.#memory = memory;
  }

  open(name: string, options: { readonly history: number }): BrokerChannel {
    const channel = this.#memory.open(name, options);
    let closed = false;
    // One line for all, as a connection is.
    let last: Promise<unknown> = Promise.resolve();
    let arrived: Promise<unknown> = Promise.resolve();
    const inLine = <R>(call: () => R): Promise<R> => {
      const turn = Promise.all([last, wait(this.#delay)]).then(call);
      last = turn.catch(() => undefined);
      return turn;
    };
    return {
      publish: async (event) => {
        const id = await inLine(() => channel.publish(event));
        await wait(this.#delay);
        return id;
      },
      subscribe: (receiver) => {
        channel.subscribe({
          onEvents: (events: readonly BrokerEvent[]) => {
            arrived = Promise.all([arrived, wait(this.#delay)]).then(() => {
              if (!closed) receiver.onEvents(events);
            });
          },
          onGap: (position) => {
            receiver.onGap(position);
          },
        });
      },
      read: async (after) => {
        const history = await inLine(() => channel.read(after));
        await arrived;
        return history;
      },
      close: async () => {
        closed = true;
        await inLine(() => channel.close());
      },
    };
  }
}
