import type { ResponseHeaders } from '../http/headers.js';
import { hasNoBody } from '../http/status.js';
import { EventSourceResponse } from '../responses/event-source-response.js';
import { JSONLinesResponse } from '../responses/json-lines-response.js';
import type { ResponseClass, ResponseInit } from '../responses/response.js';
import type { StreamParts } from '../responses/response-parts.js';
import type { ResultModel } from '../responses/result-model.js';
import { StreamingResponse } from '../responses/streaming-response.js';

const STREAMING: ReadonlySet<unknown> = new Set<unknown>([
  EventSourceResponse,
  JSONLinesResponse,
  StreamingResponse,
]);

/** What a route says of its streams. */
interface StreamRendering {
  readonly responseClass: ResponseClass;
  readonly init: ResponseInit;
  readonly model: ResultModel | undefined;
  /** Headers for every response that does not have them itself. */
  readonly headers: ResponseHeaders | undefined;
}

/**
 * What a class of this package makes of every stream of a route, made once: a response for each took a thirtieth of the time
 * to the first byte. Undefined for a class of the program's own, which may decide otherwise for each response, and where the
 * class refuses what the route says.
 */
export function compileStream({
  responseClass,
  init,
  model,
  headers: defaults,
}: StreamRendering): StreamParts | undefined {
  if (!STREAMING.has(responseClass)) return undefined;
  try {
    const { statusCode, headers, body } = responseClass.from([], init, model).toParts();
    if (body.kind !== 'chunks' || hasNoBody(statusCode)) return undefined;
    const more = [...(defaults ?? [])].filter(([name]) => !headers.has(name));
    const fields = [...more, ...headers].map(([name, value]) => ({ name, value }));
    return { statusCode, headers, fields, encoding: body };
  } catch {
    return undefined;
  }
}
