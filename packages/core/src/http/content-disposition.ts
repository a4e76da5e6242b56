import contentDisposition from 'content-disposition';

import { ResponseError } from '../errors/response-error.js';

/** Whether a browser saves a body or shows it (RFC 6266 section 4.2). */
export type ContentDisposition = 'attachment' | 'inline';

/**
 * Writes a `Content-Disposition` for any Unicode file name (RFC 6266, with `filename*` of RFC 8187 where it needs it).
 *
 * @throws ResponseError FILENAME_INVALID
 */
export function toContentDisposition(filename: string, type: ContentDisposition = 'attachment'): string {
  // eslint-disable-next-line no-control-regex -- control characters are what it looks for
  if (typeof filename !== 'string' || filename === '' || /[\r\n\0]/.test(filename)) {
    throw new ResponseError(
      'FILENAME_INVALID',
      `filename ${JSON.stringify(filename)}: a file name is text without CR, LF and NUL, and not empty.`,
    );
  }
  return contentDisposition(filename, { type });
}
