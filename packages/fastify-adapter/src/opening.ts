import type { Exchange } from './exchange.js';

/**
 * The wait for the first item of a body, before its head is sent: what the handler gives Fastify meanwhile.
 *
 * Not a promise, so that head and item go out as soon as the item is there: the promises that it took, and the turns of their
 * reactions, were a fiftieth of the time to the first byte of a stream.
 */
export class Opening {
  readonly #exchange: Exchange;
  /** Sends the head, and what there is of the body. */
  readonly #begin: () => void;
  #timer: NodeJS.Timeout | undefined;
  #over = false;
  #failure: Promise<never> | undefined;
  #tell: (() => void) | undefined;
  #tellFailure: ((error: unknown) => void) | undefined;

  constructor(exchange: Exchange, begin: () => void) {
    this.#exchange = exchange;
    this.#begin = begin;
  }

  /** Calls back after so many milliseconds, unless it is over by then; null waits for the item. */
  limit(timeout: number | null, onLate: () => void): void {
    if (timeout !== null) this.#timer = setTimeout(onLate, timeout);
  }

  /** The head can be sent, or the response has ended. Called once, inside of the request's context. */
  end(): void {
    clearTimeout(this.#timer);
    if (this.#exchange.ended === undefined) {
      try {
        this.#begin();
      } catch (error) {
        this.fail(error);
        return;
      }
    }
    this.#over = true;
    this.#exchange.handled();
    if (this.#tell !== undefined) this.#exchange.onItsWay(this.#tell);
  }

  /** The source failed before the head was sent, as a handler can. */
  fail(error: unknown): void {
    clearTimeout(this.#timer);
    this.#over = true;
    const failure = new Promise<never>((resolve) => {
      resolve(this.#exchange.failInto(error));
    });
    if (this.#tellFailure === undefined) this.#failure = failure;
    else failure.catch(this.#tellFailure);
  }

  /** As Fastify and promises call it, once: tells when there is nothing more to do for them, or the error to answer. */
  then(tell: () => void, tellFailure: (error: unknown) => void): void {
    if (this.#failure !== undefined) this.#failure.catch(tellFailure);
    else if (this.#over) this.#exchange.onItsWay(tell);
    else {
      this.#tell = tell;
      this.#tellFailure = tellFailure;
    }
  }
}
