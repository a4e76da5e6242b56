// Longer than other files: one state machine, read in two ways that share its state.
import { markEventFeed, type EventBatch, type EventFeed } from '../sse/event-feed.js';
import type { ServerSentEvent } from '../sse/server-sent-event.js';
import type { BrokerHistory } from './broker.js';
import type { FanOut, Reader } from './fan-out.js';
import { GapNotice } from './gap-notice.js';
import type { Subscription, SubscriptionEnd } from './subscription.js';

type Result = IteratorResult<ServerSentEvent>;

interface Waiter {
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** Characters that are gathered into one write. */
const WRITE_SIZE = 64 * 1024;

/**
 * A place in the log of a channel, and what comes before it: the history, and notices of gaps.
 *
 * Order that matters: the place is taken before the history is read, so nothing is between the two; what is in both is
 * cut off the history. Everything that is made for a waiting reader is made when it waits: an idle one is this object,
 * its weak reference, and its line in a set.
 */
export class ChannelSubscription<T> implements Subscription<T>, EventFeed, Reader {
  place: number;
  endedBy: SubscriptionEnd | undefined;
  readonly #fanOut: FanOut;
  readonly #ref: WeakRef<Reader>;
  /** What comes before the log, while there is some. */
  #before: ServerSentEvent[] | undefined;
  /** How many of `#before` were taken. */
  #taken = 0;
  /** Whether the broker is still reading the history. */
  #joining = false;
  #begun = false;
  readonly #replays: boolean;
  #failure: { readonly error: unknown } | undefined;
  #onReady: (() => void) | undefined;
  #waiting: Waiter[] | undefined;
  #stopListening: (() => void) | undefined;

  constructor(
    fanOut: FanOut,
    readHistory: (() => BrokerHistory | Promise<BrokerHistory>) | undefined,
    signal: AbortSignal | undefined,
    /** Whether the history is asked for as all that is kept, not as what came after an event. */
    replays = false,
  ) {
    this.#fanOut = fanOut;
    this.#replays = replays;
    this.place = fanOut.end;
    this.#ref = fanOut.join(this);
    if (signal?.aborted === true) {
      this.#end('aborted');
      return;
    }
    if (signal !== undefined) this.#listen(signal);
    try {
      const history = readHistory?.();
      if (history !== undefined && 'then' in history) this.#join(history);
      else if (history !== undefined) this.#begin(history);
    } catch (error) {
      // Nobody gets the subscription: it would stay on the channel as long as its signal holds it.
      this.#end('failed');
      throw error;
    }
  }

  get done(): boolean {
    return this.endedBy !== undefined && this.#failure === undefined;
  }

