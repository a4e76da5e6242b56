import type { ResponseCode } from './error-codes.js';

/**
 * A response that cannot be made or sent as it was asked for, such as a header with a line break.
 *
 * It is a fault of the program, so the client gets a 500 without the message, and the log gets the message.
 */
export class ResponseError extends Error {
  override readonly name = 'ResponseError';

  constructor(
    readonly code: ResponseCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(`${code}: ${message}`, options);
  }
}
