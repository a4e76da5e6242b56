import type { FastifyBaseLogger } from 'fastify';

/**
 * Logs an error that may be anything: a logger's serializer can fail on a frozen object or a getter that throws, and what
 * is thrown by whoever reports an error is caught by nobody.
 */
export function logError(
  log: FastifyBaseLogger,
  level: 'error' | 'info',
  error: unknown,
  message: string,
  fields: Readonly<Record<string, unknown>> = {},
): void {
  try {
    // A field that is undefined is not logged.
    log[level](
      { ...fields, err: error === undefined ? { message: 'undefined was thrown' } : error },
      message,
    );
  } catch {
    log[level]({ ...fields, err: { message: toText(error) } }, message);
  }
}

/** The message of an error that may be anything. */
export function toText(error: unknown): string {
  try {
    return error instanceof Error ? error.message : String(error);
  } catch {
    return 'an error that cannot be shown';
  }
}

/** An error that may be anything as an Error. */
export function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(toText(error), { cause: error });
}
