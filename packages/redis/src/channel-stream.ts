import type { BrokerEvent, BrokerReceiver } from '@sluice/core';

import { readTag, type Entry } from './entry.js';
import { isLater, readPosition, type Place } from './position.js';

/** Publishers that are remembered, of which there is one for each process that ever published. */
const PUBLISHERS = 1000;

/** Someone who wants to hear of a stream. */
interface Listener {
  /** What came while it was not known yet where it begins. */
  held: BrokerEvent[] | undefined;
  /** Gets nothing of what stands here or before. */
  after: Place | undefined;
}

/**
 * How far this process has read one stream, and who wants to hear of it.
 *
 * What was handed on is known by the count of each publisher, not by ids alone: after Redis has lost some of its memory, the
 * stream is read from its beginning, and what is in it twice for us is left out.
 */
export class ChannelStream {
  /** What was handed on last; undefined until it is known where to begin. */
  #last: Place | undefined;
  #doubtful = false;
  /** How far it was read again, of what was all handed on before. */
  resumedAt: Place | undefined;
  readonly #receivers = new Map<BrokerReceiver, Listener>();
  readonly #seen = new Map<string, number>();
  readonly #waiting = new Set<{ id: string; resolve: () => void }>();
  #start: Place | undefined;

  constructor(readonly key: string) {}

  get last(): Place | undefined {
    return this.#last;
  }

  /** Where this process began to read. */
  get start(): Place | undefined {
    return this.#start;
  }

  /** Whether the entry at `last` may not be there any more: after a broken connection. */
  get doubtful(): boolean {
    return this.#doubtful;
  }

  set doubtful(doubtful: boolean) {
    this.#doubtful = doubtful;
    this.#settle();
  }

  /** Whether somebody listens. */
  get active(): boolean {
    return this.#receivers.size > 0;
  }

  add(receiver: BrokerReceiver): void {
    this.#receivers.set(receiver, { held: [], after: undefined });
  }

  remove(receiver: BrokerReceiver): void {
    this.#receivers.delete(receiver);
    if (this.active) return;
    // Whoever comes next begins at the end of the stream again.
    this.#last = undefined;
    this.#start = undefined;
    this.#doubtful = false;
    this.#seen.clear();
    this.#settle();
  }

  /** A receiver begins after a place, or, where it is not known, with all that this process has not handed on. */
  begin(receiver: BrokerReceiver, place: Place | undefined): void {
    const listener = this.#receivers.get(receiver);
    if (listener?.held === undefined) return;
    const { held } = listener;
    listener.held = undefined;
    listener.after = place;
    this.#tell(receiver, held);
    if (this.#last !== undefined || place === undefined) return;
    this.moveTo(place);
  }

  /** Goes on at a place, as if the stream began there. */
  moveTo(place: Place): void {
    this.#start = place;
    this.#last = place;
    this.#settle();
  }

  /** Hands on entries in their order, as many as were not handed on before. */
  handOn(entries: readonly Entry[]): void {
    const events: BrokerEvent[] = [];
    for (const entry of entries) {
      if (this.#note(entry) && entry.event !== undefined) events.push(entry.event);
    }
    const last = entries.at(-1);
    if (last !== undefined) this.#last = { id: last.id, tag: last.tag };
    if (events.length > 0) for (const receiver of this.#receivers.keys()) this.#tell(receiver, events);
    this.#settle();
  }

  /** Whether an entry was handed on before. */
  has(entry: Entry): boolean {
    const mark = readTag(entry.tag);
    return mark !== undefined && mark.count <= (this.#seen.get(mark.publisher) ?? 0);
  }

  /** The stream is not the one that it was: what comes now may stand anywhere. */
  tellGap(position: string | undefined): void {
    for (const [receiver, listener] of this.#receivers) {
      listener.after = undefined;
      // One that has not begun misses nothing.
      if (listener.held !== undefined) continue;
      call(() => {
        receiver.onGap(position);
      });
    }
  }

  /** Resolves when all up to an id was handed on, or when that is not going to happen. */
  async whenAt(id: string): Promise<void> {
    if (this.#isAt(id)) return;
    await new Promise<void>((resolve) => {
      this.#waiting.add({ id, resolve });
    });
  }

  /** Nothing comes any more. */
  end(): void {
    this.#receivers.clear();
    this.#settle();
  }

  #tell(receiver: BrokerReceiver, all: readonly BrokerEvent[]): void {
    const listener = this.#receivers.get(receiver);
    if (listener === undefined) return;
    if (listener.held !== undefined) {
      listener.held.push(...all);
      return;
    }
    const { after } = listener;
    const events =
      after === undefined
        ? all
        : all.filter(({ position }) => isLater(readPosition(position)?.id ?? '', after.id));
    // From the first that is later on, all are.
    if (events.length > 0) listener.after = undefined;
    if (events.length > 0) {
      call(() => {
        receiver.onEvents(events);
      });
    }
  }

  /** @returns Whether the entry is new. */
  #note(entry: Entry): boolean {
    const mark = readTag(entry.tag);
    if (mark === undefined) return true;
    if (this.has(entry)) return false;
    if (!this.#seen.has(mark.publisher) && this.#seen.size >= PUBLISHERS) {
      for (const oldest of this.#seen.keys()) {
        this.#seen.delete(oldest);
        break;
      }
    }
    this.#seen.set(mark.publisher, mark.count);
    return true;
  }

  #isAt(id: string): boolean {
    if (!this.active) return true;
    return this.#last !== undefined && !this.#doubtful && !isLater(id, this.#last.id);
  }

  #settle(): void {
    for (const waiting of this.#waiting) {
      if (!this.#isAt(waiting.id)) continue;
      this.#waiting.delete(waiting);
      waiting.resolve();
    }
  }
}

/** Whatever one receiver does with what it is told, the others are told too. */
function call(tell: () => void): void {
  try {
    tell();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
