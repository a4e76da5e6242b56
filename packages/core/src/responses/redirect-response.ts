import { toRedirectAddress } from '../http/redirect-address.js';
import { Response, type ResponseInit } from './response.js';
import type { ResponseBody } from './response-parts.js';

/**
 * Sends the client to another address; 307 unless told otherwise, which keeps method and body (RFC 9110 section 15.4.8).
 *
 * What is not ASCII in the address is percent-encoded. A relative address is relative to that of the request.
 *
 * @throws ResponseError REDIRECT_ADDRESS_INVALID
 */
export class RedirectResponse extends Response<string | URL> {
  static override readonly defaultStatusCode: number = 307;

  constructor(address: string | URL, init: ResponseInit = {}) {
    super(address, init);
    this.headers.set('location', toRedirectAddress(address));
  }

  /** A redirect has no content: the address is a header. */
  protected override toBody(): ResponseBody {
    return { kind: 'none' };
  }
}
