import encodeUrl from 'encodeurl';

import { ResponseError } from '../errors/response-error.js';

/**
 * Prepares a value for `Location`: what is not ASCII, or not allowed in a URL, is percent-encoded; what is
 * percent-encoded already stays (RFC 3986 section 2.1).
 *
 * @throws ResponseError REDIRECT_ADDRESS_INVALID for CR, LF, NUL, and what is not a string or URL.
 */
export function toRedirectAddress(address: unknown): string {
  const text = address instanceof URL ? address.href : address;
  if (typeof text !== 'string' || text === '') {
    throw new ResponseError(
      'REDIRECT_ADDRESS_INVALID',
      'a redirect address is a URL or a string that is not empty.',
    );
  }
  if (/[\r\n\0]/.test(text)) {
    throw new ResponseError(
      'REDIRECT_ADDRESS_INVALID',
      `redirect address ${JSON.stringify(text)} holds CR, LF or NUL.`,
    );
  }
  return encodeUrl(text);
}
