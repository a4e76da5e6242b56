// Longer than other files: one loop, and all that can make it leave its way.
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';

import type { Settings } from './broker-options.js';
import type { ChannelStream } from './channel-stream.js';
import { BrokenConnection } from './broken-connection.js';
import { Connection, type Command } from './connection.js';
import { decodeEntry, encodeEntry, type Entry, type RawEntry, type Tags } from './entry.js';
import { BEGINNING, toPosition, type Place } from './position.js';
import { RedisBrokerError, toBrokerError } from './redis-broker-error.js';
import { readEntries, readStreams } from './replies.js';

/** How long one command waits for something new, in milliseconds; then the streams are looked after. */
const BLOCK = 5000;
/** Entries of one stream that are asked for at a time. */
const BATCH = 500;
/** Events that are handed on in one turn of the event loop, so that queues of subscribers are not filled in one. */
const SLICE = 128;
/** Streams that are looked after at a time. */
const ROUND = 100;
/** Rounds until every stream was looked after, however many there are. */
const ROUNDS = 12;

/**
 * Reads all streams of a process on one connection, each from where this process is in it.
 *
 * Order that matters: a stream is read on only from an entry that is still there. When it is not (Redis has cut the stream, or
 * has lost its memory), subscribers are told first, and then get all that they did not have.
 */
export class StreamReader {
  readonly #settings: Settings;
  readonly #tags: Tags;
  readonly #connection: Connection;
  readonly #streams = new Map<string, ChannelStream>();
  /** Streams that cannot be read: each would keep the answer of all others away. */
  readonly #barred = new Set<ChannelStream>();
  /** A stream of this process alone, through which a blocked read is woken. */
  readonly #wakeKey: string;
  readonly #count: number;
  #wakes = 0;
  #woken = 0;
  #blocked = false;
  #running = false;
  #closed = false;
  #onAdded: (() => void) | undefined;
  #lookedAfter = 0;
  #round = 0;
  readonly #reported = new WeakSet<ChannelStream>();

