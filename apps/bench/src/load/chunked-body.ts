const LINE_FEED = 0x0a;
const ZERO = 0x30;
const NINE = 0x39;
const LOWER_CASE = 0x20;
const LETTERS = 0x61 - 10;

/** Finds the bytes and the end of a body in chunks (RFC 9112 section 7.1), without trailers, which no server here sends. */
export class ChunkedBody {
  #state: 'size' | 'rest of line' | 'data' | 'line after data' | 'last line' | 'ended' = 'size';
  /** Of the present chunk, what has been read of its number, and then what has not come of it. */
  #left = 0;
  #bytes = 0;

  /** Bytes of the body that have come, without what stands between them. */
  get bytes(): number {
    return this.#bytes;
  }

  get ended(): boolean {
    return this.#state === 'ended';
  }

  /** Reads from a place on to the end of the body, or of the bytes, and gives the place. */
  take(bytes: Uint8Array, start: number): number {
    let at = start;
    while (at < bytes.length && this.#state !== 'ended') {
      if (this.#state === 'data') {
        const taken = Math.min(this.#left, bytes.length - at);
        this.#left -= taken;
        this.#bytes += taken;
        at += taken;
        if (this.#left === 0) this.#state = 'line after data';
      } else {
        this.#takeFraming(bytes[at] ?? 0);
        at += 1;
      }
    }
    return at;
  }

  #takeFraming(byte: number): void {
    if (byte === LINE_FEED) this.#endLine();
    else if (this.#state === 'size') {
      const digit = toDigit(byte);
      if (digit === undefined) this.#state = 'rest of line';
      else this.#left = this.#left * 16 + digit;
    }
  }

  #endLine(): void {
    if (this.#state === 'line after data') this.#state = 'size';
    else if (this.#state === 'last line') this.#state = 'ended';
    else this.#state = this.#left === 0 ? 'last line' : 'data';
  }
}

function toDigit(byte: number): number | undefined {
  if (byte >= ZERO && byte <= NINE) return byte - ZERO;
  const digit = (byte | LOWER_CASE) - LETTERS;
  return digit >= 10 && digit < 16 ? digit : undefined;
}
