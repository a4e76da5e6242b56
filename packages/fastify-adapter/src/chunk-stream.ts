// Longer than other files: one state machine, whose parts would only share its state.
import { Readable } from 'node:stream';

import type { BodySource } from './body-source.js';
import { toText } from './log-error.js';

/** Bytes that are gathered into one write. 16 KiB cost 40 % more time for small rows, 256 KiB gained nothing. */
const WRITE_SIZE = 64 * 1024;
/** From this size on bytes are passed on as they are: copying them costs more than a write of their own. */
const PASS_SIZE = 8 * 1024;
/** Milliseconds for which a source may run before other work of the process gets its turn. */
const TURN_BUDGET = 4;
/** Items between two looks at the clock, at most: a look costs as much as two small items. */
const MOST_UNTIMED_ITEMS = 64;

type Chunk = string | Uint8Array;

/** What a {@link ChunkStream} starts from. */
export interface ChunkStreamInit {
  readonly source: BodySource;
  /** Turns an item into text or bytes. */
  readonly encode: (item: never) => Chunk;
  /** The first item, pulled before; or the promise of it, where the head did not wait. */
  readonly first: IteratorResult<unknown> | Promise<IteratorResult<unknown>>;
  /** Text to begin with. */
  readonly opening: string;
  /** Gets the error of a source that failed, after what it gave before was handed on; then breaks the response. */
  readonly onError: (error: unknown) => void;
}

/**
 * A Readable of a source's chunks: small ones are gathered into large writes, none is held back beyond the turn of the
 * event loop in which it was made, and nothing is pulled that the client does not read.
 *
 * Order that matters: an item is encoded when it is pulled, text and bytes keep their order in `#gathered`, and what was
 * gathered before an error is handed on before the error is.
 */
export class ChunkStream extends Readable {
  /** Items pulled so far. */
  items = 0;
  /** Bytes handed on so far. */
  bytes = 0;

  readonly #source: BodySource;
  readonly #encode: (item: never) => Chunk;
  readonly #onError: (error: unknown) => void;
  #first: ChunkStreamInit['first'] | undefined;
  #text: string;
  #gathered: Uint8Array[] = [];
  #size: number;
  /** Whether the reader wants more: `_read` was called, and the last push did not fill the buffer. */
  #wanted = false;
  /** Whether a `next()` of an asynchronous source is pending. */
  #pulling = false;
  /** When this turn of the event loop began to run the source; undefined between turns. */
  #turnStart: number | undefined;
  /** Whether the source has used up its turn. */
  #spent = false;
  #untimed = 0;
  #untimedLimit = 1;
  #over = false;
  #failure: { readonly error: unknown } | undefined;

  constructor(init: ChunkStreamInit) {
    super({ highWaterMark: WRITE_SIZE });
    this.#source = init.source;
    this.#encode = init.encode;
    this.#first = init.first;
    this.#onError = init.onError;
    this.#text = init.opening;
    this.#size = init.opening.length;
  }

  /** Ends the body now, with `closing` as its last text; the source is stopped. */
  endWith(closing: string): void {
    if (this.#over) return;
    this.#text += closing;
    this.#finish();
    this.#source.stop();
  }

  override _read(): void {
    if (this.#failure !== undefined) {
      this.#breakWhenDrained();
      return;
    }
    this.#wanted = true;
    this.#resume();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#over = true;
    this.#source.stop();
    callback(error);
  }

  #resume(): void {
    if (this.#over || this.#pulling || this.#spent || !this.#wanted) return;
    if (this.#source.open.sync) this.#fill(this.#source.open.iterator);
    else this.#pull(this.#source.open.iterator);
  }

  /** Pulls a synchronous source until a write is full or its turn is over. */
  #fill(iterator: Iterator<unknown>): void {
    this.#beginTurn();
    let pulling = true;
    try {
      while (this.#wanted && !this.#over) {
        pulling = true;
        const result = this.#takeFirst() ?? iterator.next();
        pulling = false;
        if (result.done === true) {
          this.#source.settle();
          this.#finish();
          return;
        }
        this.#add(result.value);
        if (this.#turnIsOver()) {
          this.#flush();
          return;
        }
      }
    } catch (error) {
      // An iterator that throws has ended; one whose item cannot be encoded is still to be closed.
      if (pulling) this.#source.settle();
      this.#fail(error);
    }
  }

  #takeFirst(): IteratorResult<unknown> | undefined {
    const first = this.#first;
    this.#first = undefined;
    return first as IteratorResult<unknown> | undefined;
  }

