import type { ServerSentEvent } from '../sse/server-sent-event.js';

/** An event as a broker hands it on. */
export interface BrokerEvent {
  /** The event with its id: the one it was published with, else its position. */
  readonly event: ServerSentEvent;
  /**
   * Where the event stands in the channel: no other event of the channel has it, in any process and after a restart;
   * text without CR, LF and NUL, which serves as a `Last-Event-ID`.
   */
  readonly position: string;
}

/** What a channel hears from its broker. */
export interface BrokerReceiver {
  /** Events in the order of the channel, each once. */
  onEvents(events: readonly BrokerEvent[]): void;
  /**
   * Events between the last ones and the next ones are lost, after a broken connection perhaps.
   *
   * @param position That of the last event that is lost, if it is known.
   */
  onGap(position?: string): void;
}

/** What a broker keeps of a channel after some event. */
export interface BrokerHistory {
  /** Whether nothing is missing between the event that was asked for and the first one here. */
  readonly complete: boolean;
  /** A position that stands right before the first event here; where there is none, after all that was published. */
  readonly after: string;
  /** In the order of the channel. */
  readonly events: readonly BrokerEvent[];
}

/** One channel of a broker, opened by one `Channel`. */
export interface BrokerChannel {
  /**
   * Gives the event its place, keeps it, and hands it to the receivers of every process. Two calls from one process
   * keep their order.
   *
   * @returns The id of the event. A promise of a broker elsewhere rejects when the event may not have been kept.
   */
  publish(event: ServerSentEvent): string | Promise<string>;
  /**
   * Begins to hand on events. Called once, before `read`; nothing that this process publishes afterwards is missed, and
   * nothing that anyone publishes once a `read` was answered.
   */
  subscribe(receiver: BrokerReceiver): void;
  /**
   * Reads what is kept after an event.
   *
   * Together with what the receiver gets it leaves no gap: what the receiver had got before the call, and what it never
   * gets because it began too late, is in the answer, if it is kept. The answer comes when the receiver has got the last
   * event of it (or `after`, where there is none), unless it never gets that; so what it gets later is new.
   *
   * @param after An id or a position; undefined for all that is kept, which is complete.
   */
  read(after: string | undefined): BrokerHistory | Promise<BrokerHistory>;
  /** Lets go: reads that are under way are answered first, the receiver gets nothing more. What is kept for others stays. */
  close(): void | Promise<void>;
}

/**
 * What carries the events of channels: within a process, or between several of them.
 *
 * `MemoryBroker` is the one of a single process. The suite in `packages/core/test/broker-contract.ts` holds for all.
 */
export interface Broker {
  /**
   * Opens a channel by its name; those of one name share their events. Does not wait for a connection.
   *
   * @param options `history`: how many events are to be kept, from 0; where several ask, the largest.
   */
  open(name: string, options: { readonly history: number }): BrokerChannel;
}
