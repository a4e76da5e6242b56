import type { RedisBrokerError } from './redis-broker-error.js';

/** A command was not answered, since there is no connection, or not any more. */
export class BrokenConnection extends Error {
  constructor(
    readonly problem: RedisBrokerError,
    /** Whether Redis may have got the command. */
    readonly sent: boolean,
  ) {
    super(problem.message, { cause: problem });
  }
}
