import { HTTPException } from '@sluice/core';

/** A file that is not sent, with the cause for the log. A client learns the status alone, and nothing of the server's paths. */
export class FileRefused extends HTTPException {
  override readonly name = 'FileRefused';
  /** What was asked for, and why it is not sent: for the log. */
  readonly reason: string;

  /** Of the file system's error, if it was one. */
  readonly code: string | undefined;

  constructor(statusCode: 403 | 404, what: string, why: string, code?: string) {
    super(statusCode);
    this.code = code;
    this.reason = `${what} is not sent: ${why}`;
  }
}

/** Errors of the file system by which there is no file to send, whatever the program does. */
const NOT_FOUND: ReadonlySet<string> = new Set([
  'ENOENT',
  'ENOTDIR',
  'ENAMETOOLONG',
  'ELOOP',
  // A socket, or a device without a driver.
  'ENXIO',
  'ENODEV',
  'EISDIR',
]);
const FORBIDDEN: ReadonlySet<string> = new Set(['EACCES', 'EPERM']);

/** What an error of the file system means for the client; an error that is the server's trouble stays itself. */
export function toRefusal(error: NodeJS.ErrnoException, filePath: string): Error {
  const { code } = error;
  if (code === undefined) return error;
  if (FORBIDDEN.has(code)) return new FileRefused(403, filePath, `no permission (${code})`, code);
  return NOT_FOUND.has(code) ? new FileRefused(404, filePath, code, code) : error;
}
