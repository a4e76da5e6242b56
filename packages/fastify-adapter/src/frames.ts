/** Puts bytes that go to many clients into one chunk of HTTP/1.1, once for all that get them one after the other. */
export class Frames {
  #bytes: Uint8Array | undefined;
  #framed: Uint8Array = EMPTY;

  /** RFC 9112 section 7.1. */
  of(bytes: Uint8Array): Uint8Array {
    if (this.#bytes !== bytes) {
      this.#framed = Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, LINE_END]);
      this.#bytes = bytes;
    }
    return this.#framed;
  }
}

const EMPTY = new Uint8Array();
const LINE_END = Buffer.from('\r\n');
