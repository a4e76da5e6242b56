import { closeSync, read } from 'node:fs';

import type { FastifyReply } from 'fastify';

import { BodyStream } from '../body-stream.js';
import { READ_SIZE, type ReadBuffers } from './read-buffers.js';
import type { Segment } from './to-segments.js';

/** A file that is sent in pieces, and who hears of its failure. */
interface FileStreamInit {
  readonly raw: FastifyReply['raw'];
  /** Open; closed when all was read, or the response has ended. */
  readonly fd: number;
  /** For messages. */
  readonly path: string;
  readonly segments: readonly Segment[];
  readonly buffers: ReadBuffers;
  readonly owner: { breakOff(error: unknown): void };
}

/** Bytes that are to be handed on, and the buffer that holds them, if it is one to be used again. */
interface Chunk {
  readonly bytes: Buffer;
  readonly buffer: Buffer | undefined;
}

/**
 * Parts of an open file, exactly, and what goes around them. While a chunk goes out the next one is read.
 *
 * A file that has become shorter breaks the response: a body that stops before its Content-Length would leave the client
 * waiting for the rest.
 */
export class FileStream extends BodyStream {
  readonly #init: FileStreamInit;
  readonly #left: Segment[];
  #position = 0;
  #next: Chunk | undefined;
  #reading = false;
  #closed = false;

  constructor(init: FileStreamInit) {
    super(init.raw, READ_SIZE);
    this.#init = init;
    this.#left = [...init.segments].reverse();
    this.#beginSegment();
  }

  protected override produce(): void {
    while (!this.over && !this.#reading) {
      const segment = this.#left.at(-1);
      if (this.#next !== undefined) {
        if (!this.wanted) return;
        this.#handNext(this.#next);
      } else if (segment === undefined) {
        this.finish();
      } else if (Buffer.isBuffer(segment)) {
        this.#endSegment();
        this.#next = { bytes: segment, buffer: undefined };
      } else {
        this.#readFrom(segment.end);
      }
    }
  }

  protected override release(): void {
    // A descriptor that was closed while a thread reads from it may be another file by the time it does.
    if (this.#reading || this.#closed) return;
    this.#closed = true;
    closeSync(this.#init.fd);
  }

  protected override breakOff(error: unknown): void {
    this.#init.owner.breakOff(error);
  }

  #handNext({ bytes, buffer }: Chunk): void {
    const { buffers } = this.#init;
    this.#next = undefined;
    this.hand(bytes, () => {
      if (buffer !== undefined) buffers.giveBack(buffer);
    });
  }

  #readFrom(end: number): void {
    const wanted = Math.min(READ_SIZE, end - this.#position + 1);
    const buffer = this.#init.buffers.take();
    this.#reading = true;
    read(this.#init.fd, buffer, 0, wanted, this.#position, (error, bytesRead) => {
      this.#reading = false;
      if (this.over) {
        this.release();
        return;
      }
      if (error !== null || bytesRead === 0) {
        this.fail(error ?? new Error(`${this.#init.path} became shorter while it was sent`));
        return;
      }
      this.#position += bytesRead;
      if (this.#position > end) this.#endSegment();
      this.#next = { bytes: buffer.subarray(0, bytesRead), buffer };
      this.produce();
    });
  }

  #endSegment(): void {
    this.#left.pop();
    this.#beginSegment();
  }

  #beginSegment(): void {
    const segment = this.#left.at(-1);
    if (segment !== undefined && !Buffer.isBuffer(segment)) this.#position = segment.start;
  }
}
