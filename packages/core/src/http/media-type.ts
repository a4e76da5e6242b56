import { lookup } from 'mime-types';

/** Adds `charset=utf-8` to a text type that names no charset, as Starlette does. */
export function withCharset(mediaType: string): string {
  // An event stream is UTF-8 always (WHATWG HTML section 9.2.5).
  return /^text\/(?!event-stream)/i.test(mediaType) && !/;\s*charset\s*=/i.test(mediaType)
    ? `${mediaType}; charset=utf-8`
    : mediaType;
}

/** The media type that the ending of a file name or path stands for, else `application/octet-stream`. */
export function guessMediaType(path: string): string {
  const found = lookup(path);
  return found === false ? 'application/octet-stream' : found;
}
