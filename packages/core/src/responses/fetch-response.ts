import { ResponseError } from '../errors/response-error.js';
import { checkChunk } from '../streams/chunk-source.js';
import { Response } from './response.js';
import type { ResponseBody } from './response-parts.js';

/** Whether a value is a Response of fetch, of this realm or another one, or of undici. */
export function isFetchResponse(value: unknown): value is globalThis.Response {
  return Object.prototype.toString.call(value) === '[object Response]' && !Response.is(value);
}

/** A Response of fetch, sent with its status, headers and body. */
export class FetchResponse extends Response<globalThis.Response> {
  constructor(response: globalThis.Response) {
    if (response.bodyUsed) {
      throw new ResponseError(
        'BODY_CONSUMED',
        'the body of the fetch Response was read before; return response.clone(), or what was read.',
      );
    }
    super(response, { statusCode: response.status });
    for (const [name, value] of response.headers) {
      if (name === 'set-cookie' || CONNECTION_HEADERS.has(name)) continue;
      // What came over the network has a URL, and its body was decoded: neither coding nor length are true any more.
      if (response.url !== '' && (name === 'content-encoding' || name === 'content-length')) continue;
      this.headers.append(name, value);
    }
    for (const cookie of response.headers.getSetCookie()) this.headers.append('set-cookie', cookie);
  }

  protected override toBody(): ResponseBody {
    const body = this.content?.body;
    if (body === null || body === undefined) return { kind: 'none' };
    return { kind: 'chunks', source: body, encode: checkChunk, encodeLast: checkChunk, events: undefined };
  }
}

// Of one connection only (RFC 9110 section 7.6.1).
const CONNECTION_HEADERS: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
]);