  constructor(settings: Settings, tags: Tags) {
    this.#settings = settings;
    this.#tags = tags;
    this.#wakeKey = `${settings.prefix}:wake:${tags.publisher}`;
    // Fewer than a stream keeps: an answer with fewer entries than this one has missed none.
    this.#count = Math.min(BATCH, settings.maxLength);
    this.#connection = new Connection(settings, 'sluice-reader', BLOCK + settings.timeout, () => {
      for (const stream of this.#streams.values()) stream.doubtful = true;
    });
  }

  /**
   * Begins to read a stream that has a place.
   *
   * @returns Commands that wake the reader, for another connection; none where it does not wait.
   */
  add(stream: ChannelStream): readonly Command[] {
    this.#streams.set(stream.key, stream);
    this.#onAdded?.();
    if (!this.#running) {
      this.#running = true;
      void this.#run();
    }
    return this.wake();
  }

  remove(stream: ChannelStream): void {
    if (this.#streams.get(stream.key) === stream) this.#streams.delete(stream.key);
    this.#barred.delete(stream);
  }

  /** Commands that end the wait of the reader, so that it sees what has changed. */
  wake(): readonly Command[] {
    if (!this.#blocked) return [];
    this.#wakes += 1;
    return [
      ['XADD', this.#wakeKey, 'MAXLEN', 1, `${this.#wakes}-1`, 'w', '1'],
      // Nothing of a process that is gone stays.
      ['PEXPIRE', this.#wakeKey, 60_000],
    ];
  }

  close(): void {
    this.#closed = true;
    this.#onAdded?.();
    this.#connection.close();
    for (const stream of this.#streams.values()) stream.end();
    this.#streams.clear();
  }

  async #run(): Promise<void> {
    while (!this.#closed) {
      try {
        if (this.#streams.size === 0) {
          await new Promise<void>((resolve) => {
            this.#onAdded = resolve;
          });
          continue;
        }
        await this.#connection.whenReady();
        await this.#check([...this.#streams.values()].filter(({ doubtful }) => doubtful));
        await this.#read();
        if (Date.now() - this.#lookedAfter >= BLOCK) await this.#lookAfter();
      } catch (error) {
        // A connection that broke is waited for.
        if (error instanceof BrokenConnection) await nextTurn();
        else await this.#recover(toBrokerError(error, this.#settings.where));
      }
    }
  }

  async #read(): Promise<void> {
    const streams = [...this.#streams.values()].filter(
      (stream) => stream.last !== undefined && !stream.doubtful && !this.#barred.has(stream),
    );
    const asked = new Map(streams.map((stream) => [stream.key, stream.last]));
    const places = [...asked.values()].map((place) => place?.id ?? BEGINNING.id);
    this.#blocked = true;
    let reply: unknown;
    try {
      reply = await this.#connection.call([
        ...(['XREAD', 'COUNT', this.#count, 'BLOCK', BLOCK, 'STREAMS'] as const),
        ...[this.#wakeKey, ...asked.keys(), `${this.#woken}-1`, ...places],
      ]);
    } finally {
      this.#blocked = false;
      this.#woken = this.#wakes;
    }
    for (const [key, entries] of readStreams(reply)) {
      const stream = this.#streams.get(key);
      // One that was left and joined again meanwhile is at another place.
      if (stream === undefined || stream.last !== asked.get(key)) continue;
      if (entries.length < this.#count) await this.#handOn(stream, entries);
      else await this.#catchUp(stream);
    }
  }

  async #handOn(stream: ChannelStream, entries: readonly RawEntry[]): Promise<void> {
    for (let from = 0; from < entries.length; from += SLICE) {
      if (from > 0) {
        // Subscribers are woken in one turn, and their queues measured in the next.
        await nextTurn();
        await nextTurn();
      }
      const slice = entries.slice(from, from + SLICE).map(decodeEntry);
      if (slice.some(({ foreign }) => foreign)) this.#reportForeign(stream, slice);
      if (stream.last === undefined) return;
      stream.handOn(slice);
    }
  }

  /** Makes sure that nothing is missing, and reads on until the end. */
  async #catchUp(stream: ChannelStream): Promise<void> {
    for (;;) {
      const { last } = stream;
      if (last === undefined) return;
      // What is there after it was read from was there before too. No transaction, which a Redis without memory refuses.
      const [found, there, length] = await Promise.all([
        this.#connection.call(['XREAD', 'COUNT', this.#count, 'STREAMS', stream.key, last.id]),
        this.#connection.call(['XRANGE', stream.key, last.id, last.id]),
        this.#connection.call(['XLEN', stream.key]),
      ]);
      if (stream.last !== last) return;
      const entries = [...readStreams(found)].flatMap(([, read]) => read);
      // A stream that was empty has no entry to begin after; it has lost none while it keeps less than it could.
      const complete = last === BEGINNING ? Number(length) < this.#settings.maxLength : isThere(there, last);
      if (!complete && !(await this.#resume(stream, last))) continue;
      if (complete) await this.#handOn(stream, entries);
      stream.doubtful = false;
      if (complete && entries.length < this.#count) return;
    }
  }

  /**
   * Goes on in a stream that is not what it was: tells the gap, then hands on what was not handed on before.
   *
   * @returns Whether it has; false for one page of entries that were all handed on, after which comes another.
   */
  async #resume(stream: ChannelStream, last: Place): Promise<boolean> {
    const { start = BEGINNING } = stream;
    const there = await this.#connection.call(['XRANGE', stream.key, start.id, start.id]);
    const from = stream.resumedAt ?? (isThere(there, start) ? start : BEGINNING);
    const found = await this.#connection.call([
      ...(['XREAD', 'COUNT', this.#count, 'STREAMS', stream.key, from.id] as const),
    ]);
    const entries = [...readStreams(found)].flatMap(([, read]) => read);
    const decoded = entries.map(decodeEntry);
    const first = decoded.find((entry) => !stream.has(entry));
    const end = decoded.at(-1);
    if (first === undefined && end !== undefined && entries.length >= this.#count) {
      stream.resumedAt = end;
      return false;
    }
    stream.resumedAt = undefined;
    if (end === undefined && from === BEGINNING && this.#hasExpired(last)) {
      stream.moveTo(BEGINNING);
      return true;
    }
    const reached = end ?? (from === BEGINNING ? await this.#addAnchor(stream) : from);
    stream.tellGap(first === undefined ? toPosition(reached) : toPosition(first, true));
    if (end === undefined) stream.moveTo(reached);
    else await this.#handOn(stream, entries);
    return true;
  }

  /** Whether a stream is gone because nothing was published in it for long enough. */
  #hasExpired({ id }: Place): boolean {
    const { keepFor } = this.#settings;
    // The time to live is not renewed at each event.
    return keepFor !== undefined && Date.now() - Number.parseInt(id, 10) >= keepFor * 0.9;
  }

  /** An entry without an event, in an empty stream: the place from which on nothing is missing. */
  async #addAnchor({ key }: ChannelStream): Promise<Place> {
    const tag = this.#tags.next();
    const id = await this.#connection.call(['XADD', key, '*', ...encodeEntry(tag)]);
    return { id: String(id), tag };
  }

  async #check(all: readonly ChannelStream[]): Promise<void> {
    const streams = all.filter((stream) => !this.#barred.has(stream));
    for (let from = 0; from < streams.length; from += ROUND) {
      await Promise.all(streams.slice(from, from + ROUND).map((stream) => this.#catchUp(stream)));
    }
  }

  /** Looks, some streams at a time, whether each is still the one that it was. */
  async #lookAfter(): Promise<void> {
    this.#lookedAfter = Date.now();
    for (const stream of [...this.#barred]) {
      if ((await this.#findFault(stream)) === undefined) this.#barred.delete(stream);
    }
    const streams = [...this.#streams.values()];
    const round = Math.max(ROUND, Math.ceil(streams.length / ROUNDS));
    if (this.#round >= streams.length) this.#round = 0;
    await this.#check(streams.slice(this.#round, this.#round + round));
    this.#round += round;
  }

  /** Goes on after an error: without the stream that Redis does not let read, or when there is a connection again. */
  async #recover(error: RedisBrokerError): Promise<void> {
    if (this.#closed) return;
    let found = false;
    for (const stream of this.#streams.values()) {
      if (this.#barred.has(stream)) continue;
      const fault = await this.#findFault(stream);
      if (fault === undefined) continue;
      found = true;
      this.#barred.add(stream);
      this.#settings.onError(fault);
    }
    if (found) return;
    this.#settings.onError(error);
    await wait(1000, undefined, { ref: false });
  }

  async #findFault({ key }: ChannelStream): Promise<RedisBrokerError | undefined> {
    try {
      await this.#connection.call(['XLEN', key]);
      return undefined;
    } catch (error) {
      if (error instanceof BrokenConnection) return undefined;
      const fault = toBrokerError(error, this.#settings.where);
      return new RedisBrokerError(
        fault.code,
        `${this.#settings.where}, key ${key}`,
        fault.message,
        'see there',
      );
    }
  }

  #reportForeign(stream: ChannelStream, entries: readonly Entry[]): void {
    if (this.#reported.has(stream)) return;
    this.#reported.add(stream);
    const { id } = entries.find(({ foreign }) => foreign) ?? BEGINNING;
    this.#settings.onError(
      new RedisBrokerError(
        'REDIS_ENTRY_FOREIGN',
        `${this.#settings.where}, key ${stream.key}`,
        `the entry ${id} is no event, and is left out, as others like it are`,
        'let nobody else write there, or give the broker a prefix of its own (option prefix)',
      ),
    );
  }
}

/** Whether an entry is where it was: the same one, not another that got its id. */
function isThere(reply: unknown, place: Place): boolean {
  const [entry] = readEntries(reply);
  return entry !== undefined && decodeEntry(entry).tag === place.tag;
}
