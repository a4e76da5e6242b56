import { ResponseError } from '../errors/response-error.js';
import type { ServerSentEventFields } from '../sse/event-fields.js';
import { ServerSentEvent } from '../sse/server-sent-event.js';
import type { BrokerChannel } from './broker.js';
import { checkChannelOptions, type ChannelOptions } from './channel-options.js';
import { ChannelSubscription } from './channel-subscription.js';
import { FanOut } from './fan-out.js';
import { GapNotice } from './gap-notice.js';
import { MemoryBroker } from './memory-broker.js';
import type { Subscription } from './subscription.js';

const DEFAULT_QUEUE_LIMIT = 1000;
/** Characters of an id: up to three bytes each, in a header of which nginx takes 8 KiB by default, and Node 16 KiB of all. */
const LONGEST_ID = 2000;
/** RFC 9110 section 5.5. A tab is none of the control characters that are refused. */
const UNSENDABLE = /^[ \t]|[ \t]$|[^\P{Cc}\t]|\p{Surrogate}/u;

/** Options of a subscription. */
export interface SubscribeOptions {
  /**
   * The `Last-Event-ID` that a client came back with: it gets what was published since, then what is new. Where that is
   * not kept any more, or the id is not known, a `reset` event comes first, then all that is kept. Undefined and empty
   * text: none.
   */
  lastEventId?: string | undefined;
  /** Without a `lastEventId`: begin with all that is kept. Default false: with what is published from now on. */
  replay?: boolean | undefined;
  /** Ends the subscription at once. A response ends its own without it. */
  signal?: AbortSignal | undefined;
}

/** What a channel has done in this process, and who is there. */
export interface ChannelCounts {
  /** Subscriptions that are being read now. */
  readonly subscribers: number;
  /** Events that were published here. */
  readonly published: number;
  /** Events that subscriptions gave to their readers, each for each; notices of gaps are not counted. */
  readonly delivered: number;
  /** Events that subscriptions lost under `whenFull: 'drop-oldest'`, each for each. */
  readonly dropped: number;
  /** Subscriptions that were ended under `whenFull: 'disconnect'`. */
  readonly disconnected: number;
}

/** Fields of an event beside its data. */
export type EventDetails = Omit<ServerSentEventFields, 'data' | 'rawData'>;

/**
 * One event to many clients.
 *
 * ```ts
 * const prices = new Channel<Price>({ name: 'prices', history: 100 });
 *
 * prices.publish({ symbol: 'ACME', price: 9.5 }, { event: 'price' });
 *
 * @Get('/prices')
 * watch(@Header('last-event-id', { optional: true }) lastEventId?: string) {
 *   return new EventSourceResponse(prices.subscribe({ lastEventId }));
 * }
 * ```
 *
 * @throws SetupError CHANNEL_INVALID when the options are not as {@link ChannelOptions} says.
 */
export class Channel<T = unknown> {
  readonly name: string;
  readonly #source: BrokerChannel;
  readonly #fanOut: FanOut;
  #receiving = false;
  #closing: Promise<void> | undefined;

  constructor(options: ChannelOptions = {}) {
    checkChannelOptions(options);
    const { name = 'channel', history = 0, broker = new MemoryBroker() } = options;
    this.name = name;
    this.#fanOut = new FanOut(options.queueLimit ?? DEFAULT_QUEUE_LIMIT, options.whenFull ?? 'drop-oldest');
    this.#source = broker.open(name, { history });
  }

