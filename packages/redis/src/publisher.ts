// Longer than other files: one queue, and what becomes of an event when a connection breaks.
import type { ServerSentEvent } from '@sluice/core';

import type { Settings } from './broker-options.js';
import { BrokenConnection } from './broken-connection.js';
import { closedError, type Connection } from './connection.js';
import { encodeEntry, decodeEntry, type Tags } from './entry.js';
import { BEGINNING, toPosition } from './position.js';
import { RedisBrokerError, toBrokerError } from './redis-broker-error.js';
import { readEntries } from './replies.js';

/** Entries that are read at a time, where it has to be found out whether an event was stored. */
const PAGE = 1000;
/** How much of the time to live of a stream may pass before it is set anew. */
const RENEWED_AT = 0.1;

interface Publication {
  readonly number: number;
  readonly key: string;
  readonly words: readonly string[];
  readonly tag: string;
  readonly id: string | undefined;
  /** Whether it was sent and not answered: it may have been stored. */
  uncertain: boolean;
  readonly resolve: (id: string) => void;
  readonly reject: (error: RedisBrokerError) => void;
}

/**
 * Stores events, in the order in which they were published.
 *
 * Order that matters, when a connection broke under `waitToPublish`: the old connection is ended at Redis too, which may
 * still have something of it to read; then it is looked up which events were stored; the others are sent again.
 */
export class Publisher {
  readonly #settings: Settings;
  readonly #connection: Connection;
  readonly #tags: Tags;
  #number = 0;
  #waiting: Publication[] = [];
  /** Whether what is published has to wait behind others. */
  #held = true;
  #starting = false;
  #startFailed = false;
  #closed = false;
  #inFlight = 0;
  #onIdle: (() => void) | undefined;
  /** What Redis calls the connection, in which run of it. */
  #client: { readonly id: string | undefined; readonly run: string | undefined } | undefined;
  /** By key: the last entry that was stored, and when the time to live was set. */
  readonly #stored = new Map<string, string>();
  readonly #renewed = new Map<string, number>();

  constructor(settings: Settings, connection: Connection, tags: Tags) {
    this.#settings = settings;
    this.#connection = connection;
    this.#tags = tags;
  }

