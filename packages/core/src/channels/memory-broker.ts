import { randomBytes } from 'node:crypto';

import type { ServerSentEvent } from '../sse/server-sent-event.js';
import type { Broker, BrokerChannel, BrokerEvent, BrokerHistory, BrokerReceiver } from './broker.js';

/**
 * Carries events within one process, which is what a `Channel` does unless it is given another broker. Channels of one
 * name that are given the same `MemoryBroker` share their events.
 *
 * Ids are those of this run of the process: after a restart an older one is not taken for one of the new.
 */
export class MemoryBroker implements Broker {
  readonly #topics = new Map<string, Topic>();

  open(name: string, { history }: { readonly history: number }): BrokerChannel {
    let topic = this.#topics.get(name);
    if (topic === undefined) this.#topics.set(name, (topic = new Topic()));
    const opened = topic.open(history, () => {
      if (this.#topics.get(name) === topic) this.#topics.delete(name);
    });
    return opened;
  }
}

/** The events of one name. */
class Topic {
  /** Tells the ids of this run from those of an earlier one, whose numbers may be the same. */
  readonly #run = randomBytes(6).toString('base64url');
  readonly #receivers = new Set<BrokerReceiver>();
  /** What is kept, by number: the last ones, without a hole. */
  readonly #kept = new Map<number, BrokerEvent>();
  /** Numbers of kept events that came with an id of their own. */
  readonly #given = new Map<string, number>();
  #history = 0;
  #next = 1;
  #open = 0;

  open(history: number, onLastClosed: () => void): BrokerChannel {
    this.#open += 1;
    this.#history = Math.max(this.#history, history);
    let own: BrokerReceiver | undefined;
    let closed = false;
    return {
      publish: (event) => this.#publish(event),
      read: (after) => this.#read(after),
      subscribe: (receiver) => {
        own = receiver;
        this.#receivers.add(receiver);
      },
      close: () => {
        if (closed) return;
        closed = true;
        if (own !== undefined) this.#receivers.delete(own);
        this.#open -= 1;
        if (this.#open === 0) onLastClosed();
      },
    };
  }

  #publish(event: ServerSentEvent): string {
    const number = this.#next;
    const position = this.#toPosition(number);
    const placed = { event: event.withId(position), position };
    this.#next += 1;
    this.#keep(number, placed, event.id);
    for (const receiver of this.#receivers) receiver.onEvents([placed]);
    return event.id ?? position;
  }

  #keep(number: number, placed: BrokerEvent, given: string | undefined): void {
    if (this.#history === 0) return;
    this.#kept.set(number, placed);
    // Of events with the same id the first counts: its clients get the others twice, where they would miss them.
    if (given !== undefined && !this.#given.has(given)) this.#given.set(given, number);
    const leaving = number - this.#history;
    const id = this.#kept.get(leaving)?.event.id;
    this.#kept.delete(leaving);
    if (id !== undefined && this.#given.get(id) === leaving) this.#given.delete(id);
  }

  #read(after: string | undefined): BrokerHistory {
    const before = this.#next - this.#kept.size - 1;
    const asked = after === undefined ? before : this.#find(after);
    const complete = asked !== undefined && asked >= before;
    const from = complete ? asked : before;
    const events: BrokerEvent[] = [];
    for (let number = from + 1; number < this.#next; number += 1) {
      const placed = this.#kept.get(number);
      if (placed !== undefined) events.push(placed);
    }
    return { complete, after: this.#toPosition(from), events };
  }

  #find(id: string): number | undefined {
    const given = this.#given.get(id);
    if (given !== undefined) return given;
    const number = Number(id.slice(this.#run.length + 1));
    // Only what it would write itself: '007', '7.0' and '6.5' are no ids.
    const isPosition = Number.isInteger(number) && number < this.#next && this.#toPosition(number) === id;
    return isPosition ? number : undefined;
  }

  #toPosition(number: number): string {
    return `${this.#run}.${String(number)}`;
  }
}
