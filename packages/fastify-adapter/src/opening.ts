import type { EventStreamParts } from '@sluice/core/internal';

import { beginBody, type StreamHead } from './begin-body.js';
import type { BodyStream } from './body-stream.js';
import type { Link } from './chain.js';
import type { Exchange } from './exchange.js';
import type { LateQueue, Waiting } from './late-watch.js';

/** A body whose first item may be late. */
interface OpeningBody extends BodyStream {
  /** The first item is late: the body begins with this, and ends its opening. */
  beginLate(text: string): void;
}

/**
 * The wait for the first item of a body, before its head is sent: what the handler gives Fastify meanwhile.
 *
 * It begins without a promise, so that head and item go out as soon as the item is there: the promises that it took, and the
 * turns of their reactions, were a fiftieth of the time to the first byte of a stream. To all who ask it is one: a plugin that
 * wraps handlers chains on it, or asks beside Fastify.
 *
 * It has what it does later in its fields, where closures would be twice as large: thousands of clients may come back at once.
 */
export class Opening implements Waiting {
  dueAt = 0;
  readonly #exchange: Exchange;
  readonly #body: OpeningBody;
  readonly #head: StreamHead;
  readonly #events: EventStreamParts | undefined;
  #queue: LateQueue | undefined;
  #link: Link<Waiting> | undefined;
  #over = false;
  #failure: Promise<never> | undefined;
  /** What it is to who asks, and settles that. */
  #promise: Promise<void> | undefined;
  #settle: ((failure?: Promise<never>) => void) | undefined;

  constructor(exchange: Exchange, body: OpeningBody, head: StreamHead, events: EventStreamParts | undefined) {
    this.#exchange = exchange;
    this.#body = body;
    this.#head = head;
    this.#events = events;
    // Of an event stream the first item is not awaited long, so that the client knows that it is connected.
    const timeout = events?.firstItemTimeout ?? null;
    if (timeout === null) return;
    const queue = exchange.late.queueOf(timeout);
    this.dueAt = queue.dueAt;
    this.#queue = queue;
    this.#link = queue.add(this);
  }

  /** The first item is late. */
  late(): void {
    this.#link = undefined;
    // The timer is that of many.
    this.#exchange.runInContext(beginLate, this);
  }

  beginLate(): void {
    this.#body.beginLate(this.#events?.opening ?? '');
  }

  /** The head can be sent, or the response has ended. Called once, inside of the request's context. */
  end(): void {
    this.#stopWaiting();
    if (this.#exchange.ended === undefined) {
      try {
        beginBody(this.#exchange, this.#body, this.#head, this.#events);
      } catch (error) {
        this.fail(error);
        return;
      }
    }
    this.#over = true;
    this.#exchange.handled();
    if (this.#settle !== undefined) this.#exchange.onItsWay(this.#settle);
  }

  /** The source failed before the head was sent, as a handler can. */
  fail(error: unknown): void {
    this.#stopWaiting();
    this.#over = true;
    const failure = new Promise<never>((resolve) => {
      resolve(this.#exchange.failInto(error));
    });
    if (this.#settle === undefined) this.#failure = failure;
    else this.#settle(failure);
  }

  #stopWaiting(): void {
    if (this.#link !== undefined) this.#queue?.remove(this.#link);
    this.#link = undefined;
  }

  /** As that of a promise: calls back when there is nothing more to do for the handler, or with the error to answer. */
  then<Told, Failed>(
    tell?: (() => Told | PromiseLike<Told>) | null,
    tellFailure?: ((error: unknown) => Failed | PromiseLike<Failed>) | null,
  ): Promise<Told | Failed> {
    return this.#toPromise().then<Told, Failed>(tell, tellFailure);
  }

  #toPromise(): Promise<void> {
    this.#promise ??=
      this.#failure ??
      new Promise<void>((resolve) => {
        if (this.#over) this.#exchange.onItsWay(resolve);
        else this.#settle = resolve;
      });
    return this.#promise;
  }
}

function beginLate(opening: Opening): void {
  opening.beginLate();
}
