import { EventSourceResponse } from '../responses/event-source-response.js';
import { HTMLResponse } from '../responses/html-response.js';
import { JSONLinesResponse } from '../responses/json-lines-response.js';
import { PlainTextResponse } from '../responses/plain-text-response.js';
import type { ResponseClass, ResponseInit } from '../responses/response.js';
import { StreamingResponse } from '../responses/streaming-response.js';

/** Content that a class takes, for a response of it that is never sent. */
const SAMPLES: ReadonlyMap<unknown, unknown> = new Map<unknown, unknown>([
  [EventSourceResponse, []],
  [HTMLResponse, ''],
  [JSONLinesResponse, []],
  [PlainTextResponse, ''],
  [StreamingResponse, []],
]);

/**
 * Puts the headers that a class of this package gives every response of a route into what it is given, so that they are
 * made and checked once: for a response that is sent now and then that took 10 µs, most of it in regular expressions.
 *
 * A class of the program's own may decide otherwise for each response, and gets what the route says.
 */
export function compileInit(init: ResponseInit, responseClass: ResponseClass | undefined): ResponseInit {
  const sample = SAMPLES.get(responseClass);
  if (responseClass === undefined || sample === undefined) return init;
  try {
    return { ...init, headers: new responseClass(sample as never, init).headers };
  } catch {
    // What the class refuses, it refuses for each request.
    return init;
  }
}
