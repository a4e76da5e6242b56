import { FetchResponse, isFetchResponse } from './fetch-response.js';
import { JSONLinesResponse } from './json-lines-response.js';
import { Response, type ResponseClass, type ResponseInit } from './response.js';
import type { ResultModel } from './result-model.js';

/** How a route makes a response of what its handler returned. */
export interface Rendering {
  /** The nearest `responseClass`, or undefined where none is named: JSON, and JSON lines for a method that yields. */
  readonly responseClass: ResponseClass | undefined;
  readonly fallbackClass: ResponseClass;
  /** What is sent of a result, or of each item of a stream. */
  readonly model: ResultModel | undefined;
}

/**
 * Makes the response that a handler's result means: a `Response` is itself, a fetch Response goes through, an iterator
 * is JSON lines where no class is named, and all else is rendered by the route's class.
 */
export function renderResult(result: unknown, rendering: Rendering, init: ResponseInit): Response {
  if (Response.is(result)) return result;
  const { responseClass, fallbackClass, model } = rendering;
  // Before the others: to see that something is no Response of fetch takes 2 µs where it is seldom done.
  if (isIterator(result)) return (responseClass ?? JSONLinesResponse).from(result, init, model);
  if (isFetchResponse(result)) return new FetchResponse(result);
  if (result instanceof Error) throw result;
  return (responseClass ?? fallbackClass).from(result, init, model);
}

/** What a method that yields gives, however it was compiled: an object with `next` and an iterator symbol. */
export function isIterator(
  value: unknown,
): value is IterableIterator<unknown> | AsyncIterableIterator<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    'next' in value &&
    typeof value.next === 'function' &&
    (Symbol.asyncIterator in value || Symbol.iterator in value)
  );
}
