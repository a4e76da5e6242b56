import { Response } from './response.js';
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

  protected override render(content: Content | undefined): string | Uint8Array | undefined {
    return toJsonText(content);
  }
}
