// Longer than other files: one state machine, whose parts would only share its state.
import { HTTPException } from '@sluice/core';
import type { FastifyReply } from 'fastify';

import type { BodySource } from './body-source.js';
import { BodyStream, type BodyOwner } from './body-stream.js';
import type { Opening } from './opening.js';

/** Bytes that are gathered into one write. 16 KiB cost 40 % more time for small rows, 256 KiB gained nothing. */
const WRITE_SIZE = 64 * 1024;
/** From this size on bytes are passed on as they are: copying them costs more than a write of their own. */
const PASS_SIZE = 8 * 1024;
/** Milliseconds for which a source may run before other work of the process gets its turn. */
const TURN_BUDGET = 4;
/** Items between two looks at the clock, at most: a look costs as much as two small items. */
const MOST_UNTIMED_ITEMS = 32;
/** Milliseconds between two looks at the clock, about. */
const LOOK_INTERVAL = 0.5;

type Chunk = string | Uint8Array;

/** What a {@link ChunkStream} starts from. */
export interface ChunkStreamInit {
  readonly raw: FastifyReply['raw'];
  readonly source: BodySource;
  /** Turns an item into text or bytes. */
  readonly encode: (item: never) => Chunk;
  /** What is said in band of an error of the source; where it gives undefined, the response is broken off. */
  readonly toLastChunk: ((error: unknown) => Chunk | undefined) | undefined;
  /** Text to end with when the server closes; undefined goes on to its own end. */
  readonly closing: string | undefined;
  /** Whether each item is whole events; one that is not is left as it is at the end. */
  readonly whole: boolean;
  readonly owner: BodyOwner;
}

/**
 * A body of a source's chunks: small ones are gathered into large writes, none is held back beyond the turn of the event
 * loop in which it was made, and nothing is pulled that the client does not read.
 *
 * Order that matters: the first item is pulled and encoded before the head is sent; an item is encoded when it is pulled; text
 * and bytes keep their order in `#gathered`; what was gathered before an error is handed on before the error is.
 */
export class ChunkStream extends BodyStream {
  readonly #source: BodySource;
  readonly #encode: (item: never) => Chunk;
  readonly #toLastChunk: ChunkStreamInit['toLastChunk'];
  readonly #closing: string | undefined;
  readonly #whole: boolean;
  /** The last characters, of a body of which an event may not have ended. */
  #tail = '\n\n';
  readonly #owner: BodyOwner;
  #opening: Opening | undefined;
  #text = '';
  #gathered: Uint8Array[] = NOTHING;
  #size = 0;
  /** Whether what there was before the head has gone out with it. */
  #begun = false;
  /** Whether a `next()` of an asynchronous source is pending. */
  #pulling = false;
  /** Whether the source has given its last item, which may still be gathered. */
  #done = false;
  /** When this turn of the event loop began to run the source; undefined between turns. */
  #turnStart: number | undefined;
  /** Whether the source has used up its turn. */
  #spent = false;
  /** When the clock was last looked at, how many items ago, and after how many it will be again. */
  #lookedAt = 0;
  #untimed = 0;
  #untimedLimit = 1;

  constructor(init: ChunkStreamInit) {
    super(init.raw, WRITE_SIZE);
    this.#source = init.source;
    this.#encode = init.encode;
    this.#toLastChunk = init.toLastChunk;
    this.#closing = init.closing;
    this.#whole = init.whole;
    this.#owner = init.owner;
  }

  /** Pulls the first item of a synchronous source. @throws what the source throws. */
  open(iterator: Iterator<unknown>): void {
    let result: IteratorResult<unknown>;
    try {
      result = iterator.next();
    } catch (error) {
      this.#source.settle();
      throw error;
    }
    this.#accept(result);
  }

  /**
   * Pulls the first item of an asynchronous source, and waits for it. The opening is ended when the head can be sent, or the
   * stream was destroyed; it fails with what the source throws.
   */
  openLater(opening: Opening, iterator: AsyncIterator<unknown>): void {
    this.#opening = opening;
    this.#pull(iterator);
  }

  /** The first item is late: the body begins with this. */
  beginLate(text: string): void {
    this.#add(text);
    this.#takeOpening()?.end();
  }

  get endsWithServer(): boolean {
    return this.#closing !== undefined;
  }

