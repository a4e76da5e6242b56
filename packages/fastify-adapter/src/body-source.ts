import { isThenable, type OpenSource } from '@sluice/core/internal';

/** Who hears of an error of a source's clean-up, which nobody waits for any more. */
interface SourceOwner {
  cleanUpFailed(error: unknown): void;
}

/**
 * The source of a body, opened: it is pulled until it ends, fails, or is stopped, and tells when it has let go of what it holds.
 */
export class BodySource {
  /** One of the two: a record that tells which would be held by each idle stream. */
  readonly syncIterator: Iterator<unknown> | undefined;
  readonly asyncIterator: AsyncIterator<unknown> | undefined;
  readonly #owner: SourceOwner;
  #settled = false;
  #stopped = false;
  #waiting: (() => void) | undefined;
  /** The error that was told last: what fails twice with one error is told of once. */
  #told: { readonly error: unknown } | undefined;

  constructor(open: OpenSource<unknown>, owner: SourceOwner) {
    if (open.sync) this.syncIterator = open.iterator;
    else this.asyncIterator = open.iterator;
    this.#owner = owner;
  }

  /** Whether the source has ended, failed, or finished its clean-up. */
  get settled(): boolean {
    return this.#settled;
  }

  /** Says that the source has ended or failed by itself. */
  settle(): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#waiting?.();
    this.#waiting = undefined;
  }

  /**
   * Asks the source to stop: a generator at a `yield` runs its `finally`. One that waits for something goes on waiting,
   * since `return()` queues behind the pending `next()`; nobody waits for it here.
   */
  stop(): void {
    if (this.#settled || this.#stopped) return;
    this.#stopped = true;
    try {
      const iterator = this.syncIterator ?? this.asyncIterator;
      const result: unknown = iterator?.return?.();
      if (!isThenable(result)) {
        this.settle();
        return;
      }
      result.then(
        () => {
          this.settle();
        },
        (error: unknown) => {
          this.failedLate(error);
        },
      );
    } catch (error) {
      this.failedLate(error);
    }
  }

  /** The source has failed, when nobody waited for its items any more: a `finally` that throws perhaps. */
  failedLate(error: unknown): void {
    if (this.#told === undefined || this.#told.error !== error) this.#owner.cleanUpFailed(error);
    this.#told = { error };
    this.settle();
  }

  /** Calls back once the source is settled; at once if it is. A later call replaces an earlier one. */
  onSettled(tell: () => void): void {
    if (this.#settled) tell();
    else this.#waiting = tell;
  }
}
