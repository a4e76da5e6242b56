import { message as phrases } from 'statuses';

const HTTP_EXCEPTION = Symbol.for('sluice.http-exception');

/**
 * Ends a request with a status and a `detail`, from a handler or a dependency.
 *
 * The client gets `{"detail": …}`. Headers that were set on an injected `Response` are not sent with it.
 *
 * ```ts
 * throw new HTTPException(404, 'Item not found');
 * throw new HTTPException(401, 'Not authenticated', { 'www-authenticate': 'Bearer' });
 * ```
 *
 * Follows FastAPI's `HTTPException(status_code, detail, headers)`.
 */
export class HTTPException extends Error {
  override readonly name: string = 'HTTPException';
  /** Status code, an integer from 400 to 599. */
  readonly statusCode: number;
  /** Any JSON value; by default the reason phrase of the status (`Not Found`). */
  readonly detail: unknown;
  /** Headers that go with the error, such as `www-authenticate`; checked when they are sent. */
  readonly headers: Readonly<Record<string, string>> | undefined;

  /** @throws RangeError when the status is not an integer from 400 to 599. */
  constructor(statusCode: number, detail?: unknown, headers?: Readonly<Record<string, string>>) {
    if (!Number.isInteger(statusCode) || statusCode < 400 || statusCode > 599) {
      throw new RangeError(
        `HTTPException: the status is an integer from 400 to 599, not ${String(statusCode)}.`,
      );
    }
    const phrase = phrases[statusCode] ?? 'Error';
    super(typeof detail === 'string' ? detail : phrase);
    this.statusCode = statusCode;
    this.detail = detail === undefined ? phrase : detail;
    this.headers = headers;
  }

  /** Tells HTTPExceptions of every copy of this package from other errors. */
  static is(value: unknown): value is HTTPException {
    return typeof value === 'object' && value !== null && HTTP_EXCEPTION in value;
  }
}

Object.defineProperty(HTTPException.prototype, HTTP_EXCEPTION, { value: true });
