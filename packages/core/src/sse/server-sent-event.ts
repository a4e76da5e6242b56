import { ResponseError } from '../errors/response-error.js';
import { encodeEvent } from './encode-event.js';

/** The fields of a server-sent event (WHATWG HTML, section 9.2.6). */
export interface ServerSentEventFields {
  /** Any JSON value, sent as JSON; a string too, with its quotes. Not together with `rawData`. */
  data?: unknown;
  /** Text that is sent as it is, one `data:` line for each of its lines. Not together with `data`. */
  rawData?: string;
  /** Name of the event, which a browser dispatches it by; without CR, LF and NUL. */
  event?: string;
  /** What a client that reconnects sends as `Last-Event-ID`; without CR, LF and NUL. */
  id?: string;
  /** How long a client waits before it reconnects, in milliseconds, an integer from 0. */
  retry?: number;
  /** Text for the reader of the wire; clients ignore it. */
  comment?: string;
}

const EVENT = Symbol.for('sluice.server-sent-event');
const FIELDS: ReadonlySet<string> = new Set(['data', 'rawData', 'event', 'id', 'retry', 'comment']);
// A line break would end the field and begin another one; NUL makes a client ignore an id.
// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const LINE_BREAK_OR_NUL = /[\r\n\0]/;

/**
 * One event of an {@link EventSourceResponse}: checked when it is made, frozen, and encoded once however often it is sent.
 *
 * ```ts
 * yield new ServerSentEvent({ data: item, event: 'item_update', id: String(item.id) });
 * ```
 *
 * @throws ResponseError EVENT_INVALID when a field is not as {@link ServerSentEventFields} says.
 */
export class ServerSentEvent {
  readonly data: unknown;
  readonly rawData: string | undefined;
  readonly event: string | undefined;
  readonly id: string | undefined;
  readonly retry: number | undefined;
  readonly comment: string | undefined;
  readonly #text: string;
  #bytes: Uint8Array | undefined;

  constructor(fields: ServerSentEventFields) {
    checkFields(fields);
    this.data = fields.data;
    this.rawData = fields.rawData;
    this.event = fields.event;
    this.id = fields.id;
    this.retry = fields.retry;
    this.comment = fields.comment;
    // Encoded here and not when it is sent: data that is not JSON fails where it was written, and an object that
    // changes later is sent as it was.
    this.#text = encodeEvent(fields);
    Object.freeze(this);
  }

  /** The event as text of the wire, with the empty line that ends it. */
  get text(): string {
    return this.#text;
  }

  /** The event in UTF-8, the same bytes at each call: do not write to them. */
  get bytes(): Uint8Array {
    return (this.#bytes ??= new TextEncoder().encode(this.#text));
  }

  /** Tells events of every copy of this package from other objects. */
  static is(value: unknown): value is ServerSentEvent {
    return typeof value === 'object' && value !== null && EVENT in value;
  }
}

Object.defineProperty(ServerSentEvent.prototype, EVENT, { value: true });

/** An object that has only fields of an event, and at least one of `data`, `rawData` and `comment`. */
export function isEventShaped(value: unknown): value is ServerSentEventFields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const keys = Object.keys(value);
  return (
    keys.every((key) => FIELDS.has(key)) &&
    keys.some((key) => key === 'data' || key === 'rawData' || key === 'comment')
  );
}

function checkFields(fields: ServerSentEventFields): void {
  if (fields.data !== undefined && fields.rawData !== undefined) {
    throw invalid('data and rawData exclude each other: data is sent as JSON, rawData as it is');
  }
  for (const name of ['event', 'id'] as const) {
    const value = fields[name];
    if (value !== undefined && (typeof value !== 'string' || LINE_BREAK_OR_NUL.test(value))) {
      throw invalid(`${name} is text without CR, LF and NUL, not ${describe(value)}`);
    }
  }
  for (const name of ['rawData', 'comment'] as const) {
    if (fields[name] !== undefined && typeof fields[name] !== 'string') {
      throw invalid(`${name} is text, not ${describe(fields[name])}`);
    }
  }
  if (fields.retry !== undefined && !(Number.isSafeInteger(fields.retry) && fields.retry >= 0)) {
    throw invalid(`retry is a number of milliseconds, an integer from 0, not ${describe(fields.retry)}`);
  }
  if (Object.keys(fields).every((name) => fields[name as keyof ServerSentEventFields] === undefined)) {
    throw invalid('it has none of the fields data, rawData, event, id, retry, comment');
  }
}

function describe(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? JSON.stringify(value) : typeof value;
}

function invalid(problem: string): ResponseError {
  return new ResponseError('EVENT_INVALID', `${problem}.`);
}
