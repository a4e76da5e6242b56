import { ChunkedBody } from './chunked-body.js';

const HEAD_END = Buffer.from('\r\n\r\n');

/** Counts the responses in the bytes of a connection, and reads no more of them than their status and length. */
export class ResponseCounter {
  /** The start of a head whose end has not come. */
  #head: Buffer | undefined;
  /** Bytes of the present body that have not come, where the head said how many they are. */
  #left = 0;
  /** The present body, where the head said that it comes in chunks. */
  #chunked: ChunkedBody | undefined;
  #bodyBytes = 0;

  /** Bytes of bodies that have come. */
  get bodyBytes(): number {
    return this.#bodyBytes + (this.#chunked?.bytes ?? 0);
  }

  /**
   * Takes the next bytes, which are the caller's again when it returns, and gives the number of responses that end in them.
   *
   * @throws Error at a status other than 200, and at a response that does not say how its end can be told.
   */
  take(bytes: Buffer): number {
    const chunk = this.#head === undefined ? bytes : Buffer.concat([this.#head, bytes]);
    this.#head = undefined;
    let at = 0;
    let count = 0;
    while (at < chunk.length) {
      if (this.#left === 0 && this.#chunked === undefined) {
        const end = chunk.indexOf(HEAD_END, at);
        if (end === -1) {
          this.#head = Buffer.from(chunk.subarray(at));
          return count;
        }
        this.#begin(chunk.toString('latin1', at, end));
        at = end + HEAD_END.length;
      }
      at = this.#chunked === undefined ? this.#takeBody(chunk, at) : this.#chunked.take(chunk, at);
      if (this.#chunked === undefined ? this.#left === 0 : this.#chunked.ended) {
        count += 1;
        this.#bodyBytes = this.bodyBytes;
        this.#chunked = undefined;
      }
    }
    return count;
  }

  #begin(head: string): void {
    if (!head.startsWith('HTTP/1.1 200 '))
      throw new Error(`a server answered ${head.split('\r\n', 1)[0] ?? ''}`);
    const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
    if (length !== undefined) this.#left = Number(length);
    else if (/\r\ntransfer-encoding: chunked/i.test(head)) this.#chunked = new ChunkedBody();
    else throw new Error('a response says neither its content-length nor that it comes in chunks');
  }

  #takeBody(chunk: Buffer, at: number): number {
    const taken = Math.min(this.#left, chunk.length - at);
    this.#left -= taken;
    this.#bodyBytes += taken;
    return at + taken;
  }
}
