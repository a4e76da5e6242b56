import { lookup } from 'mime-types';

/** Adds `charset=utf-8` to a text type that names no charset, as Starlette does. */
export function withCharset(mediaType: string): string {
  // An event stream is UTF-8 always (WHATWG HTML section 9.2.5).
  return /^text\/(?!event-stream)/i.test(mediaType) && !/;\s*charset\s*=/i.test(mediaType)
    ? `${mediaType}; charset=utf-8`
    : mediaType;
}

/** The media type that the ending of the first of these file names or paths stands for that has a known one, else `application/octet-stream`. */
export function guessMediaType(...paths: readonly string[]): string {
  for (const path of paths) {
    // `lookup` takes a bare `html` for an ending, where a file of that name has none.
    const found = lookup(`./${path}`);
    if (found !== false) return found;
  }
  return 'application/octet-stream';
}
