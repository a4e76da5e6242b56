// A little longer than other files: one writer, with what it does where a hook or middleware is in its way.
import { ServerResponse } from 'node:http';
import { Readable, type Writable } from 'node:stream';

import type { FastifyReply } from 'fastify';

import { stopCounting } from './byte-counter.js';
import type { Frames } from './frames.js';
import { toError } from './log-error.js';

type RawResponse = FastifyReply['raw'];

/** Who hears of the errors of a body. */
export interface BodyOwner {
  /** The body failed after the head was sent: the response is to be broken off. */
  breakOff(error: unknown): void;
  /** The body failed, and said so in band. */
  failedInBand(error: unknown): void;
  /** Runs in the context of the request what another one's calls back. */
  runInContext<Argument>(run: (argument: Argument) => void, argument: Argument): void;
}

/** A head that is sent with the first bytes; until then a failure can still become an error response. */
export interface PendingHead {
  /** @throws when it cannot be sent. */
  commit(): void;
  fail(error: Error): void;
}

/**
 * A body that is made while it is sent: goes through `reply.send()`, so that hooks see it, and then writes straight to the
 * response instead of being piped into it, unless a hook has put something in between. That saves the buffer and the
 * listeners between the two (half of the memory of an idle event stream, and of the time of a small event).
 */
export abstract class BodyStream extends Readable {
  /** Bytes of the body handed on so far. */
  bytes = 0;
  /** Items of the source that they were made of. */
  items = 0;
  /** Content-Length that was declared, if any; a body of another length is broken off. */
  declaredLength: number | undefined;
  /** Whether the client takes more: what was handed on last did not fill the buffers. */
  protected wanted = false;
  /** Whether nothing more will be handed on. */
  protected over = false;
  readonly #raw: RawResponse;
  #direct = false;
  #head: PendingHead | undefined;
  #waitsForDrain = false;
  #endsWhenTaken = false;
  #bytesSeen = 0;
  #silence = 0;
  #failure: { readonly error: unknown } | undefined;
  #isBrokenOff = false;

  /** @param bufferSize Bytes that are buffered at most where a hook has put something in between. */
  constructor(raw: RawResponse, bufferSize: number) {
    super({ highWaterMark: bufferSize });
    this.#raw = raw;
  }

  /** The server closes: the body ends, cleanly. Not of one that goes on to its own end. */
  endNow?(): void;
  /** Makes more, until `wanted` is false. */
  protected abstract produce(): void;
  /** Makes more since the client takes more, which may be seen in another response's context. */
  protected abstract produceMore(): void;
  /** Lets go of what the body is made of. Called once, whatever ended it. */
  protected abstract release(): void;
  /** The body failed after its first byte was handed on; or in between, where Fastify will not hear of it. */
  protected abstract breakOff(error: unknown): void;

