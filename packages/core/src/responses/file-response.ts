import { ResponseError } from '../errors/response-error.js';
import { guessMediaType } from '../http/media-type.js';
import { hasNoBody } from '../http/status.js';
import { Response, type ResponseInit } from './response.js';
import type { ResponseBody } from './response-parts.js';

/** Options of a file response. */
export interface FileInit extends ResponseInit {
  /** Folder that the path must not lead out of; the path is then relative to it. For names that a request gives. */
  root?: string | undefined;
}

/**
 * A file as the body, with length, type, `Last-Modified` and `ETag`, conditional requests and ranges.
 *
 * `path` is a path of the file system, never percent-decoded, relative to the working directory unless there is a `root`.
 *
 * ```ts
 * return new FileResponse('reports/summary.pdf', { filename: 'summary.pdf' });
 * ```
 *
 * @throws ResponseError CONTENT_INVALID when the path is not a string, or, without `root`, is empty or holds NUL.
 */
export class FileResponse extends Response<string> {
  readonly #root: string | undefined;

  constructor(path: string, init: FileInit = {}) {
    // Below a root the name is a request's: one that no file can have is not found, and no fault of the program.
    if (typeof path !== 'string' || (init.root === undefined && (path === '' || path.includes('\0')))) {
      throw new ResponseError(
        'CONTENT_INVALID',
        `FileResponse sends the file at a path, not ${JSON.stringify(path)}.`,
      );
    }
    super(path, {
      ...init,
      mediaType: init.mediaType ?? new.target.mediaType ?? guessMediaType(init.filename ?? path),
    });
    this.#root = init.root;
  }

  protected override toBody(): ResponseBody {
    if (hasNoBody(this.statusCode)) return { kind: 'none' };
    return { kind: 'file', path: this.content ?? '', root: this.#root };
  }
}
