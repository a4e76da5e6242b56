import type { Broker, BrokerChannel, BrokerReceiver } from '@sluice/core';

import { readSettings, type RedisBrokerOptions, type Settings } from './broker-options.js';
import { ChannelStream } from './channel-stream.js';
import { BrokenConnection } from './broken-connection.js';
import { closedError, Connection, ignore, type Command } from './connection.js';
import { decodeEntry, Tags } from './entry.js';
import { BEGINNING, isLater } from './position.js';
import { Publisher } from './publisher.js';
import { readHistory, type StreamHistory } from './read-history.js';
import { toBrokerError } from './redis-broker-error.js';
import { readEntries } from './replies.js';
import { StreamReader } from './stream-reader.js';

/** A receiver that is to begin at the end of its stream. */
interface Beginning {
  readonly stream: ChannelStream;
  /** Whether something may have been published since it joined, that nobody here could read. */
  late: boolean;
}

/** What all channels of one name in this process share. */
interface Topic {
  readonly key: string;
  readonly stream: ChannelStream;
  history: number;
  open: number;
}

/**
 * Carries the events of channels between processes, over Redis Streams.
 *
 * ```ts
 * const broker = new RedisBroker({ redis: process.env.REDIS_URL });
 * const prices = new Channel<Price>({ name: 'prices', history: 100, broker });
 *
 * app.addHook('onReady', () => broker.ready());
 * app.addHook('onClose', () => broker.close());
 * ```
 *
 * It has two connections, however many channels and subscribers there are: one for commands, and one that waits for what is
 * new in all streams. Each is made when it is first needed, and made anew when it breaks.
 *
 * @throws RedisBrokerError REDIS_OPTIONS_INVALID when the options are not as {@link RedisBrokerOptions} says.
 */
export class RedisBroker implements Broker {
  readonly #settings: Settings;
  readonly #tags = new Tags();
  readonly #commands: Connection;
  readonly #publisher: Publisher;
  readonly #reader: StreamReader;
  readonly #topics = new Map<string, Topic>();
  /** Receivers for which the end of their stream is not known yet, from which on they are to hear. */
  readonly #beginning = new Map<BrokerReceiver, Beginning>();
  #closing: Promise<void> | undefined;

