import { ResponseError } from '../errors/response-error.js';
import { encodeEvent, prependId } from './encode-event.js';
import type { ServerSentEventFields } from './event-fields.js';

const EVENT = Symbol.for('sluice.server-sent-event');
const NOTICE = Symbol.for('sluice.event-notice');
// Carries the text of an event that was encoded before into the copy that gets an id.
const ENCODED = Symbol('encoded');
const FIELDS = ['data', 'rawData', 'event', 'id', 'retry', 'comment'] as const;
// A line break would end the field and begin another one; NUL makes a client ignore an id.
const LINE_BREAK_OR_NUL = /[\r\n\0]/;

/**
 * One event of an {@link EventSourceResponse}: checked when it is made, frozen, and encoded once however often it is sent.
 *
 * ```ts
 * yield new ServerSentEvent({ data: item, event: 'item_update', id: String(item.id) });
 * ```
 *
 * @throws ResponseError EVENT_INVALID when a field is not as {@link ServerSentEventFields} says, or is none of them.
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
    this.#text = (fields as { readonly [ENCODED]?: string })[ENCODED] ?? encodeEvent(fields);
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

  /**
   * The same event with this id, as it was encoded: its data are not read again. An event that has an id is itself.
   *
   * @throws ResponseError EVENT_INVALID when the id holds CR, LF or NUL.
   */
  withId(id: string): ServerSentEvent {
    if (this.id !== undefined) return this;
    const { data, rawData, event, retry, comment } = this;
    const fields = { data, rawData, event, id, retry, comment, [ENCODED]: prependId(id, this.#text) };
    return new ServerSentEvent(fields);
  }

  /** Tells events of every copy of this package from other objects. */
  static is(value: unknown): value is ServerSentEvent {
    return typeof value === 'object' && value !== null && EVENT in value;
  }
}

Object.defineProperty(ServerSentEvent.prototype, EVENT, { value: true });

/** Marks the events of a class as Sluice's own, which are sent as they are whatever a route says of its events. */
export function markNotice(prototype: ServerSentEvent): void {
  Object.defineProperty(prototype, NOTICE, { value: true });
}

/** Whether an event is one of Sluice's own. */
export function isNotice(event: ServerSentEvent): boolean {
  return NOTICE in event;
}

/** An object that has only fields of an event, and at least one of `data`, `rawData` and `comment`. */
export function isEventShaped(value: unknown): value is ServerSentEventFields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const keys = Object.keys(value);
  return keys.every(isField) && keys.some((key) => key === 'data' || key === 'rawData' || key === 'comment');
}

function isField(key: string): boolean {
  return (FIELDS as readonly string[]).includes(key);
}

function checkFields(fields: ServerSentEventFields): void {
  const given: unknown = fields;
  if (typeof given !== 'object' || given === null) {
    throw invalid(`an event is made of an object with its fields, not of ${describe(given)}`);
  }
  // What is misspelt would be missed by clients only.
  const unknown = Object.keys(given).find((key) => !isField(key));
  if (unknown !== undefined) {
    throw invalid(`${JSON.stringify(unknown)} is no field of an event: there are ${FIELDS.join(', ')}`);
  }
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
  if (FIELDS.every((name) => fields[name] === undefined)) {
    throw invalid('it has none of the fields data, rawData, event, id, retry, comment');
  }
}

function describe(value: unknown): string {
  if (typeof value === 'number') return String(value);
  if (value === null) return 'null';
  return typeof value === 'string' ? JSON.stringify(value) : typeof value;
}

function invalid(problem: string): ResponseError {
  return new ResponseError('EVENT_INVALID', `${problem}.`);
}