  take(): EventBatch | undefined {
    this.#read();
    this.#throwFailure();
    if (this.endedBy !== undefined || this.#joining) return undefined;
    if (this.#before !== undefined) return this.#takeBefore(this.#before);
    const batch = this.#fanOut.take(this.place);
    if (batch === undefined) {
      if (this.#fanOut.closed) this.#end('closed');
      return undefined;
    }
    this.#move(batch.events);
    return batch;
  }

  whenReady(callback: () => void): void {
    this.#read();
    this.#onReady = callback;
    // What came before is not announced again.
    if (this.#hasSomething()) setImmediate(() => this.wake());
  }

  next(): Promise<Result> {
    this.#read();
    try {
      const result = this.#waiting === undefined || this.#waiting.length === 0 ? this.#takeOne() : undefined;
      if (result !== undefined) return Promise.resolve(result);
    } catch (error) {
      // The broker's error as it is.
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
      return Promise.reject(error);
    }
    return new Promise((resolve, reject) => {
      (this.#waiting ??= []).push({ resolve, reject });
    });
  }

  return(): Promise<Result> {
    this.#onReady = undefined;
    this.#end('returned');
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  values(): AsyncIterableIterator<T> {
    const next = async (): Promise<IteratorResult<T>> => {
      for (;;) {
        const result = await this.next();
        if (result.done === true) return { done: true, value: undefined };
        const event = result.value;
        const value = event.data === undefined ? event.rawData : event.data;
        if (value !== undefined && !(event instanceof GapNotice)) return { done: false, value: value as T };
      }
    };
    const leave = async (): Promise<IteratorResult<T>> => {
      await this.return();
      return { done: true, value: undefined };
    };
    // Not a generator, whose return() would wait for its pending next().
    const values: AsyncIterableIterator<T> = { next, return: leave, [Symbol.asyncIterator]: () => values };
    return values;
  }

  wake(): void {
    if (!this.#hasSomething()) return;
    const onReady = this.#onReady;
    this.#onReady = undefined;
    while (this.#waiting !== undefined && this.#waiting.length > 0) {
      if (!this.#answer(this.#waiting)) break;
    }
    try {
      onReady?.();
    } catch (error) {
      // Whatever one reader does with its events, the others get theirs.
      queueMicrotask(() => {
        throw error;
      });
    }
  }

  overflow(): void {
    const { counts, whenFull, limit, end } = this.#fanOut;
    if (whenFull === 'disconnect') {
      counts.disconnected += 1;
      this.#end('too-slow');
      return;
    }
    const place = end - limit;
    const lost = place - this.place;
    counts.dropped += lost;
    this.place = place;
    const notice = new GapNotice('dropped', this.#fanOut.at(place - 1)?.position);
    // A gap that grows is one gap.
    if (this.#before?.at(-1) instanceof GapNotice) this.#before.pop();
    (this.#before ??= []).push(notice);
  }

  /** Someone reads: from now on the channel holds this subscription, until it ends. */
  #read(): void {
    if (this.#begun) return;
    this.#begun = true;
    if (this.endedBy === undefined) this.#fanOut.begin(this, this.#ref);
  }

  #hasSomething(): boolean {
    if (this.#failure !== undefined || this.endedBy !== undefined) return true;
    if (this.#joining) return false;
    return this.#before !== undefined || this.place < this.#fanOut.end || this.#fanOut.closed;
  }

  /** Answers the first that waits, if there is something for it. */
  #answer(waiting: Waiter[]): boolean {
    try {
      const result = this.#takeOne();
      if (result === undefined) return false;
      waiting.shift()?.resolve(result);
    } catch (error) {
      waiting.shift()?.reject(error);
    }
    return true;
  }

  #takeOne(): Result | undefined {
    this.#throwFailure();
    if (this.endedBy !== undefined) return { done: true, value: undefined };
    if (this.#joining) return undefined;
    if (this.#before !== undefined) {
      const event = this.#before[this.#taken];
      if (event !== undefined) {
        this.#took(this.#before, 1);
        return { done: false, value: event };
      }
    }
    const placed = this.#fanOut.at(this.place);
    if (placed !== undefined) {
      this.#move(1);
      return { done: false, value: placed.event };
    }
    if (!this.#fanOut.closed) return undefined;
    this.#end('closed');
    return { done: true, value: undefined };
  }

  #takeBefore(before: readonly ServerSentEvent[]): EventBatch {
    let text = '';
    let events = 0;
    for (const event of before.slice(this.#taken)) {
      text += event.text;
      events += 1;
      if (text.length >= WRITE_SIZE) break;
    }
    this.#took(before, events);
    return { bytes: Buffer.from(text), events };
  }

  #took(before: readonly ServerSentEvent[], events: number): void {
    for (const event of before.slice(this.#taken, this.#taken + events)) {
      if (!(event instanceof GapNotice)) this.#fanOut.counts.delivered += 1;
    }
    this.#taken += events;
    if (this.#taken < before.length) return;
    this.#before = undefined;
    this.#taken = 0;
  }

  #move(events: number): void {
    const { counts, end } = this.#fanOut;
    counts.delivered += events;
    this.place += events;
    if (this.place === end) this.#fanOut.settleSoon();
  }

  /** Begins with the history. */
  #begin({ complete, after, events }: BrokerHistory): void {
    if (this.#replays && this.#before === undefined) {
      this.#replay(events);
      return;
    }
    const history: ServerSentEvent[] = complete ? [] : [new GapNotice('expired', after)];
    for (const { event } of events) history.push(event);
    // What has come meanwhile may be in the history, or be older than what was asked for. In that case the last event
    // of the history has come too.
    const last = events.at(-1)?.position ?? after;
    let number = this.place;
    while (number < this.#fanOut.end && this.#fanOut.at(number)?.position !== last) number += 1;
    if (number < this.#fanOut.end) {
      this.place = number + 1;
      // All that overflowed meanwhile was older.
      this.#before = undefined;
    }
    if (this.#before !== undefined) history.push(...this.#before);
    this.#before = history.length > 0 ? history : undefined;
  }

  /** Begins with all that is kept. What came meanwhile is given too, though the history has not kept all of it. */
  #replay(events: BrokerHistory['events']): void {
    const came = new Set<string | undefined>();
    for (let number = this.place; number < this.#fanOut.end; number += 1) {
      came.add(this.#fanOut.at(number)?.position);
    }
    const inBoth = events.findIndex(({ position }) => came.has(position));
    const history = inBoth === -1 ? events : events.slice(0, inBoth);
    this.#before = history.length > 0 ? history.map(({ event }) => event) : undefined;
  }

  #join(history: Promise<BrokerHistory>): void {
    this.#joining = true;
    history
      .then((read) => {
        this.#joining = false;
        if (this.endedBy !== undefined) return;
        this.#begin(read);
        this.wake();
      })
      // What the broker read may be no history, too.
      .catch((error: unknown) => {
        this.#joining = false;
        if (this.endedBy !== undefined) return;
        this.#failure = { error };
        this.#end('failed');
      });
  }

  #throwFailure(): void {
    if (this.#failure === undefined) return;
    const { error } = this.#failure;
    this.#failure = undefined;
    throw error;
  }

  #listen(signal: AbortSignal): void {
    const onAbort = (): void => {
      this.#end('aborted');
    };
    signal.addEventListener('abort', onAbort);
    this.#stopListening = () => {
      signal.removeEventListener('abort', onAbort);
    };
  }

  #end(reason: SubscriptionEnd): void {
    if (this.endedBy !== undefined) return;
    this.endedBy = reason;
    this.place = Infinity;
    this.#before = undefined;
    this.#stopListening?.();
    this.#stopListening = undefined;
    this.#fanOut.leave(this, this.#ref);
    this.wake();
  }
}

markEventFeed(ChannelSubscription.prototype);
