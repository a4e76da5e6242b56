import type { Exchange } from './exchange.js';

/**
 * The wait for the first item of a body, before its head is sent: what the handler gives Fastify meanwhile.
 *
 * It begins without a promise, so that head and item go out as soon as the item is there: the promises that it took, and the
 * turns of their reactions, were a fiftieth of the time to the first byte of a stream. To all who ask it is one: a plugin that
 * wraps handlers chains on it, or asks beside Fastify.
 */
export class Opening {
  readonly #exchange: Exchange;
  /** Sends the head, and what there is of the body. */
  readonly #begin: () => void;
  #timer: NodeJS.Timeout | undefined;
  #over = false;
  #failure: Promise<never> | undefined;
  /** What it is to who asks, and settles that. */
  #promise: Promise<void> | undefined;
  #settle: ((failure?: Promise<never>) => void) | undefined;

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
    if (this.#settle !== undefined) this.#exchange.onItsWay(this.#settle);
  }

  /** The source failed before the head was sent, as a handler can. */
  fail(error: unknown): void {
    clearTimeout(this.#timer);
    this.#over = true;
    const failure = new Promise<never>((resolve) => {
      resolve(this.#exchange.failInto(error));
    });
    if (this.#settle === undefined) this.#failure = failure;
    else this.#settle(failure);
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
