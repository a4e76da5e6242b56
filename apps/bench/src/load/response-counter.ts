const HEAD_END = Buffer.from('\r\n\r\n');

/** Counts the responses in the bytes of a connection, and reads no more of them than their status and length. */
export class ResponseCounter {
  /** The start of a head whose end has not come. */
  #head: Buffer | undefined;
  /** Bytes of the present body that have not come. */
  #left = 0;
  #bodyBytes = 0;

  /** Bytes of bodies that have come. */
  get bodyBytes(): number {
    return this.#bodyBytes;
  }

  /**
   * Takes the next bytes, which are the caller's again when it returns, and gives the number of responses that end in them.
   *
   * @throws Error at a status other than 200, and at a response that does not say its length.
   */
  take(bytes: Buffer): number {
    const chunk = this.#head === undefined ? bytes : Buffer.concat([this.#head, bytes]);
    this.#head = undefined;
    let at = 0;
    let count = 0;
    while (at < chunk.length) {
      if (this.#left === 0) {
        const end = chunk.indexOf(HEAD_END, at);
        if (end === -1) {
          this.#head = Buffer.from(chunk.subarray(at));
          return count;
        }
        this.#left = readLength(chunk.toString('latin1', at, end));
        at = end + HEAD_END.length;
      }
      const taken = Math.min(this.#left, chunk.length - at);
      this.#left -= taken;
      this.#bodyBytes += taken;
      at += taken;
      if (this.#left === 0) count += 1;
    }
    return count;
  }
}

function readLength(head: string): number {
  if (!head.startsWith('HTTP/1.1 200 '))
    throw new Error(`a server answered ${head.split('\r\n', 1)[0] ?? ''}`);
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  if (length === undefined) throw new Error('a response has no content-length, by which it could be counted');
  return Number(length);
}