  /** @returns The id of the event: its own, or its position. */
  publish(key: string, maxLength: number, event: ServerSentEvent): Promise<string> {
    if (this.#closed) return Promise.reject(closedError(this.#settings.where));
    const tag = this.#tags.next();
    const length = this.#settings.trim === 'exact' ? [String(maxLength)] : ['~', String(maxLength)];
    const words = [key, 'MAXLEN', ...length, '*', ...encodeEntry(tag, event)];
    return new Promise((resolve, reject) => {
      const number = (this.#number += 1);
      const publication = { number, key, words, tag, id: event.id, uncertain: false, resolve, reject };
      if (!this.#held && this.#connection.ready) this.#send(publication);
      else this.#hold(publication);
    });
  }

  /** There is a connection: what waits is sent. */
  async resume(): Promise<void> {
    this.#startFailed = false;
    const { made, run } = this.#connection;
    // Another run of Redis gives the same ids to others.
    const former = run !== undefined && this.#client?.run === run ? this.#client.id : undefined;
    this.#held = true;
    try {
      if (this.#settings.waitToPublish) {
        const asking = this.#connection.call(['CLIENT', 'ID']).then(
          (id) => String(id),
          () => undefined,
        );
        if (this.#waiting.some(({ uncertain }) => uncertain)) await this.#findStored(former);
        this.#client = { id: await asking, run };
      }
    } catch (error) {
      if (error instanceof BrokenConnection) return;
      this.#rejectWaiting(toBrokerError(error, this.#settings.where));
    }
    if (made !== this.#connection.made || !this.#connection.ready || this.#closed) return;
    const waiting = this.#waiting.sort((one, other) => one.number - other.number);
    this.#waiting = [];
    this.#held = false;
    for (const publication of waiting) this.#send(publication);
  }

  /** Takes no more; resolves when all that was sent is answered. What waits fails. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#rejectWaiting(closedError(this.#settings.where));
    if (this.#inFlight === 0) return;
    await new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
  }

  #hold(publication: Publication): void {
    const { waitToPublish, waitingLimit, where } = this.#settings;
    const isStart = this.#connection.made === 0 && !this.#startFailed;
    if (!waitToPublish && !isStart && !this.#connection.ready) {
      publication.reject(this.#connection.problem);
      return;
    }
    if (this.#waiting.length >= waitingLimit) {
      const problem = `${this.#waiting.length} events wait already: ${this.#connection.problem.message}`;
      publication.reject(
        new RedisBrokerError('REDIS_WAITING_FULL', where, problem, 'raise waitingLimit, or publish less'),
      );
      return;
    }
    this.#waiting.push(publication);
    if (isStart) this.#start();
  }

  /** Nobody has waited for the first connection before this event. */
  #start(): void {
    if (this.#starting) return;
    this.#starting = true;
    if (this.#settings.waitToPublish) {
      this.#connection.open();
      return;
    }
    this.#connection
      .whenReached()
      .catch((error: unknown) => {
        this.#startFailed = true;
        this.#rejectWaiting(toBrokerError(error, this.#settings.where));
      })
      .finally(() => {
        this.#starting = false;
      });
  }

  #send(publication: Publication): void {
    this.#inFlight += 1;
    publication.uncertain = true;
    this.#connection.call(['XADD', ...publication.words]).then(
      (id) => {
        this.#succeed(publication, String(id));
        this.#land();
      },
      (error: unknown) => {
        this.#fail(publication, error);
        this.#land();
      },
    );
    this.#renew(publication.key);
  }

  #land(): void {
    this.#inFlight -= 1;
    if (this.#inFlight === 0) this.#onIdle?.();
  }

  #succeed({ key, id, tag, resolve }: Publication, entryId: string): void {
    if (this.#settings.waitToPublish) this.#stored.set(key, entryId);
    resolve(id ?? toPosition({ id: entryId, tag }));
  }

  #fail(publication: Publication, error: unknown): void {
    const { waitToPublish, where } = this.#settings;
    if (error instanceof BrokenConnection) {
      if (!error.sent) publication.uncertain = false;
      if (waitToPublish && !this.#closed) this.#putBack(publication);
      else if (error.sent) publication.reject(uncertainError(error.problem, where));
      else publication.reject(error.problem);
      return;
    }
    const known = toBrokerError(error, where);
    // A replica now: a new connection finds the primary.
    if (known.code === 'REDIS_READ_ONLY') this.#connection.renew(known);
    if (waitToPublish && !this.#closed && isPassing(known)) {
      publication.uncertain = false;
      this.#putBack(publication);
      if (known.code === 'REDIS_LOADING') this.#connection.renew(known);
    } else publication.reject(known);
  }

  #putBack(publication: Publication): void {
    this.#held = true;
    this.#waiting.push(publication);
  }

  /** Tells those that were stored before the connection broke from the others. */
  async #findStored(former: string | undefined): Promise<void> {
    if (former !== undefined) {
      // Not allowed to everyone; without it, a Redis that hung may store an event after it was looked up.
      await this.#connection.call(['CLIENT', 'KILL', 'ID', former]).catch((error: unknown) => {
        if (error instanceof BrokenConnection) throw error;
      });
    }
    const uncertain = this.#waiting.filter((publication) => publication.uncertain);
    for (const key of new Set(uncertain.map((publication) => publication.key))) {
      const asked = new Map(
        uncertain.filter((each) => each.key === key).map((each) => [each.tag, each] as const),
      );
      for await (const [id, tag] of this.#eachEntry(key)) {
        const publication = asked.get(tag);
        if (publication === undefined) continue;
        this.#waiting = this.#waiting.filter((each) => each !== publication);
        this.#succeed(publication, id);
      }
      for (const each of asked.values()) each.uncertain = false;
    }
  }

  /** Each entry from the last one on that this process knows to be stored. */
  async *#eachEntry(key: string): AsyncGenerator<[id: string, tag: string]> {
    let from = this.#stored.get(key) ?? BEGINNING.id;
    for (;;) {
      const reply = await this.#connection.call(['XRANGE', key, from, '+', 'COUNT', PAGE]);
      const entries = readEntries(reply).map(decodeEntry);
      for (const { id, tag } of entries) if (tag !== undefined) yield [id, tag];
      const last = entries.at(-1);
      if (last === undefined || entries.length < PAGE) return;
      from = last.id;
    }
  }

  /** Sets how long the stream is kept from now on, not at each event. */
  #renew(key: string): void {
    const { keepFor } = this.#settings;
    if (keepFor === undefined) return;
    const now = Date.now();
    if (now - (this.#renewed.get(key) ?? -Infinity) < keepFor * RENEWED_AT) return;
    this.#renewed.set(key, now);
    this.#connection.call(['PEXPIRE', key, keepFor]).catch(() => {
      this.#renewed.delete(key);
    });
  }

  #rejectWaiting(error: RedisBrokerError): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { reject } of waiting) reject(error);
  }
}

/** Whether it goes by without anyone changing the settings. */
function isPassing({ code }: RedisBrokerError): boolean {
  return code === 'REDIS_READ_ONLY' || code === 'REDIS_LOADING';
}

function uncertainError(problem: RedisBrokerError, where: string): RedisBrokerError {
  return new RedisBrokerError(
    'REDIS_UNCERTAIN',
    where,
    `the connection broke before Redis had answered, so the event may have been stored (${problem.message})`,
    'publish it again if twice is better than never, or let it wait: waitToPublish',
    { cause: problem },
  );
}