  /** Asks an asynchronous source for its next item, one at a time. */
  #pull(iterator: AsyncIterator<unknown>): void {
    this.#pulling = true;
    // The opening goes out with this turn, whenever the first item comes.
    if (this.#size > 0) this.#beginTurn();
    const first = this.#first;
    this.#first = undefined;
    const fail = (error: unknown): void => {
      this.#pulling = false;
      this.#source.settle();
      this.#fail(error);
    };
    try {
      const next = first === undefined ? iterator.next() : Promise.resolve(first);
      next.then((result) => {
        this.#pulling = false;
        if (result.done === true) this.#source.settle();
        if (!this.#over) this.#take(result);
      }, fail);
    } catch (error) {
      fail(error);
    }
  }

  #take(result: IteratorResult<unknown>): void {
    if (result.done === true) {
      this.#finish();
      return;
    }
    this.#beginTurn();
    try {
      this.#add(result.value);
    } catch (error) {
      this.#fail(error);
      return;
    }
    if (!this.#turnIsOver()) this.#resume();
  }

  #add(item: unknown): void {
    const chunk = this.#encode(item as never);
    this.items += 1;
    if (typeof chunk === 'string') {
      this.#text += chunk;
      this.#size += chunk.length;
    } else if (chunk.length < PASS_SIZE) {
      this.#gatherText();
      // A copy: a source may write its next chunk into the same memory.
      this.#gathered.push(Buffer.from(chunk));
      this.#size += chunk.length;
    } else {
      this.#flush();
      this.#hand(chunk);
    }
    if (this.#size >= WRITE_SIZE) this.#flush();
  }

  #gatherText(): void {
    if (this.#text === '') return;
    this.#gathered.push(Buffer.from(this.#text));
    this.#text = '';
  }

  #flush(): void {
    if (this.#size === 0 && this.#text === '') return;
    let bytes: Uint8Array;
    if (this.#gathered.length === 0) bytes = Buffer.from(this.#text);
    else {
      this.#gatherText();
      bytes = Buffer.concat(this.#gathered);
      this.#gathered = [];
    }
    this.#text = '';
    this.#size = 0;
    this.#hand(bytes);
  }

  #hand(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.bytes += bytes.length;
    if (!this.push(bytes)) this.#wanted = false;
  }

  #finish(): void {
    this.#over = true;
    this.#flush();
    this.push(null);
  }

  /**
   * The first work of a turn asks for its end: then what was gathered is handed on, and a source that had used up its
   * time goes on.
   */
  #beginTurn(): void {
    if (this.#turnStart !== undefined) return;
    this.#turnStart = performance.now();
    setImmediate(() => {
      this.#turnStart = undefined;
      this.#spent = false;
      if (this.#over) return;
      this.#flush();
      this.#resume();
    });
  }

  /** Looks at the clock after each item of a slow source, and after up to 64 of a quick one. */
  #turnIsOver(): boolean {
    this.#untimed += 1;
    if (this.#untimed < this.#untimedLimit) return false;
    const spent = performance.now() - (this.#turnStart ?? 0);
    this.#untimedLimit = spent < TURN_BUDGET / 2 ? Math.min(this.#untimedLimit * 2, MOST_UNTIMED_ITEMS) : 1;
    this.#untimed = 0;
    this.#spent = spent > TURN_BUDGET;
    return this.#spent;
  }

  /** The source failed: what it gave before goes out first, then the response is broken off. */
  #fail(error: unknown): void {
    if (this.#over) return;
    this.#over = true;
    this.#source.stop();
    this.#failure = { error };
    this.#flush();
    this.#breakWhenDrained();
  }

  #breakWhenDrained(): void {
    // The reader takes what was pushed in this turn, or asks by `_read` when it can take more.
    setImmediate(() => {
      if (this.destroyed || this.#failure === undefined || this.readableLength > 0) return;
      const { error } = this.#failure;
      if (this.bytes > 0) {
        this.#onError(error);
        this.destroy();
      } else {
        // Nothing was handed on, so no head was sent: Fastify makes an error response of it.
        this.destroy(error instanceof Error ? error : new Error(toText(error), { cause: error }));
      }
    });
  }
}
