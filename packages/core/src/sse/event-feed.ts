const FEED = Symbol.for('sluice.event-feed');

/** Some events in a row, as they are sent: the same object for every client that is at the same place. Do not write to it. */
export interface EventBatch {
  readonly bytes: Uint8Array;
  /** How many events the bytes are. */
  readonly events: number;
}

/**
 * A source of events that hands them over already encoded and gathered, without a promise for each: the direct path of a
 * channel's subscription to the connection.
 *
 * Take until there is nothing, then look at `done`; while it is false, ask for a call back and wait. It is stopped like
 * any source, by the `return()` of its iterator. It is read this way or by its iterator, not by both.
 */
export interface EventFeed {
  /**
   * What is to be sent next, at most about 64 KiB unless one event is larger; undefined when there is nothing now.
   *
   * @throws What made the source fail, once; then it is done.
   */
  take(): EventBatch | undefined;
  /** Whether nothing will come any more; to be read after `take()` gave undefined. */
  readonly done: boolean;
  /**
   * Calls back once when there is something to take, or nothing will come any more: for events at the end of the turn
   * in which they came, together for all that came in it. Not after the source was stopped by `return()`. A later call
   * replaces an earlier one.
   */
  whenReady(callback: () => void): void;
}

/** Tells feeds of every copy of this package from other sources. */
export function isEventFeed(value: unknown): value is EventFeed {
  return typeof value === 'object' && value !== null && FEED in value;
}

/** Marks the instances of a class as feeds. */
export function markEventFeed(prototype: EventFeed): void {
  Object.defineProperty(prototype, FEED, { value: true });
}