  /** What was counted until now. */
  get counts(): ChannelCounts {
    return { subscribers: this.#fanOut.readers, ...this.#fanOut.counts };
  }

  /** Whether `close()` was called. */
  get closed(): boolean {
    return this.#closing !== undefined;
  }

  /**
   * Publishes a value, as the JSON data of an event, or an event. It is encoded once, here, and what is published in one
   * turn of the event loop leaves as one write for each client.
   *
   * An event without an id gets one, which a client sends back as `Last-Event-ID`. Ids of your own must not repeat
   * while they are kept, have 1 to 2,000 characters, no control characters, and no blank at their ends.
   *
   * @returns The id; of a broker that is another server a promise, which rejects when it cannot be reached.
   * @throws ResponseError EVENT_INVALID when it cannot be an event, CHANNEL_CLOSED after `close()`.
   */
  publish(event: ServerSentEvent): string | Promise<string>;
  publish(value: T, details?: EventDetails): string | Promise<string>;
  publish(value: unknown, details?: EventDetails): string | Promise<string> {
    this.#checkOpen('takes no events');
    const id = this.#source.publish(toEvent(value, details));
    const { counts } = this.#fanOut;
    if (typeof id === 'string') {
      counts.published += 1;
      return id;
    }
    return id.then((given) => {
      counts.published += 1;
      return given;
    });
  }

  /**
   * Joins the channel now: nothing that is published after this call is missed, however late the reading begins.
   *
   * A subscription that is never read costs nothing for long: it is bounded like any, and goes when nothing refers to
   * it. One that was read ends with its `signal`, its `return()` (a response calls it, `for await` too), or the channel.
   *
   * @throws ResponseError CHANNEL_CLOSED after `close()`, SUBSCRIPTION_INVALID for options that are not as
   *   {@link SubscribeOptions} says.
   */
  subscribe(options: SubscribeOptions = {}): Subscription<T> {
    this.#checkOpen('takes no subscribers');
    checkSubscribeOptions(options);
    this.#receive();
    const { signal, replay = false } = options;
    const lastEventId = options.lastEventId === '' ? undefined : options.lastEventId;
    const readsHistory = lastEventId !== undefined || replay;
    const read = () => this.#source.read(lastEventId);
    const replays = lastEventId === undefined;
    return new ChannelSubscription<T>(this.#fanOut, readsHistory ? read : undefined, signal, replays);
  }

  /**
   * Closes the channel: every subscription ends once it has given what waits for it. Closing again changes nothing.
   *
   * @returns When the broker has let go of the channel; not when subscribers have read to the end.
   */
  close(): Promise<void> {
    if (this.#closing === undefined) {
      this.#fanOut.close();
      this.#closing = (async () => this.#source.close())();
    }
    return this.#closing;
  }

  /** Who has no subscribers does not listen; from the first one on the channel does, until it is closed. */
  #receive(): void {
    if (this.#receiving) return;
    this.#source.subscribe({
      onEvents: (events) => {
        this.#fanOut.append(events);
      },
      onGap: (position) => {
        this.#fanOut.append([{ event: new GapNotice('broker', position), position: undefined }]);
      },
    });
    // Where that failed, the next subscriber tries again: else none of them would hear of anything.
    this.#receiving = true;
  }

  #checkOpen(consequence: string): void {
    if (this.closed) {
      throw new ResponseError(
        'CHANNEL_CLOSED',
        `the channel ${JSON.stringify(this.name)} was closed, and ${consequence}.`,
      );
    }
  }
}

function toEvent(value: unknown, details: EventDetails | undefined): ServerSentEvent {
  if (!ServerSentEvent.is(value)) return checkId(new ServerSentEvent({ ...details, data: value }));
  if (details === undefined) return checkId(value);
  throw new ResponseError('EVENT_INVALID', 'a ServerSentEvent says itself what stands beside its data.');
}

/**
 * An id that its clients send back as it is. HTTP takes blanks from the ends of a header's value, and refuses control characters
 * and what is very long, at which a browser closes its `EventSource` for good; half of a surrogate pair arrives as another
 * character; with an empty id a client forgets the one that it has.
 */
function checkId(event: ServerSentEvent): ServerSentEvent {
  const { id } = event;
  if (id === undefined) return event;
  if (id !== '' && id.length <= LONGEST_ID && !UNSENDABLE.test(id)) return event;
  const shown = id.length <= LONGEST_ID ? JSON.stringify(id) : `of ${String(id.length)} characters`;
  throw new ResponseError(
    'EVENT_INVALID',
    `no client comes back with the id ${shown}: an id in a channel has 1 to ${String(LONGEST_ID)} characters, no blank at its ends, no control characters and no half of a surrogate pair.`,
  );
}

function checkSubscribeOptions(options: SubscribeOptions): void {
  const { lastEventId, replay, signal } = options as Readonly<Record<string, unknown>>;
  if (lastEventId !== undefined && typeof lastEventId !== 'string') {
    throw new ResponseError(
      'SUBSCRIPTION_INVALID',
      `lastEventId is the text of a Last-Event-ID header, or undefined, not ${kindOf(lastEventId)}.`,
    );
  }
  if (replay !== undefined && typeof replay !== 'boolean') {
    throw new ResponseError('SUBSCRIPTION_INVALID', `replay is true or false, not ${kindOf(replay)}.`);
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new ResponseError('SUBSCRIPTION_INVALID', `signal is an AbortSignal, not ${kindOf(signal)}.`);
  }
}

function kindOf(value: unknown): string {
  return value === null ? 'null' : typeof value;
}
