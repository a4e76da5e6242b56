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

/**
 * What a class of this package makes of every stream of a route, made once: a response for each took a thirtieth of the time
 * to the first byte. Undefined for a class of the program's own, which may decide otherwise for each response, and where the
 * class refuses what the route says.
 */
export function compileStream(
  responseClass: ResponseClass,
  init: ResponseInit,
  model: ResultModel | undefined,
): StreamParts | undefined {
  if (!STREAMING.has(responseClass)) return undefined;
  try {
    const { statusCode, headers, body } = responseClass.from([], init, model).toParts();
    return body.kind === 'chunks' && !hasNoBody(statusCode)
      ? { statusCode, headers, encoding: body }
      : undefined;
  } catch {
    return undefined;
  }
}
