import type { ResponseHeaders } from '../http/headers.js';
import { encodeComment } from '../sse/encode-event.js';
import type { EventFeed } from '../sse/event-feed.js';
import type { EventStreamParts } from './response-parts.js';

const FIRST_ITEM_TIMEOUT = 25;
// WHATWG HTML section 9.2.7 advises a comment "every 15 seconds or so".
const KEEP_ALIVE = 15_000;
const PING = new TextEncoder().encode(`${encodeComment('keep-alive')}\n`);
/** What a client is told to wait, in milliseconds, when the server closes under it. */
const RETRY_AFTER_CLOSE = 1000;

/** Whether a response says that it is an event stream. */
export function isEventStream(headers: ResponseHeaders): boolean {
  const type = headers.get('content-type');
  // Every stream asks, and a regular expression is dear where it is seldom used: first its sixth letter.
  return type !== undefined && (type[5] === 'e' || type[5] === 'E') && EVENT_STREAM.test(type);
}

const EVENT_STREAM = /^text\/event-stream\s*(?:;|$)/i;

/** Sets what an event stream needs, where it is not set. */
export function setEventStreamHeaders(headers: ResponseHeaders): void {
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-cache');
  // nginx gathers a response into its buffers unless it is told not to.
  if (!headers.has('x-accel-buffering')) headers.set('x-accel-buffering', 'no');
}

/** What is known of an event stream besides its items. */
interface EventStreamInit {
  readonly firstItemTimeout?: number | null | undefined;
  readonly keepAlive?: number | null | undefined;
  readonly feed?: EventFeed | undefined;
  /** Whether each item is whole events. */
  readonly whole: boolean;
}

/** What keeps an event stream going, and ends it. */
export function toEventStreamParts({
  firstItemTimeout = FIRST_ITEM_TIMEOUT,
  keepAlive = KEEP_ALIVE,
  feed,
  whole,
}: EventStreamInit): EventStreamParts {
  return {
    firstItemTimeout,
    feed,
    whole,
    opening: `${encodeComment('')}\n`,
    closing: `retry: ${String(RETRY_AFTER_CLOSE)}\n\n`,
    // In the middle of an event it would end it.
    keepAlive: whole ? keepAlive : null,
    ping: PING,
  };
}
