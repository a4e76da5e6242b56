import type { OpenSource } from '@sluice/core/internal';

/**
 * The source of a body, opened: it is pulled until it ends, fails, or is stopped, and tells when it has let go of what it holds.
 */
export class BodySource {
  readonly open: OpenSource<unknown>;
  readonly #onError: (error: unknown) => void;
  #settled = false;
  #stopped = false;
  #waiting: (() => void)[] = [];

  /** @param onError Gets an error of the source's clean-up, which nobody waits for any more. */
  constructor(open: OpenSource<unknown>, onError: (error: unknown) => void) {
    this.open = open;
    this.#onError = onError;
  }

  /** Whether the source has ended, failed, or finished its clean-up. */
  get settled(): boolean {
    return this.#settled;
  }

  /** Says that the source has ended or failed by itself. */
  settle(): void {
    if (this.#settled) return;
    this.#settled = true;
    for (const tell of this.#waiting) tell();
    this.#waiting = [];
  }

  /**
   * Asks the source to stop: a generator at a `yield` runs its `finally`. One that waits for something goes on waiting,
   * since `return()` queues behind the pending `next()`; nobody waits for it here.
   */
  stop(): void {
    if (this.#settled || this.#stopped) return;
    this.#stopped = true;
    try {
      const { iterator } = this.open;
      const result: unknown = iterator.return?.();
      if (!(result instanceof Promise)) {
        this.settle();
        return;
      }
      result.then(
        () => {
          this.settle();
        },
        (error: unknown) => {
          this.#failWhileStopping(error);
        },
      );
    } catch (error) {
      this.#failWhileStopping(error);
    }
  }

  /** Calls back once the source is settled; at once if it is. */
  onSettled(tell: () => void): void {
    if (this.#settled) tell();
    else this.#waiting.push(tell);
  }

  #failWhileStopping(error: unknown): void {
    this.#onError(error);
    this.settle();
  }
}