  constructor(options: RedisBrokerOptions = {}) {
    this.#settings = readSettings(options);
    this.#commands = new Connection(this.#settings, 'sluice', this.#settings.timeout, () => {
      // Before what was published meanwhile is sent.
      for (const receiver of this.#beginning.keys()) void this.#findEnd(receiver);
      void this.#publisher.resume();
    });
    this.#publisher = new Publisher(this.#settings, this.#commands, this.#tags);
    this.#reader = new StreamReader(this.#settings, this.#tags);
  }

  /** Whether there is a connection to Redis now. */
  get connected(): boolean {
    return this.#commands.ready;
  }

  /**
   * Connects, if that has not happened yet.
   *
   * @returns When Redis has answered.
   * @throws RedisBrokerError REDIS_UNREACHABLE, REDIS_REFUSED, REDIS_NOT_ANSWERING, … when it has not within `timeout`, unless
   *   `waitAtStart` is set. Attempts go on until `close()`.
   */
  async ready(): Promise<void> {
    await this.#commands.whenReached();
  }

  open(name: string, { history }: { readonly history: number }): BrokerChannel {
    const topic = this.#openTopic(name, history);
    const { key, stream } = topic;
    let leave: (() => void) | undefined;
    let closed = false;
    const reading = new Set<Promise<unknown>>();
    return {
      publish: (event) => this.#publisher.publish(key, this.#maxLengthOf(topic), event),
      subscribe: (receiver) => {
        if (this.#closing !== undefined) return;
        stream.add(receiver);
        leave = () => {
          this.#beginning.delete(receiver);
          stream.remove(receiver);
          if (!stream.active) this.#reader.remove(stream);
        };
        this.#begin(stream, receiver);
      },
      read: (after) => {
        const read = this.#read(topic, after, () => closed);
        const settled = Promise.allSettled([read]);
        reading.add(settled);
        void settled.then(() => reading.delete(settled));
        return read;
      },
      close: async () => {
        if (closed) return;
        closed = true;
        leave?.();
        topic.open -= 1;
        if (topic.open === 0) this.#topics.delete(name);
        await Promise.all(reading);
      },
    };
  }

  /**
   * Closes the connections, when Redis has answered what was sent. Afterwards publishing and reading fail with
   * REDIS_CLOSED; subscriptions end with their channels. Closing again changes nothing.
   */
  close(): Promise<void> {
    this.#closing ??= (async () => {
      this.#reader.close();
      await this.#publisher.close();
      this.#commands.close();
    })();
    return this.#closing;
  }

  #openTopic(name: string, history: number): Topic {
    let topic = this.#topics.get(name);
    if (topic === undefined) {
      const key = `${this.#settings.prefix}${name}`;
      topic = { key, stream: new ChannelStream(key), history: 0, open: 0 };
      this.#topics.set(name, topic);
    }
    topic.open += 1;
    topic.history = Math.max(topic.history, history);
    return topic;
  }

  #maxLengthOf({ history }: Topic): number {
    // One more, which tells whoever has it that nothing is missing.
    return Math.max(this.#settings.maxLength, history + 1);
  }

  /** Lets a receiver hear what comes after the end of its stream, which Redis is asked for. */
  #begin(stream: ChannelStream, receiver: BrokerReceiver): void {
    this.#beginning.set(receiver, { stream, late: this.#commands.made > 0 && !this.#commands.ready });
    this.#commands.open();
    if (this.#commands.ready) void this.#findEnd(receiver);
  }

  async #findEnd(receiver: BrokerReceiver): Promise<void> {
    const beginning = this.#beginning.get(receiver);
    if (beginning === undefined) return;
    const { stream } = beginning;
    try {
      const reply = await this.#commands.call(['XREVRANGE', stream.key, '+', '-', 'COUNT', 1]);
      if (!this.#beginning.delete(receiver)) return;
      const [entry] = readEntries(reply).map(decodeEntry);
      const isRead = stream.last !== undefined;
      // Meanwhile this process may have read on, which the receiver must not miss.
      const place = entry === undefined ? BEGINNING : { id: entry.id, tag: entry.tag };
      stream.begin(receiver, beginning.late && isRead ? undefined : place);
      if (isRead) return;
      // What others published while there was no connection is not known here.
      if (beginning.late) stream.tellGap(undefined);
      this.#send(this.#reader.add(stream));
    } catch (error) {
      if (error instanceof BrokenConnection) {
        // With the next connection.
        beginning.late = true;
        return;
      }
      this.#beginning.delete(receiver);
      if (this.#closing === undefined) this.#settings.onError(toBrokerError(error, this.#settings.where));
    }
  }

  async #read(topic: Topic, after: string | undefined, isClosed: () => boolean): Promise<StreamHistory> {
    const { key, stream } = topic;
    for (;;) {
      if (this.#closing !== undefined) throw closedError(this.#settings.where);
      await (this.#commands.made === 0 ? this.#commands.whenReached() : this.#commands.whenReady());
      const known = stream.last;
      let history: StreamHistory;
      try {
        history = await readHistory(this.#commands, key, topic.history, after, this.#tags);
      } catch (error) {
        if (!(error instanceof BrokenConnection)) throw error;
        if (isClosed()) throw error.problem;
        continue;
      }
      if (known !== undefined && isLater(known.id, history.end.id)) {
        // Redis has lost its memory, and the reader has not noticed.
        stream.doubtful = true;
        this.#send(this.#reader.wake());
      }
      await stream.whenAt(history.end.id);
      return history;
    }
  }

  #send(commands: readonly Command[]): void {
    // A reader that is not woken looks by itself, later.
    for (const command of commands) this.#commands.call(command).catch(ignore);
  }
}
