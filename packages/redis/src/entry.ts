import { randomBytes } from 'node:crypto';

import { ServerSentEvent, type BrokerEvent, type ServerSentEventFields } from '@sluice/core';

import { toPosition, type Place } from './position.js';

/** An entry as Redis gives it: its id, and its fields and values in turn. */
export type RawEntry = readonly [id: string, fields: readonly string[]];

/** What an entry of a stream is for a channel. */
export interface Entry extends Place {
  /** Undefined for an anchor, and for what is no event of ours. */
  readonly event: BrokerEvent | undefined;
  /** Whether it was not written by a broker. */
  readonly foreign: boolean;
}

/** Field of an entry that holds its tag. The others are named as those of an event. */
const TAG = 't';
const PUBLISHER_LENGTH = 8;
const TAG_FORM = /^([\w-]{8})([0-9a-z]{1,11})$/;
const DATA_LINE = 'data: ';

/** Marks what one process publishes: by these marks an entry is told from any other, and the order of two is known. */
export class Tags {
  /** Names this process, for as long as it runs. */
  readonly publisher = randomBytes(6).toString('base64url');
  #count = 0;

  next(): string {
    this.#count += 1;
    return `${this.publisher}${this.#count.toString(36)}`;
  }
}

/** Who marked an entry, and how many it had marked then. */
export function readTag(tag: string | undefined): { publisher: string; count: number } | undefined {
  if (tag === undefined || !TAG_FORM.test(tag)) return undefined;
  return {
    publisher: tag.slice(0, PUBLISHER_LENGTH),
    count: Number.parseInt(tag.slice(PUBLISHER_LENGTH), 36),
  };
}

/** Writes an event as fields and values of an entry; without one, an entry that only marks a place. */
export function encodeEntry(tag: string, event?: ServerSentEvent): string[] {
  const fields = [TAG, tag];
  if (event === undefined) return fields;
  // Data as they were encoded when the event was made, not as the object is now.
  if (event.data !== undefined) fields.push('data', readData(event.text));
  if (event.rawData !== undefined) fields.push('rawData', event.rawData);
  if (event.event !== undefined) fields.push('event', event.event);
  if (event.id !== undefined) fields.push('id', event.id);
  if (event.retry !== undefined) fields.push('retry', String(event.retry));
  if (event.comment !== undefined) fields.push('comment', event.comment);
  return fields;
}

/** Reads an entry. Whatever it holds, this does not throw: others may write to the stream too. */
export function decodeEntry([id, fields]: RawEntry): Entry {
  const read = new Map<string, string>();
  for (let n = 0; n + 1 < fields.length; n += 2) read.set(fields[n] ?? '', fields[n + 1] ?? '');
  const tag = read.get(TAG);
  if (readTag(tag) === undefined) return { id, tag: undefined, event: undefined, foreign: true };
  if (read.size === 1) return { id, tag, event: undefined, foreign: false };
  const position = toPosition({ id, tag });
  try {
    return { id, tag, event: { event: toEvent(read, position), position }, foreign: false };
  } catch {
    return { id, tag, event: undefined, foreign: true };
  }
}

function toEvent(read: ReadonlyMap<string, string>, position: string): ServerSentEvent {
  const fields: ServerSentEventFields = { id: read.get('id') ?? position };
  const data = read.get('data');
  if (data !== undefined) fields.data = JSON.parse(data) as unknown;
  const retry = read.get('retry');
  if (retry !== undefined) fields.retry = Number(retry);
  for (const name of ['rawData', 'event', 'comment'] as const) {
    const value = read.get(name);
    if (value !== undefined) fields[name] = value;
  }
  return new ServerSentEvent(fields);
}

/** The JSON of an event, from its text: one line, since JSON has no line breaks of its own. */
function readData(text: string): string {
  // Lines of a comment begin with a colon, and the name of an event has no line break.
  const from = text.startsWith(DATA_LINE) ? 0 : text.indexOf(`\n${DATA_LINE}`) + 1;
  return text.slice(from + DATA_LINE.length, text.indexOf('\n', from));
}