  /** The server closes: the body ends now, with its closing text; one that has not begun is an error response. */
  override endNow(): void {
    if (this.over) return;
    const opening = this.#takeOpening();
    if (opening !== undefined) {
      this.over = true;
      this.#source.stop();
      opening.fail(new HTTPException(503, 'The server is closing'));
      return;
    }
    if (this.endsLater()) return;
    // A field that has begun would go on with it, and an event that has begun would end with it.
    if (EVENT_ENDS.test(this.#tail)) this.#add(this.#closing ?? '');
    this.#end();
    this.#source.stop();
  }

  #takeOpening(): Opening | undefined {
    const opening = this.#opening;
    this.#opening = undefined;
    return opening;
  }

  protected override produce(): void {
    if (this.over || !this.wanted) return;
    if (this.#done) {
      this.#end();
      return;
    }
    const { syncIterator, asyncIterator } = this.#source;
    if (asyncIterator !== undefined && !this.#begun && this.#size > 0) {
      this.#begun = true;
      // What there was before the head goes out with it, and before the source is asked for more, which may take its time.
      this.atOnce(() => {
        this.#flush();
      });
      process.nextTick(goOn, this);
      return;
    }
    if (this.#pulling || this.#spent) return;
    if (syncIterator !== undefined) this.#fill(syncIterator);
    else if (asyncIterator !== undefined) this.#pull(asyncIterator);
  }

  protected override produceMore(): void {
    this.#owner.runInContext(goOn, this);
  }

  /** Called when the first chunk has gone out, and inside of the request's context. */
  goOn(): void {
    this.produce();
  }

  protected override release(): void {
    this.#source.stop();
    this.#takeOpening()?.end();
  }

  protected override breakOff(error: unknown): void {
    this.#owner.breakOff(error);
  }

  /** Pulls a synchronous source until a write is full or its turn is over. */
  #fill(iterator: Iterator<unknown>): void {
    this.#beginTurn();
    while (this.wanted && !this.over) {
      if (!this.#pullSome(iterator)) return;
      if (this.#done) {
        this.#end();
        return;
      }
      if (this.#turnIsOver()) {
        this.#flush();
        return;
      }
    }
  }

  /**
   * Pulls items until it is time to look at the clock, or to write; gives whether none failed. Their text is joined in a
   * variable: joined in the stream, an old object by then, small rows took 5 % longer.
   */
  #pullSome(iterator: Iterator<unknown>): boolean {
    const room = WRITE_SIZE - this.#size;
    let text = '';
    let pulling = false;
    try {
      for (let left = this.#untimedLimit; left > 0 && text.length < room && !this.over; left -= 1) {
        pulling = true;
        const result = iterator.next();
        pulling = false;
        if (result.done) {
          this.#accept(result);
          break;
        }
        this.items += 1;
        const chunk = this.#encode(result.value as never);
        if (typeof chunk === 'string') {
          text += chunk;
          continue;
        }
        const before = text;
        text = '';
        this.#add(before);
        this.#add(chunk);
        if (!this.wanted) break;
      }
      const rest = text;
      text = '';
      this.#add(rest);
      return true;
    } catch (error) {
      // An iterator that throws has ended; one whose item cannot be encoded is still to be closed.
      if (pulling) this.#source.settle();
      this.#add(text);
      this.#failWith(error);
      return false;
    }
  }

  /** Asks an asynchronous source for its next item, one at a time. */
  #pull(iterator: AsyncIterator<unknown>): void {
    this.#pulling = true;
    try {
      // Of a kind of its own, or none: `for await` takes both.
      Promise.resolve(iterator.next()).then(this.#onNext, this.#onFailed);
    } catch (error) {
      this.#onFailed(error);
    }
  }

  readonly #onNext = (result: IteratorResult<unknown>): void => {
    this.#pulling = false;
    const opening = this.#takeOpening();
    if (this.over) {
      // Whatever else it is: nobody waits for it.
      if ((result as IteratorResult<unknown> | undefined)?.done) this.#source.settle();
      return;
    }
    try {
      if (opening === undefined) this.#beginTurn();
      this.#accept(result);
    } catch (error) {
      if (opening === undefined) this.#failWith(error);
      else opening.fail(error);
      return;
    }
    if (opening !== undefined) opening.end();
    else if (this.#done) this.#end();
    else if ((this.#untimed += 1) < this.#untimedLimit || !this.#turnIsOver()) this.produce();
  };

  readonly #onFailed = (error: unknown): void => {
    this.#pulling = false;
    if (!this.over) this.#source.settle();
    const opening = this.#takeOpening();
    if (opening !== undefined) opening.fail(error);
    else if (this.over) this.#source.failedLate(error);
    else this.#failWith(error);
  };

  #accept(result: IteratorResult<unknown>): void {
    if (result.done) {
      this.#source.settle();
      this.#done = true;
      return;
    }
    this.items += 1;
    this.#add(this.#encode(result.value as never));
  }

  #add(chunk: Chunk): void {
    if (!this.#whole) this.#tail = (this.#tail + lastOf(chunk)).slice(-TAIL);
    if (typeof chunk === 'string') {
      this.#text += chunk;
      this.#size += chunk.length;
      if (this.#size < WRITE_SIZE) return;
    } else if (chunk.length < PASS_SIZE || !this.wanted) {
      this.#gatherText();
      // A copy: a source may write its next chunk into the same memory.
      this.#gather(Buffer.from(chunk));
      this.#size += chunk.length;
    } else {
      this.#flush(true);
      this.hand(chunk);
    }
    if (this.#size >= WRITE_SIZE && this.wanted) this.#flush();
  }

  #gatherText(): void {
    if (this.#text === '') return;
    this.#gather(Buffer.from(this.#text));
    this.#text = '';
  }

  #gather(bytes: Uint8Array): void {
    // No list of its own for a stream that never gathers bytes.
    if (this.#gathered === NOTHING) this.#gathered = [bytes];
    else this.#gathered.push(bytes);
  }

  /** @param all Whether nothing comes after it: half of a character is held back until the other half has come. */
  #flush(all = false): void {
    if (this.#size === 0) return;
    const half = all || !isCut(this.#text) ? '' : this.#text.slice(-1);
    if (half !== '') this.#text = this.#text.slice(0, -1);
    let bytes: Uint8Array;
    if (this.#gathered.length === 0) bytes = Buffer.from(this.#text);
    else {
      this.#gatherText();
      bytes = Buffer.concat(this.#gathered);
      this.#gathered = NOTHING;
    }
    this.#text = half;
    this.#size = half.length;
    this.hand(bytes);
  }

  #end(): void {
    this.#flush(true);
    this.finish();
  }

  /**
   * The first work of a turn asks for its end: then what was gathered is handed on, and a source that had used up its
   * time goes on.
   */
  #beginTurn(): void {
    if (this.#turnStart !== undefined) return;
    this.#turnStart = this.#lookedAt = performance.now();
    setImmediate(endTurn, this);
  }

  /** Called by the end of the turn. */
  endTurn(): void {
    this.#turnStart = undefined;
    this.#spent = false;
    if (this.over) return;
    this.#flush();
    this.produce();
  }

  /** Looks at the clock: after each item of a slow source, and after up to 32 of a quick one. */
  #turnIsOver(): boolean {
    const now = performance.now();
    const sinceLook = now - this.#lookedAt;
    if (sinceLook > LOOK_INTERVAL) this.#untimedLimit = 1;
    else if (sinceLook < LOOK_INTERVAL / 2)
      this.#untimedLimit = Math.min(this.#untimedLimit * 2, MOST_UNTIMED_ITEMS);
    this.#lookedAt = now;
    this.#untimed = 0;
    this.#spent = now - (this.#turnStart ?? now) > TURN_BUDGET;
    return this.#spent;
  }

  /** The source failed: what it gave before goes out first; then the error is said in band, or the response is broken off. */
  #failWith(error: unknown): void {
    if (this.over) return;
    try {
      // Where there was nothing but empty chunks, it can still be an error response.
      const last = this.bytes > 0 || this.#size > 0 ? this.#toLastChunk?.(error) : undefined;
      if (last !== undefined) {
        this.#add(last);
        this.#owner.failedInBand(error);
        this.#source.stop();
        this.#end();
        return;
      }
    } catch (second) {
      this.#owner.failedInBand(second);
    }
    this.#flush(true);
    this.fail(error);
  }
}

const NOTHING: Uint8Array[] = [];

/** An empty line ends an event (WHATWG HTML section 9.2.6). */
const EVENT_ENDS = /(?:\r\n|\r|\n)(?:\r\n|\r|\n)$/;
/** The longest end of an event. */
const TAIL = 4;

/** Whether a text ends with the first half of a surrogate pair, which alone cannot be written as UTF-8 (RFC 3629 section 3). */
function isCut(text: string): boolean {
  const last = text.charCodeAt(text.length - 1);
  return last >= 0xd800 && last <= 0xdbff;
}

function lastOf(chunk: Chunk): string {
  return typeof chunk === 'string'
    ? chunk.slice(-TAIL)
    : Buffer.from(chunk.subarray(-TAIL)).toString('latin1');
}

function goOn(stream: ChunkStream): void {
  stream.goOn();
}

/** One function for all streams, where a closure for each turn would be garbage. */
function endTurn(stream: ChunkStream): void {
  stream.endTurn();
}
