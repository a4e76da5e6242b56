import contentDisposition from 'content-disposition';

import { ResponseError } from '../errors/response-error.js';
import { toMessage } from '../errors/to-message.js';

/** Whether a browser saves a body or shows it (RFC 6266 section 4.2). */
export type ContentDisposition = 'attachment' | 'inline';

/**
 * Writes a `Content-Disposition` for any Unicode file name (RFC 6266, with `filename*` of RFC 8187 where it needs it).
 *
 * @throws ResponseError FILENAME_INVALID
 */
export function toContentDisposition(filename: string, type: ContentDisposition = 'attachment'): string {
  // Of slashes alone no name is left where the folders before it are taken away.
  if (typeof filename !== 'string' || /^\/*$|[\r\n\0]/.test(filename)) {
    throw new ResponseError(
      'FILENAME_INVALID',
      `filename ${JSON.stringify(filename)}: a file name is text without CR, LF and NUL, and not empty.`,
    );
  }
  try {
    // ASCII in `filename` and the whole name in `filename*`, as RFC 6266 appendix D advises: Node writes a head together
    // with a text body in UTF-8, so that the ISO 8859-1 that a plain `filename` may hold would arrive as other letters.
    const ascii = filename.replace(/[^\x20-\x7e]+/g, '?');
    return contentDisposition(filename, ascii === filename ? { type } : { type, fallback: ascii });
  } catch (error) {
    // Half of a surrogate pair has no UTF-8, which `filename*` is written in.
    const problem = toMessage(error);
    throw new ResponseError('FILENAME_INVALID', `filename ${JSON.stringify(filename)}: ${problem}.`, {
      cause: error,
    });
  }
}
