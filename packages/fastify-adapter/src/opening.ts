/** The wait for the first item of a body, before its head is sent. */
export class Opening {
  /** Resolves when the head can be sent, or need not be any more. */
  readonly over: Promise<void>;
  #resolve!: () => void;
  #reject!: (error: unknown) => void;
  readonly #timer: NodeJS.Timeout | undefined;

  /** @param timeout Milliseconds after which the head is sent without the item; null waits for it. */
  constructor(timeout: number | null, onLate: () => void) {
    this.over = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    if (timeout !== null) this.#timer = setTimeout(onLate, timeout);
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#resolve();
  }

  fail(error: unknown): void {
    clearTimeout(this.#timer);
    this.#reject(error);
  }
}
