import type { EventBatch } from '../sse/event-feed.js';
import type { ServerSentEvent } from '../sse/server-sent-event.js';

/** Characters that are gathered into one write. */
const WRITE_SIZE = 64 * 1024;
/** Subscriptions that wait to be read, before the first look for those that nobody holds any more. */
const FIRST_SWEEP = 64;

/** What a subscriber does when its queue is full. */
export type WhenFull = 'drop-oldest' | 'disconnect';

/** An event in the log. */
export interface LogEntry {
  readonly event: ServerSentEvent;
  /** That of the broker; a notice of a gap has none. */
  readonly position: string | undefined;
}

/** A place in the log, which its owner moves forward. */
export interface Reader {
  /** Number of the event that it takes next; Infinity once it has left. */
  readonly place: number;
  /** There may be something to take. Does not throw. */
  wake(): void;
  /** More than the queue's limit waits. Moves the place on to `limit` before the end, or leaves. */
  overflow(): void;
}

/** What a channel counts. */
export interface Counts {
  published: number;
  delivered: number;
  dropped: number;
  disconnected: number;
}

/**
 * One log for all subscribers of a channel in this process: a subscriber's queue is its place in it, so that an event is
 * held, encoded and joined with its neighbours once, however many wait for it.
 *
 * Order that matters: events of one turn of the event loop are gathered; at its end everyone is woken; one turn later,
 * when loops that were woken had their chance to take, the queues are measured and what all have taken is let go.
 */
export class FanOut {
  readonly counts: Counts = { published: 0, delivered: 0, dropped: 0, disconnected: 0 };
  #log: LogEntry[] = [];
  #first = 0;
  #closed = false;
  #waking = false;
  #settling = false;
  /** What was joined since the last event came, by the number it begins with. */
  readonly #batches = new Map<number, EventBatch>();
  readonly #readers = new Set<Reader>();
  // Nobody ends a subscription that was never read: the collector does.
  readonly #unread = new Set<WeakRef<Reader>>();
  #sweepAt = FIRST_SWEEP;

  constructor(
    /** Most events that may wait for one reader when a turn has ended. */
    readonly limit: number,
    readonly whenFull: WhenFull,
  ) {}

  /** Number of the event that comes next. */
  get end(): number {
    return this.#first + this.#log.length;
  }

  /** Whether no event comes any more. */
  get closed(): boolean {
    return this.#closed;
  }

  /** How many are being read. */
  get readers(): number {
    return this.#readers.size;
  }

  append(entries: readonly LogEntry[]): void {
    if (this.#closed) return;
    for (const entry of entries) this.#log.push(entry);
    this.#batches.clear();
    // A publisher that does not let the turn end is stopped by nothing else.
    if (this.#log.length >= 2 * this.limit) this.#settle();
    this.#wakeSoon();
  }

  close(): void {
    this.#closed = true;
    this.#wakeSoon();
  }

  /** The event of a number, if it has come. */
  at(number: number): LogEntry | undefined {
    return this.#log[number - this.#first];
  }

  /** The events from a number on, joined: the same bytes for all who are there. */
  take(from: number): EventBatch | undefined {
    const known = this.#batches.get(from);
    if (known !== undefined) return known;
    const first = this.at(from);
    if (first === undefined) return undefined;
    let batch: EventBatch;
    if (from + 1 === this.end) batch = { bytes: first.event.bytes, events: 1 };
    else {
      let text = '';
      let next = from;
      for (let at: LogEntry | undefined = first; at !== undefined; at = this.at(next)) {
        text += at.event.text;
        next += 1;
        if (text.length >= WRITE_SIZE) break;
      }
      batch = { bytes: Buffer.from(text), events: next - from };
    }
    this.#batches.set(from, batch);
    return batch;
  }

  /** Holds the events from the reader's place on for it, as long as someone else holds the reader. */
  join(reader: Reader): WeakRef<Reader> {
    if (this.#unread.size >= this.#sweepAt) {
      for (const ref of this.#unread) if (ref.deref() === undefined) this.#unread.delete(ref);
      this.#sweepAt = Math.max(FIRST_SWEEP, 2 * this.#unread.size);
    }
    const ref = new WeakRef(reader);
    this.#unread.add(ref);
    return ref;
  }

  /** The reader begins to read, and is held until it leaves. */
  begin(reader: Reader, ref: WeakRef<Reader>): void {
    this.#unread.delete(ref);
    this.#readers.add(reader);
  }

  leave(reader: Reader, ref: WeakRef<Reader>): void {
    this.#unread.delete(ref);
    this.#readers.delete(reader);
    this.settleSoon();
  }

  /** Someone has taken all, or has left: what is held may not be needed any more. */
  settleSoon(): void {
    if (this.#settling || this.#log.length === 0) return;
    this.#settling = true;
    setImmediate(() => {
      this.#settling = false;
      this.#settle();
    });
  }

  #wakeSoon(): void {
    if (this.#waking) return;
    this.#waking = true;
    setImmediate(() => {
      this.#waking = false;
      this.settleSoon();
      for (const reader of this.#readers) reader.wake();
    });
  }

  /** Measures the queues, and lets go of what nobody waits for. */
  #settle(): void {
    const { end } = this;
    let needed = end;
    const measure = (reader: Reader): void => {
      if (end - reader.place > this.limit) reader.overflow();
      needed = Math.min(needed, reader.place);
    };
    for (const reader of this.#readers) measure(reader);
    for (const ref of this.#unread) {
      const reader = ref.deref();
      if (reader === undefined) this.#unread.delete(ref);
      else measure(reader);
    }
    if (needed === this.#first) return;
    this.#log.splice(0, needed - this.#first);
    this.#first = needed;
    this.#batches.clear();
  }
}
