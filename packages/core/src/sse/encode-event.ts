import { ResponseError } from '../errors/response-error.js';
import { toMessage } from '../errors/to-message.js';
import type { ServerSentEventFields } from './event-fields.js';

// WHATWG HTML section 9.2.6: a line ends with CR LF, LF or CR, so each of them would begin a new field.
const LINE_BREAK = /\r\n|\r|\n/;

/**
 * Writes one event in the syntax of WHATWG HTML section 9.2.6. The only writer of that syntax: its input is checked
 * by `ServerSentEvent`, and it splits what may have several lines.
 *
 * @param write Writes the data as JSON text without line breaks.
 */
export function encodeEvent(
  fields: ServerSentEventFields,
  write: (data: unknown) => string = toJson,
): string {
  let text = '';
  if (fields.comment !== undefined) text += encodeComment(fields.comment);
  if (fields.event !== undefined) text += `event: ${fields.event}\n`;
  // JSON text has no line breaks of its own: JSON.stringify escapes them.
  if (fields.data !== undefined) text += `data: ${write(fields.data)}\n`;
  if (fields.rawData !== undefined) text += encodeLines('data: ', fields.rawData);
  if (fields.id !== undefined) text += `id: ${fields.id}\n`;
  if (fields.retry !== undefined) text += `retry: ${String(fields.retry)}\n`;
  return `${text}\n`;
}

/** Gives an event that was written without an id this one. A client takes the fields of an event in any order. */
export function prependId(id: string, event: string): string {
  return `id: ${id}\n${event}`;
}

/** Writes a plain value as the data of an event that has nothing else. */
export function encodeData(data: unknown): string {
  return encodeJsonData(toJson(data));
}

/** Writes JSON text as the data of an event that has nothing else. */
export function encodeJsonData(text: string): string {
  return `data: ${text}\n\n`;
}

/** Writes a comment, without the empty line that ends an event. */
export function encodeComment(comment: string): string {
  return encodeLines(': ', comment);
}

function encodeLines(field: string, value: string): string {
  if (!value.includes('\n') && !value.includes('\r')) return `${field}${value}\n`;
  let text = '';
  for (const line of value.split(LINE_BREAK)) text += `${field}${line}\n`;
  return text;
}

function toJson(data: unknown): string {
  const text = stringify(data);
  if (text === undefined)
    throw new ResponseError('EVENT_INVALID', `data is a JSON value, not ${typeof data}.`);
  return text;
}

/** JSON.stringify's type says string, but functions, symbols and undefined give undefined. */
function stringify(data: unknown): string | undefined {
  try {
    return JSON.stringify(data);
  } catch (error) {
    // A bigint, or an object that holds itself.
    const problem = toMessage(error);
    throw new ResponseError('EVENT_INVALID', `data is a JSON value: ${problem}`, { cause: error });
  }
}
