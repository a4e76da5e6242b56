import { NoAnswerError, readChunks, send } from './request.js';

const PIECE_BYTES = 65_536;

/** A download that can stop, and go on later with the bytes that are missing. */
export class ResumableDownload {
  /** Bytes that are here. */
  received = 0;
  /** Bytes that the file has, as far as is known. */
  total;
  /** What the requests brought: `{ status, from, to, startedOver }`, bytes `from` to before `to`. */
  parts = [];
  #path;
  #chunks = [];
  #etag;
  #head;

  constructor(path) {
    this.#path = path;
  }

  get complete() {
    return this.received === this.total;
  }

  /** The name that the service gave the file: the Unicode one of RFC 6266, which is percent-encoded. */
  get filename() {
    const [, encoded] = /filename\*=UTF-8''([^;]+)/i.exec(this.#head.get('content-disposition')) ?? [];
    return decodeURIComponent(encoded ?? 'download');
  }

  get blob() {
    return new Blob(this.#chunks, { type: this.#head.get('content-type') });
  }

  /**
   * Gets what is missing. `onHead` gets the response when its head is here, `onProgress` runs after each piece;
   * `bytesPerSecond` slows the reading down. When `signal` fires it throws, and keeps what is here.
   */
  async continue({ signal, bytesPerSecond, onHead, onProgress }) {
    // It was stopped between the last byte and the end.
    if (this.complete) return;
    const response = await send({ method: 'GET', path: this.#path, headers: this.#rangeHeaders(), signal });
    this.#begin(response);
    onHead(response);

    const part = this.parts.at(-1);
    const beginning = performance.now();
    for await (const chunk of readChunks(response)) {
      for (const piece of cut(chunk)) {
        this.#chunks.push(piece);
        this.received += piece.byteLength;
        part.to = this.received;
        onProgress();
        const due = beginning + ((part.to - part.from) / bytesPerSecond) * 1000;
        if (performance.now() < due)
          await new Promise((resolve) => setTimeout(resolve, due - performance.now()));
        signal.throwIfAborted();
      }
    }
  }

  /** SHA-256 of what is here, in base64. */
  async digest() {
    const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', await this.blob.arrayBuffer()));
    return btoa(String.fromCharCode(...bytes));
  }

  /** SHA-256 of the whole file as the service gives it: `Repr-Digest`, RFC 9530. */
  get expectedDigest() {
    return /sha-256=:([^:]+):/.exec(this.#head.get('repr-digest'))?.[1];
  }

  #rangeHeaders() {
    if (this.received === 0) return {};
    // The rest of the very file that was begun; if it has changed, the whole of the new one, as a 200.
    return { range: `bytes=${this.received}-`, 'if-range': this.#etag };
  }

  #begin(response) {
    if (response.status !== 200 && response.status !== 206) {
      throw new NoAnswerError(`the service answered ${response.status} ${response.statusText}`);
    }
    const startedOver = response.status === 200 && this.received > 0;
    if (response.status === 200) {
      this.#chunks = [];
      this.parts = [];
      this.received = 0;
      this.total = Number(response.headers.get('content-length'));
      this.#etag = response.headers.get('etag');
    }
    this.#head = response.headers;
    this.parts.push({ status: response.status, from: this.received, to: this.received, startedOver });
  }
}

/** A browser on the machine of the service gets some megabytes at a time; whoever slows down wants less. */
function* cut(bytes) {
  for (let at = 0; at < bytes.byteLength; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
}
