import { ResponseError } from '../errors/response-error.js';

/**
 * Throws for what JSON.stringify would turn into `{}`, a list of numbers, or nothing, and names the class that sends it.
 *
 * Only the value itself is looked at, not what it holds: this runs for each response.
 */
export function assertJson(value: unknown): void {
  const use = insteadOfJson(value);
  if (use !== undefined) throw new ResponseError('CONTENT_NOT_JSON', use);
}

/** The JSON text of a value that {@link assertJson} accepts; `undefined` is `null`. */
export function toJsonText(value: unknown): string {
  if (value === undefined) return 'null';
  assertJson(value);
  // JSON.stringify's type says string, but a toJSON that gives undefined gives undefined.
  const text = JSON.stringify(value) as string | undefined;
  return text ?? 'null';
}

function insteadOfJson(value: unknown): string | undefined {
  switch (typeof value) {
    case 'object':
      return value === null || Array.isArray(value) ? undefined : objectInsteadOfJson(value);
    case 'function':
      return `a function${value.name === '' ? '' : ` (${value.name})`} is not JSON; was it meant to be called?`;
    case 'symbol':
      return 'a symbol is not JSON.';
    case 'bigint':
      return 'a bigint is not JSON; return String(value), or a number.';
    default:
      return undefined;
  }
}

function objectInsteadOfJson(value: object): string | undefined {
  // What brings its own JSON is JSON, except Buffer, whose toJSON makes a list of numbers.
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) {
    return 'bytes are not JSON; return new Response(bytes, { mediaType }).';
  }
  if ('toJSON' in value && typeof value.toJSON === 'function') return undefined;
  if (value instanceof Map || value instanceof Set) {
    const how = value instanceof Map ? 'Object.fromEntries(map)' : 'Array.from(set)';
    return `a ${value instanceof Map ? 'Map' : 'Set'} is not JSON; return ${how}.`;
  }
  if (value instanceof Promise) return 'a promise inside a result is not JSON; await it.';
  if ('pipe' in value && typeof value.pipe === 'function') {
    return 'a Node stream is not JSON; return new StreamingResponse(stream, { mediaType }).';
  }
  if ('getReader' in value && typeof value.getReader === 'function') {
    return 'a web stream is not JSON; return new StreamingResponse(stream, { mediaType }).';
  }
  if (Symbol.asyncIterator in value || Symbol.iterator in value) {
    return 'an iterator is not JSON; return JSONLinesResponse, EventSourceResponse or StreamingResponse over it, or an array.';
  }
  if (value instanceof Blob)
    return 'a Blob is not JSON; return new StreamingResponse(blob.stream(), { mediaType: blob.type }).';
  return undefined;
}
