import type { FastifyReply } from 'fastify';

import { isGone } from './raw-response.js';

type RawResponse = FastifyReply['raw'];
type Write = (this: unknown, chunk: unknown, ...rest: unknown[]) => boolean;
type End = (this: unknown, ...args: unknown[]) => unknown;

const COUNTER = Symbol('sluice.byte-counter');

/**
 * Counts the bytes of a body that others than Sluice hand to a response: Fastify its values, a plugin what it compressed, a hook
 * what it answers. Only where somebody observes: a response is written to by its prototype's methods otherwise.
 */
export class ByteCounter {
  bytes = 0;
  /** Whether a body that counts for itself has taken over. */
  stopped = false;
  readonly #raw: RawResponse;
  readonly #write: Write;
  readonly #end: End;
  /** What middleware had put in the place of the response's own methods before. */
  readonly #before: { write?: unknown; end?: unknown };

  constructor(raw: RawResponse) {
    this.#raw = raw;
    const { write, end } = raw as unknown as { write: Write; end: End };
    this.#before = {
      ...(Object.hasOwn(raw, 'write') ? { write } : {}),
      ...(Object.hasOwn(raw, 'end') ? { end } : {}),
    };
    this.#write = (chunk, ...rest) => {
      this.bytes += this.#sizeOf(chunk, rest[0]);
      return write.call(raw, chunk, ...rest);
    };
    this.#end = (...args) => {
      const before = this.bytes;
      const size = this.#sizeOf(args[0], args[1]);
      const result = end.apply(raw, args);
      // On HTTP/2, and under `inject`, it has handed its chunk to `write`.
      if (this.bytes === before) this.bytes += size;
      return result;
    };
    Object.assign(raw, { [COUNTER]: this, write: this.#write, end: this.#end });
  }

  /** Gives the response back the methods that it had, unless somebody has put theirs around the counting ones. */
  stop(): void {
    const raw = this.#raw;
    if (raw.write !== this.#write || raw.end !== this.#end) return;
    this.stopped = true;
    for (const name of ['write', 'end']) Reflect.deleteProperty(raw, name);
    Object.assign(raw, this.#before);
  }

  #sizeOf(chunk: unknown, encoding: unknown): number {
    if (isGone(this.#raw)) return 0;
    if (typeof chunk === 'string') return Buffer.byteLength(chunk, encoding as BufferEncoding);
    return chunk instanceof Uint8Array ? chunk.byteLength : 0;
  }
}

/** From now on the body counts for itself. */
export function stopCounting(raw: RawResponse): void {
  (raw as RawResponse & { [COUNTER]?: ByteCounter })[COUNTER]?.stop();
}