  override pipe<T extends NodeJS.WritableStream>(destination: T, options?: { end?: boolean }): T {
    // With trailers, Fastify ends the response itself.
    if ((destination as unknown) !== this.#raw || options?.end === false)
      return super.pipe(destination, options);
    this.begin();
    return destination;
  }

  /** Begins to write to the response. */
  begin(head?: PendingHead): void {
    this.#head = head;
    this.#direct = true;
    this.wanted = true;
    if (!this.#endsNow()) this.produce();
    // Errors come in a later tick, and are not listened for before the first byte.
    this.#raw.on('error', ignore);
  }

  override _read(): void {
    this.#wantMore();
  }

  /** Whoever reads what a hook has put in between; asks for no more once the body has failed, and may empty the buffer. */
  override read(size?: number): unknown {
    const chunk: unknown = super.read(size);
    if (this.#failure !== undefined && this.readableLength === 0) this.#breakWhenDrained();
    return chunk;
  }

  #wantMore(): void {
    if (this.#failure !== undefined) {
      this.#breakWhenDrained();
      return;
    }
    this.wanted = true;
    if (!this.#endsNow()) this.produceMore();
  }

  /**
   * Whether hooks of the host still have the stream, so that nobody takes what it hands on: then it ends when somebody does. Ended
   * before, it would be written to a buffer that `begin` goes past.
   */
  protected endsLater(): boolean {
    if (this.wanted || this.bytes > 0) return false;
    this.#endsWhenTaken = true;
    return true;
  }

  #endsNow(): boolean {
    if (!this.#endsWhenTaken) return false;
    this.#endsWhenTaken = false;
    this.endNow?.();
    return true;
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.over = true;
    this.release();
    callback(error);
  }

  /**
   * Hands bytes on. Afterwards `wanted` tells whether there may be more.
   *
   * @param whenWritten Called when nobody reads the bytes any more; never, where that cannot be told.
   */
  protected hand(bytes: Uint8Array, whenWritten?: () => void): void {
    if (bytes.length === 0 || this.destroyed || this.#raw.destroyed) return;
    if (this.declaredLength !== undefined && this.bytes + bytes.length > this.declaredLength) {
      this.fail(new Error(`the body is longer than its Content-Length, ${String(this.declaredLength)}`));
      return;
    }
    if (!this.#commitHead()) return;
    // Not before: of a body that fails until now, an error response is made, which others write.
    if (this.bytes === 0 && this.#direct) stopCounting(this.#raw);
    this.bytes += bytes.length;
    if (!this.#direct) {
      if (!this.push(bytes)) this.wanted = false;
    } else if (!this.#write(bytes, whenWritten)) {
      this.wanted = false;
      this.#waitForDrain(this.#raw);
    }
  }

  /**
   * Hands bytes on that go to many clients, framed once for all of them: as one write of one buffer, where Node joins four
   * pieces for each response, which took a third of the CPU time of a small event.
   */
  protected handShared(bytes: Uint8Array, frames: Frames): void {
    const socket = this.#socketForFrames();
    if (socket === undefined) {
      this.hand(bytes);
      return;
    }
    if (bytes.length === 0 || this.destroyed || socket.destroyed) return;
    this.bytes += bytes.length;
    if (socket.write(frames.of(bytes))) return;
    this.wanted = false;
    this.#waitForDrain(socket);
  }

  /**
   * Gives the system in this tick what `hand` is called with meanwhile, where Node waits for the tick's end: what Fastify, hooks
   * and promises have to do until then is a twentieth of the time to the first byte of a stream.
   */
  protected atOnce(hand: () => void): void {
    // Not on HTTP/2, whose session decides when it sends; nor behind another response, whose socket is not there yet.
    const socket = this.#direct && this.#raw instanceof ServerResponse ? this.#raw.socket : null;
    socket?.cork();
    try {
      hand();
    } finally {
      socket?.uncork();
    }
  }

  /** The socket, where a chunk can be written to it past the response and means the same. */
  #socketForFrames(): Writable | undefined {
    const raw = this.#raw;
    // Not on HTTP/2, to HTTP/1.0, behind another response, before the head, and where middleware listens to what is written.
    const plain =
      this.#direct &&
      this.#head === undefined &&
      raw.headersSent &&
      raw.chunkedEncoding &&
      raw.write === ServerResponse.prototype.write;
    return plain ? (raw.socket ?? undefined) : undefined;
  }

  #write(bytes: Uint8Array, whenWritten: (() => void) | undefined): boolean {
    // Middleware that changes a body replaces `write`, and may call back while it still has the bytes.
    if (whenWritten === undefined || this.#raw.write !== ServerResponse.prototype.write)
      return this.#raw.write(bytes);
    return this.#raw.write(bytes, (error) => {
      // After a failure the system may still have them.
      if (!error) whenWritten();
    });
  }

  /** Ends the body. */
  protected finish(): void {
    if (this.over) return;
    if (this.declaredLength !== undefined && this.bytes < this.declaredLength) {
      this.fail(new Error(`the body is shorter than its Content-Length, ${String(this.declaredLength)}`));
      return;
    }
    if (!this.#commitHead()) return;
    this.over = true;
    if (this.#direct) this.#raw.end();
    else this.push(null);
  }

  /** The body failed: what was handed on before goes out first, then the response is broken off. */
  protected fail(error: unknown): void {
    if (this.over) return;
    this.over = true;
    this.release();
    this.#failure = { error };
    this.#breakWhenDrained();
  }

  /** Counts a tick, and gives how many passed in a row in which nothing was handed on. */
  countSilence(): number {
    this.#silence = this.bytes === this.#bytesSeen ? this.#silence + 1 : 0;
    this.#bytesSeen = this.bytes;
    return this.#silence;
  }

  /** Sends a sign of life, unless something else waits to be sent. */
  ping(bytes: Uint8Array): void {
    if (this.wanted && !this.over) this.hand(bytes);
  }

  /** Gives whether the head is on its way, which a header can prevent that Node refuses. */
  #commitHead(): boolean {
    const head = this.#head;
    this.#head = undefined;
    try {
      head?.commit();
      return true;
    } catch (error) {
      this.#head = head;
      this.fail(error);
      return false;
    }
  }

  #waitForDrain(destination: Writable): void {
    if (this.#waitsForDrain) return;
    this.#waitsForDrain = true;
    destination.once('drain', () => {
      this.#waitsForDrain = false;
      if (!this.destroyed) this.#wantMore();
    });
  }

  #breakWhenDrained(): void {
    // The reader takes what was handed on in this turn, or asks when it can take more.
    setImmediate(() => {
      if (this.destroyed || this.#failure === undefined || this.#isBrokenOff) return;
      // For what was written to the response itself, whoever breaks it off waits; middleware may have it still.
      const waits = this.#direct
        ? this.#waitsForDrain && Object.hasOwn(this.#raw, 'write')
        : this.readableLength > 0;
      if (waits) return;
      const { error } = this.#failure;
      if (this.bytes > 0) {
        this.#isBrokenOff = true;
        this.breakOff(error);
        // Destroyed when the response has ended. Fastify, where it has piped the stream, would destroy that at once: what was
        // handed on would be lost, and a client of HTTP/2 see a clean end.
        if (this.#direct) return;
      } else if (this.#head !== undefined) this.#head.fail(toError(error));
      else {
        // No head was sent: Fastify makes an error response of it.
        this.destroy(toError(error));
        return;
      }
      this.destroy();
    });
  }
}

/** A response that is gone says so to whoever writes to it; its end is heard of by its `close`. */
function ignore(): void {
  return undefined;
}
