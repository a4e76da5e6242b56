import type { ServerSentEvent } from '../sse/server-sent-event.js';

/**
 * What ended a subscription: the iteration was left or the response ended (`returned`), its signal fired (`aborted`), the
 * channel was closed and all was delivered (`closed`), its queue was full under `whenFull: 'disconnect'` (`too-slow`), or
 * the broker could not read the history (`failed`).
 */
export type SubscriptionEnd = 'returned' | 'aborted' | 'closed' | 'too-slow' | 'failed';

/**
 * The events of a channel for one subscriber, from the moment of `subscribe()` on. It is read once.
 *
 * Give it to `new EventSourceResponse(…)`, or iterate it. Where events are missing it has an event named `reset`.
 */
export interface Subscription<T = unknown> extends AsyncIterableIterator<ServerSentEvent> {
  /** Leaves the channel; a pending `next()` is done. */
  return(): Promise<IteratorResult<ServerSentEvent>>;
  /** What has ended it; undefined before. */
  readonly endedBy: SubscriptionEnd | undefined;
  /**
   * The same subscription as values: the `data` of each event, or the text of its `rawData`. Events that have neither,
   * and `reset`, are left out. They are the objects that were published, for all subscribers: do not change them.
   */
  values(): AsyncIterableIterator<T>;
}
