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
        if (this.#isQueued && !this.wanted) return;
        this.#readFrom(segment.end);
      }
    }
  }

  /**
   * Whether the response waits behind another one on its connection (HTTP/1.1 pipelining). One packet can ask for a thousand, and
   * each would hold two chunks until the client has read all before it: then it gets no more than it takes to hear of its turn.
   */
  get #isQueued(): boolean {
    return this.#init.raw.socket === null;
  }

  protected override produceMore(): void {
    this.produce();
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
    const { fd, raw, buffers } = this.#init;
    const queued = this.#isQueued;
    const wanted = Math.min(queued ? raw.writableHighWaterMark : READ_SIZE, end - this.#position + 1);
    const buffer = queued ? Buffer.allocUnsafeSlow(wanted) : buffers.take();
    this.#reading = true;
    read(fd, buffer, 0, wanted, this.#position, (error, bytesRead) => {
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
      this.#next = { bytes: buffer.subarray(0, bytesRead), buffer: queued ? undefined : buffer };
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
