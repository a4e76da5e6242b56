import { ResponseError } from '../errors/response-error.js';
import { guessMediaType } from '../http/media-type.js';
import { hasNoBody } from '../http/status.js';
import { Response, type ResponseInit } from './response.js';
import {
  CONTENT_CODINGS,
  type ContentCoding,
  type FileOptions,
  type ResponseBody,
} from './response-parts.js';

/** Options of a file response. */
export interface FileInit extends ResponseInit {
  /**
   * Folder that the path must not lead out of; the path is then relative to it. For names that a request gives: what
   * leads outside, is hidden, or is no plain relative path is 404. Default: none, the path is the program's own.
   */
  root?: string;
  /** Below `root`: whether names that begin with a dot are served. Default false: 404. */
  allowDotFiles?: boolean | undefined;
  /** Below `root`: whether a symbolic link may lead out of it. Default false: 404. Links that stay inside are served. */
  followSymlinks?: boolean | undefined;
  /**
   * Codings in which the file lies beside itself, `report.json.br` beside `report.json`: the one that the client accepts
   * best is sent, with a `Content-Encoding` and an `ETag` of its own; among equals the first named. Default: none.
   */
  precompressed?: readonly ContentCoding[] | undefined;
  /**
   * Whether the file is deleted when the response has ended in whatever way, after its background tasks. For a file
   * that was made for this request. Default false.
   */
  deleteAfter?: boolean | undefined;
}

/**
 * A file as the body, with length, type, `Last-Modified` and `ETag`, conditional requests (RFC 9110 section 13) and ranges
 * (section 14).
 *
 * `path` is a path of the file system, never percent-decoded, relative to the working directory unless there is a `root`.
 * A file that is not there, or is no regular file, is 404; one that may not be read, 403; the log names the cause.
 *
 * ```ts
 * return new FileResponse('reports/summary.pdf', { filename: 'summary.pdf' });
 * return new FileResponse(name, { root: 'uploads' }); // a name from the request
 * ```
 *
 * @throws ResponseError CONTENT_INVALID when the path is not a string, or, without `root`, is empty or holds NUL; or when a
 *   precompressed coding is unknown; or when `root` is there, and is empty or undefined.
 */
export class FileResponse extends Response<string> {
  readonly #options: FileOptions;

  constructor(path: string, init: FileInit = {}) {
    // Below a root the name is a request's: one that no file can have is not found, and no fault of the program.
    if (typeof path !== 'string' || (init.root === undefined && (path === '' || path.includes('\0')))) {
      throw new ResponseError(
        'CONTENT_INVALID',
        `FileResponse sends the file at a path, not ${JSON.stringify(path)}.`,
      );
    }
    // A setting that is missing must not turn the rules of a root off.
    if ('root' in init && (typeof init.root !== 'string' || init.root === '')) {
      throw new ResponseError(
        'CONTENT_INVALID',
        `root: ${JSON.stringify(init.root)} names no folder; leave it out only where the path is the program's own.`,
      );
    }
    const unknown = init.precompressed?.find((coding) => !CONTENT_CODINGS.includes(coding));
    if (unknown !== undefined) {
      throw new ResponseError(
        'CONTENT_INVALID',
        `precompressed: ${JSON.stringify(unknown)} is none of ${CONTENT_CODINGS.join(', ')}.`,
      );
    }
    super(path, {
      ...init,
      mediaType: init.mediaType ?? new.target.mediaType ?? guessMediaType(init.filename ?? '', path),
    });
    this.#options = {
      root: init.root,
      allowDotFiles: init.allowDotFiles ?? false,
      followSymlinks: init.followSymlinks ?? false,
      precompressed: init.precompressed ?? [],
      deleteAfter: init.deleteAfter ?? false,
    };
  }

  protected override toBody(): ResponseBody {
    // Not sent, but deleted.
    if (hasNoBody(this.statusCode) && !this.#options.deleteAfter) return { kind: 'none' };
    return { kind: 'file', path: this.content ?? '', ...this.#options };
  }
}
