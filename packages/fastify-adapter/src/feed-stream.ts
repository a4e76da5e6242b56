import { HTTPException } from '@sluice/core';
import type { EventFeed } from '@sluice/core/internal';
import type { FastifyReply } from 'fastify';

import { BodyStream, type BodyOwner } from './body-stream.js';
import type { Frames } from './frames.js';
import type { Opening } from './opening.js';

/** Bytes that are buffered where a hook has put something between the stream and the response. */
const BUFFER_SIZE = 64 * 1024;

/** What a {@link FeedStream} starts from. */
interface FeedStreamInit {
  readonly raw: FastifyReply['raw'];
  readonly feed: EventFeed;
  /** What is said in band of an error of the feed; where it gives undefined, the response is broken off. */
  readonly toLastChunk: ((error: unknown) => string | Uint8Array | undefined) | undefined;
  /** Text to end with when the server closes. */
  readonly closing: string;
  /** Shared with the streams that get the same bytes. */
  readonly frames: Frames;
  readonly owner: BodyOwner;
}

/**
 * A body of events that were encoded and gathered for all clients of a channel: takes them while the client takes more, and is
 * called back at the end of a turn in which some came. No promise, no copy and no buffer of its own.
 */
export class FeedStream extends BodyStream {
  readonly endsWithServer = true;
  readonly #feed: EventFeed;
  readonly #toLastChunk: FeedStreamInit['toLastChunk'];
  readonly #closing: string;
  readonly #frames: Frames;
  readonly #owner: BodyOwner;
  #opening: Opening | undefined;
  /** What the body begins with, until that is handed on. */
  #first: Buffer | undefined;
  #waiting = false;

  constructor({ raw, feed, toLastChunk, closing, frames, owner }: FeedStreamInit) {
    super(raw, BUFFER_SIZE);
    this.#feed = feed;
    this.#toLastChunk = toLastChunk;
    this.#closing = closing;
    this.#frames = frames;
    this.#owner = owner;
  }

  /** Waits for the first event. */
  openLater(opening: Opening): void {
    this.#opening = opening;
    this.#wait();
  }

  /** The first event is late: the body begins with this. */
  beginLate(text: string): void {
    this.#first = Buffer.from(text);
    this.endOpening();
  }

  /** The server closes: the body ends now; one that has not begun is an error response. */
  override endNow(): void {
    if (this.over) return;
    const opening = this.#opening;
    this.#opening = undefined;
    if (opening !== undefined) {
      this.over = true;
      opening.fail(new HTTPException(503, 'The server is closing'));
      return;
    }
    if (this.endsLater()) return;
    this.#handFirst();
    try {
      // What was published before goes out before the end, as far as the client takes it.
      this.#handWaiting();
    } catch (error) {
      this.#failWith(error);
      return;
    }
    this.hand(Buffer.from(this.#closing));
    this.finish();
  }

  protected override produce(): void {
    this.#handFirst();
    try {
      if (!this.#handWaiting()) return;
      if (this.#feed.done) this.finish();
      else this.#wait();
    } catch (error) {
      this.#failWith(error);
    }
  }

  /** Hands on what waits in the feed, as far as the client takes it; gives whether nothing is left. */
  #handWaiting(): boolean {
    while (this.wanted && !this.over) {
      const batch = this.#feed.take();
      if (batch === undefined) return true;
      this.items += batch.events;
      this.handShared(batch.bytes, this.#frames);
    }
    return false;
  }

  /** The feed failed: that is said in band, or the response is broken off; where nothing was sent, it is an error response. */
  #failWith(error: unknown): void {
    try {
      const last = this.bytes > 0 ? this.#toLastChunk?.(error) : undefined;
      if (last !== undefined) {
        this.hand(typeof last === 'string' ? Buffer.from(last) : last);
        this.#owner.failedInBand(error);
        this.finish();
        return;
      }
    } catch (second) {
      this.#owner.failedInBand(second);
    }
    this.fail(error);
  }

  protected override produceMore(): void {
    this.produce();
  }

  protected override release(): void {
    this.endOpening();
  }

  protected override breakOff(error: unknown): void {
    this.#owner.breakOff(error);
  }

  #handFirst(): void {
    const first = this.#first;
    this.#first = undefined;
    if (first !== undefined) this.hand(first);
  }

  #wait(): void {
    if (this.#waiting) return;
    this.#waiting = true;
    this.#feed.whenReady(this.#onReady);
  }

  // One for all waits, since each would be held while it lasts.
  readonly #onReady = (): void => {
    this.#waiting = false;
    // Who publishes calls back in a context of its own.
    if (this.#opening !== undefined) this.#owner.runInContext(endOpening, this);
    else if (this.wanted && !this.over) this.produce();
  };

  /** Called inside of the request's context. */
  endOpening(): void {
    const opening = this.#opening;
    this.#opening = undefined;
    opening?.end();
  }
}

function endOpening(stream: FeedStream): void {
  stream.endOpening();
}
