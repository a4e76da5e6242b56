import { Response, type ResponseClass, type ResponseInit } from './response.js';
import type { ResultModel } from './result-model.js';
import { toJsonText } from './to-json.js';

/**
 * JSON, the response class of every route that names no other. A string is JSON too, with its quotes; `undefined` is `null`.
 *
 * Override `render` to write JSON in another way.
 *
 * @throws ResponseError CONTENT_NOT_JSON when the content is bytes, a stream, a Map, or anything else JSON has no word for.
 */
export class JSONResponse<Content = unknown> extends Response<Content> {
  static override readonly mediaType: string | undefined = 'application/json';

  static override from(
    this: ResponseClass,
    result: unknown,
    init: ResponseInit,
    model?: ResultModel,
  ): Response {
    if (model === undefined) return new this(result as never, init);
    const projected = model.project(result);
    const response = new this(projected as never, init);
    // A class that renders in its own way gets the data.
    if (Reflect.get(response, 'render') === JSONResponse.prototype.render)
      response.body = model.serialize(projected);
    return response;
  }

  protected override render(content: Content | undefined): string | Uint8Array | undefined {
    return toJsonText(content);
  }
}
