const NO_RETRY = Symbol.for('sluice.no-retry');

/**
 * Thrown by a handler for what another attempt cannot help: the task goes to the dead letters at once.
 *
 * ```ts
 * if (account === undefined) throw new NoRetryError(`there is no account ${id}`);
 * ```
 */
export class NoRetryError extends Error {
  override readonly name: string = 'NoRetryError';

  /** Tells errors of this class, of every copy of this package, from others. */
  static is(value: unknown): value is NoRetryError {
    return typeof value === 'object' && value !== null && NO_RETRY in value;
  }
}

Object.defineProperty(NoRetryError.prototype, NO_RETRY, { value: true });
