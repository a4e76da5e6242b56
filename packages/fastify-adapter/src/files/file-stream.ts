import { closeSync, read } from 'node:fs';
import { Readable } from 'node:stream';

import type { Segment } from './to-segments.js';

/** Bytes that are read at a time. */
const READ_SIZE = 256 * 1024;

/**
 * Parts of an open file, exactly, and of what is to go around them. The file is closed when all was read, or the stream is destroyed.
 *
 * A file that has become shorter destroys the stream with an error: a body that stops before its Content-Length would
 * leave the client waiting for the rest.
 */
export class FileStream extends Readable {
  readonly #fd: number;
  readonly #path: string;
  readonly #segments: Segment[];
  #position = 0;
  #reading = false;
  #whenRead: (() => void) | undefined;

  /** @param path For messages. */
  constructor(fd: number, path: string, segments: readonly Segment[]) {
    super({ highWaterMark: READ_SIZE });
    this.#fd = fd;
    this.#path = path;
    this.#segments = [...segments].reverse();
    this.#beginSegment();
  }

  override _read(): void {
    const segment = this.#segments.at(-1);
    if (segment === undefined) this.push(null);
    else if (Buffer.isBuffer(segment)) {
      this.#endSegment();
      this.push(segment);
    } else {
      this.#readFrom(segment.end);
    }
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    const close = (): void => {
      closeSync(this.#fd);
      callback(error);
    };
    // A descriptor that was closed while a thread reads from it may be another file by the time it does.
    if (this.#reading) this.#whenRead = close;
    else close();
  }

  #readFrom(end: number): void {
    const wanted = Math.min(READ_SIZE, end - this.#position + 1);
    const buffer = Buffer.allocUnsafeSlow(wanted);
    this.#reading = true;
    read(this.#fd, buffer, 0, wanted, this.#position, (error, bytesRead) => {
      this.#reading = false;
      if (this.#whenRead !== undefined) {
        this.#whenRead();
        return;
      }
      if (error !== null || bytesRead === 0) {
        this.destroy(error ?? new Error(`${this.#path} became shorter while it was sent`));
        return;
      }
      this.#position += bytesRead;
      if (this.#position > end) this.#endSegment();
      this.push(bytesRead === wanted ? buffer : buffer.subarray(0, bytesRead));
    });
  }

  #endSegment(): void {
    this.#segments.pop();
    this.#beginSegment();
  }

  #beginSegment(): void {
    const segment = this.#segments.at(-1);
    if (segment !== undefined && !Buffer.isBuffer(segment)) this.#position = segment.start;
  }
}
