import { encodeData } from '../sse/encode-event.js';
import { isEventFeed, type EventFeed } from '../sse/event-feed.js';
import type { ServerSentEventFields } from '../sse/event-fields.js';
import { isEventShaped, ServerSentEvent } from '../sse/server-sent-event.js';
import { hasNoBody } from '../http/status.js';
import type { Chunk, ChunkSource } from '../streams/chunk-source.js';
import { setEventStreamHeaders, toEventStreamParts } from './event-stream.js';
import { assertJson } from './to-json.js';
import type { ResponseInit } from './response.js';
import type { ResponseBody } from './response-parts.js';
import { StreamingResponse } from './streaming-response.js';

/** Options of an event stream. */
export interface EventSourceInit extends ResponseInit {
  /**
   * How long the first item is awaited before the head is sent, in milliseconds. Default 25; null waits for it, which
   * turns every failure before the first item into an error response, and keeps the client waiting for its `open`.
   */
  firstItemTimeout?: number | null | undefined;
  /**
   * After how many milliseconds of silence a comment is sent, so that proxies keep the connection open and a client that
   * is gone is noticed. Default 15,000; null sends none.
   */
  keepAlive?: number | null | undefined;
}

/**
 * Server-sent events (WHATWG HTML section 9.2), which a browser's `EventSource` reads.
 *
 * Its items are {@link ServerSentEvent}s, or plain values, which become the `data` of an event. Given to the constructor,
 * an object with only fields of an event (`{ event: 'start', data: 'text', id: '1' }`) is an event too, with a string
 * `data` sent as it is; yielded by a method with this `responseClass`, a plain object is always data.
 */
export class EventSourceResponse<Item = unknown> extends StreamingResponse<Item> {
  static override readonly mediaType: string | undefined = 'text/event-stream';
  readonly #firstItemTimeout: number | null | undefined;
  readonly #keepAlive: number | null | undefined;
  #eventShaped = true;
  #filter: ((item: unknown) => unknown) | undefined;

  constructor(content: ChunkSource<Item>, init: EventSourceInit = {}) {
    super(content, init);
    this.#firstItemTimeout = init.firstItemTimeout;
    this.#keepAlive = init.keepAlive;
    setEventStreamHeaders(this.headers);
  }

  static override from(
    result: unknown,
    init: ResponseInit,
    filter?: (item: unknown) => unknown,
  ): EventSourceResponse {
    const response = new this(result as ChunkSource<unknown>, init);
    response.#eventShaped = false;
    response.#filter = filter;
    return response;
  }

  protected override encode(item: Item): Chunk {
    if (ServerSentEvent.is(item)) return item.text;
    if (this.#eventShaped && isEventShaped(item)) {
      const fields: ServerSentEventFields = item;
      // With rawData beside it the data stays, so that the event refuses the two.
      if (typeof fields.data !== 'string' || fields.rawData !== undefined)
        return new ServerSentEvent(fields).text;
      const { data: rawData, ...rest } = fields;
      return new ServerSentEvent({ ...rest, rawData }).text;
    }
    const data: unknown = this.#filter === undefined ? item : this.#filter(item);
    assertJson(data);
    return encodeData(data === undefined ? null : data);
  }

  protected override toBody(): ResponseBody {
    if (hasNoBody(this.statusCode)) return { kind: 'none' };
    return {
      kind: 'chunks',
      source: this.content ?? [],
      encode: (item: Item) => this.encode(item),
      events: toEventStreamParts({
        firstItemTimeout: this.#firstItemTimeout,
        keepAlive: this.#keepAlive,
        feed: this.#toFeed(),
        whole: true,
      }),
    };
  }

  /** A feed goes past `encode`: not where a class has one of its own. */
  #toFeed(): EventFeed | undefined {
    const { content } = this;
    const own: unknown = Reflect.get(this, 'encode');
    return own === EventSourceResponse.prototype.encode && isEventFeed(content) ? content : undefined;
  }
}
