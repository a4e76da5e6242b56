import { ResponseError } from '../errors/response-error.js';
import { encodeData, encodeEvent, encodeJsonData } from '../sse/encode-event.js';
import { isEventFeed, type EventFeed } from '../sse/event-feed.js';
import type { ServerSentEventFields } from '../sse/event-fields.js';
import { isEventShaped, isNotice, ServerSentEvent } from '../sse/server-sent-event.js';
import { checkChunk, type Chunk, type ChunkSource } from '../streams/chunk-source.js';
import { isTimerDelay, LONGEST_DELAY } from '../values/is-timer-delay.js';
import { setEventStreamHeaders, toEventStreamParts } from './event-stream.js';
import { assertJson } from './to-json.js';
import type { ResponseInit } from './response.js';
import type { ResultModel } from './result-model.js';
import type { ResponseBody } from './response-parts.js';
import { StreamingResponse } from './streaming-response.js';

/** Options of an event stream. */
export interface EventSourceInit extends ResponseInit {
  /**
   * How long the first item is awaited before the head is sent, in milliseconds, from 0. Default 25; null waits for it,
   * which turns every failure before the first item into an error response, and keeps the client waiting for its `open`.
   */
  firstItemTimeout?: number | null | undefined;
  /**
   * After how many milliseconds of silence, above 0, a comment is sent, so that proxies keep the connection open and a
   * client that is gone is noticed. Default 15,000; null sends none.
   */
  keepAlive?: number | null | undefined;
}

/**
 * Server-sent events (WHATWG HTML section 9.2), which a browser's `EventSource` reads.
 *
 * Its items are {@link ServerSentEvent}s, or plain values, which become the `data` of an event. Given to the constructor,
 * an object with only fields of an event (`{ event: 'start', data: 'text', id: '1' }`) is an event too, with a string
 * `data` sent as it is; yielded by a method with this `responseClass`, a plain object is always data.
 *
 * @throws ResponseError CONTENT_INVALID when the content is not iterable; EVENT_STREAM_INVALID for a time that is none.
 */
export class EventSourceResponse<Item = unknown> extends StreamingResponse<Item> {
  static override readonly mediaType: string | undefined = 'text/event-stream';
  readonly #firstItemTimeout: number | null | undefined;
  readonly #keepAlive: number | null | undefined;
  #eventShaped = true;
  #model: ResultModel | undefined;

  constructor(content: ChunkSource<Item>, init: EventSourceInit = {}) {
    super(content, init);
    const { firstItemTimeout, keepAlive } = init;
    if (firstItemTimeout !== 0) checkTime('firstItemTimeout', firstItemTimeout, 'from 0 to');
    checkTime('keepAlive', keepAlive, 'above 0, at most');
    this.#firstItemTimeout = firstItemTimeout;
    this.#keepAlive = keepAlive;
    setEventStreamHeaders(this.headers);
  }

  static override from(result: unknown, init: ResponseInit, model?: ResultModel): EventSourceResponse {
    const response = new this(result as ChunkSource<unknown>, init);
    response.#eventShaped = false;
    response.#model = model;
    return response;
  }

  protected override encodeLast(item: Item): Chunk {
    this.#model = undefined;
    return this.encode(item);
  }

  protected override encode(item: Item): Chunk {
    return this.#eventShaped ? encodeShaped(item, this.#model) : encodeItem(item, this.#model);
  }

  protected override toBody(): ResponseBody {
    return {
      kind: 'chunks',
      source: this.content ?? [],
      encode: this.#toEncode(),
      encodeLast: (item: Item) => checkChunk(this.encodeLast(item)),
      events: toEventStreamParts({
        firstItemTimeout: this.#firstItemTimeout,
        keepAlive: this.#keepAlive,
        feed: this.#toFeed(),
        whole: true,
      }),
    };
  }

  /** An idle stream holds what it encodes with: not the response, where that has nothing to say. */
  #toEncode(): (item: never) => Chunk {
    if (!this.#isPlain()) return (item: Item) => checkChunk(this.encode(item));
    return this.#eventShaped ? encodePlainShaped : encodePlain;
  }

  /** A feed goes past `encode`. */
  #toFeed(): EventFeed | undefined {
    const { content } = this;
    return this.#isPlain() && isEventFeed(content) ? content : undefined;
  }

  /** Whether neither the class has an `encode` of its own, nor a model says what is sent. */
  #isPlain(): boolean {
    const own: unknown = Reflect.get(this, 'encode');
    return own === EventSourceResponse.prototype.encode && this.#model === undefined;
  }
}

function encodeItem(item: unknown, model: ResultModel | undefined): string {
  if (ServerSentEvent.is(item)) return model === undefined ? item.text : encodeBy(model, item);
  const own = model === undefined ? undefined : modelOf(model, undefined);
  if (own !== undefined) return encodeJsonData(own.serialize(own.project(item)));
  assertJson(item);
  return encodeData(item === undefined ? null : item);
}

/** Of what an iterable gives that was given to the constructor: objects with the fields of an event are one. */
function encodeShaped(item: unknown, model: ResultModel | undefined): string {
  if (ServerSentEvent.is(item) || !isEventShaped(item)) return encodeItem(item, model);
  const fields: ServerSentEventFields = item;
  // With rawData beside it the data stays, so that the event refuses the two.
  if (typeof fields.data !== 'string' || fields.rawData !== undefined)
    return new ServerSentEvent(fields).text;
  const { data: rawData, ...rest } = fields;
  return new ServerSentEvent({ ...rest, rawData }).text;
}

function encodePlain(item: unknown): string {
  return encodeItem(item, undefined);
}

function encodePlainShaped(item: unknown): string {
  return encodeShaped(item, undefined);
}

function checkTime(name: string, time: number | null | undefined, range: string): void {
  if (time === undefined || time === null || isTimerDelay(time)) return;
  const given: unknown = time;
  const shown = typeof given === 'number' ? String(given) : typeof given;
  throw new ResponseError(
    'EVENT_STREAM_INVALID',
    `${name} is a number of milliseconds, ${range} ${String(LONGEST_DELAY)}, or null, not ${shown}.`,
  );
}

/** What is sent of the data of an event. One without a name, or with an empty one, is dispatched as `message` (section 9.2.6). */
function modelOf(model: ResultModel, name: string | undefined): ResultModel | undefined {
  if (model.ofEvent === undefined) return model;
  return model.ofEvent(name === undefined || name === '' ? 'message' : name);
}

/** An event whose data are what the model sends of them, encoded once for all clients. Raw data are sent as they are. */
function encodeBy(routeModel: ResultModel, event: ServerSentEvent): string {
  if (event.data === undefined || isNotice(event)) return event.text;
  const model = modelOf(routeModel, event.event);
  if (model === undefined) return event.text;
  let text = model.texts.get(event);
  if (text === undefined) {
    const { data, event: name, id, retry, comment } = event;
    text = encodeEvent({ data, event: name, id, retry, comment }, (value) =>
      model.serialize(model.project(value)),
    );
    model.texts.set(event, text);
  }
  return text;
}
