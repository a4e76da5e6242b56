import { parseCookie, stringifySetCookie, type SetCookie } from 'cookie';

import { ResponseError } from '../errors/response-error.js';
import { toMessage } from '../errors/to-message.js';

/** Attributes of a cookie (RFC 6265 section 4.1). */
export interface CookieOptions {
  /** Lifetime in seconds, an integer; without it and `expires`, the cookie ends with the browser's session. */
  maxAge?: number;
  /** End of the lifetime; a number is seconds from now, as in Starlette. */
  expires?: Date | number;
  /** Path prefix that gets the cookie. Default `/`. */
  path?: string;
  /** Host that gets the cookie, with its sub-domains. Default: this host alone. */
  domain?: string;
  /** Sent over HTTPS only. Default false. */
  secure?: boolean;
  /** Hidden from scripts. Default false. */
  httpOnly?: boolean;
  /** Sent with requests from other sites: `lax` (default), `strict`, `none` (needs `secure`), or null to say nothing. */
  sameSite?: 'lax' | 'strict' | 'none' | null;
  /** Kept apart for each top-level site (CHIPS); browsers want `secure` with it. Default false. */
  partitioned?: boolean;
  /** Which cookies a browser drops first when it has too many. */
  priority?: 'low' | 'medium' | 'high';
}

// CR, LF and NUL are refused before anything is encoded: an encoded line break is not what the caller meant either.
const LINE_BREAK_OR_NUL = /[\r\n\0]/;

/**
 * Writes the value of one `Set-Cookie` header. The value is percent-encoded, and decoded again by `@Cookie`.
 *
 * @throws ResponseError COOKIE_INVALID, naming the cookie and the field.
 */
export function toSetCookie(name: string, value: string, options: CookieOptions = {}): string {
  const { expires, sameSite = 'lax', path = '/', ...rest } = options;
  for (const [field, text] of [
    ['name', name],
    ['value', value],
    ['path', path],
    ['domain', rest.domain],
  ] as const) {
    if (field === 'domain' && text === undefined) continue;
    if (typeof text !== 'string' || LINE_BREAK_OR_NUL.test(text)) {
      throw invalidCookie(name, `its ${field} is not text without CR, LF and NUL`);
    }
  }
  // A number from 1e21 is written with an exponent, which is no max-age.
  if (rest.maxAge !== undefined && !Number.isSafeInteger(rest.maxAge)) {
    throw invalidCookie(name, `its maxAge is an integer, not ${String(rest.maxAge)}`);
  }
  const attributes: Omit<SetCookie, 'name' | 'value'> = { ...rest, path };
  if (sameSite !== null) attributes.sameSite = sameSite;
  if (expires !== undefined) {
    attributes.expires = typeof expires === 'number' ? new Date(Date.now() + expires * 1000) : expires;
  }
  try {
    return stringifySetCookie(name, value, attributes);
  } catch (error) {
    throw invalidCookie(name, toMessage(error), error);
  }
}

/** Reads a `Cookie` header; percent-encoded values are decoded, and what cannot be decoded stays as it came. */
export function readCookies(header: string | undefined): Readonly<Record<string, string | undefined>> {
  return header === undefined ? NO_COOKIES : parseCookie(header);
}

const NO_COOKIES: Readonly<Record<string, string | undefined>> = Object.freeze(
  Object.create(null) as Record<string, string | undefined>,
);

function invalidCookie(name: string, problem: string, cause?: unknown): ResponseError {
  return new ResponseError('COOKIE_INVALID', `cookie ${JSON.stringify(name)}: ${problem}.`, { cause });
}
