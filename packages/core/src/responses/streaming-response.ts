import { ResponseError } from '../errors/response-error.js';
import { checkChunk, isChunkSource, type Chunk, type ChunkSource } from '../streams/chunk-source.js';
import { isEventStream, setEventStreamHeaders, toEventStreamParts } from './event-stream.js';
import { Response, type ResponseInit } from './response.js';
import type { ResponseBody } from './response-parts.js';

/**
 * A body that is made while it is sent: a generator, an iterable, a Node Readable or a web ReadableStream of text or bytes.
 *
 * ```ts
 * @Get('/export.csv', { responseClass: StreamingResponse, mediaType: 'text/csv' })
 * *export() {
 *   yield 'id,name\n';
 *   for (const item of this.store) yield `${item.id},${item.name}\n`;
 * }
 * ```
 *
 * With the media type `text/event-stream` it is sent as an event stream, whose framing is its own. The first chunk is
 * awaited before the head is sent, so a source that fails at once becomes an error response; one that fails later breaks
 * the connection. The source is closed when the client leaves. Without a media type no
 * `Content-Type` is sent, as in FastAPI.
 *
 * @throws ResponseError CONTENT_INVALID when the content is not iterable; text and bytes are one chunk: use `Response`.
 */
export class StreamingResponse<Item = Chunk> extends Response<ChunkSource<Item>> {
  constructor(content: ChunkSource<Item>, init: ResponseInit = {}) {
    super(content, init);
    const given: unknown = content;
    if (!isChunkSource(given)) {
      throw new ResponseError(
        'CONTENT_INVALID',
        `${new.target.name} sends an iterable, a generator or a stream, not ${given === null ? 'null' : typeof given}; Response sends text and bytes.`,
      );
    }
    if (isEventStream(this.headers)) setEventStreamHeaders(this.headers);
  }

  /** Turns an item into a chunk of the body; text and bytes here. Classes that stream other values override it. */
  protected encode(item: Item): Chunk {
    return checkChunk(item);
  }

  /** Turns what a route's `onStreamError` says into the last chunk. It is no item: a response model does not apply to it. */
  protected encodeLast(item: Item): Chunk {
    return this.encode(item);
  }

  protected override toBody(): ResponseBody {
    const own: unknown = Reflect.get(this, 'encode');
    return {
      kind: 'chunks',
      source: this.content ?? [],
      // A class without one of its own has nothing to say: an open stream then does not hold the response.
      encode:
        own === StreamingResponse.prototype.encode
          ? checkChunk
          : (item: Item) => checkChunk(this.encode(item)),
      encodeLast: (item: Item) => checkChunk(this.encodeLast(item)),
      // Framed by the program: a chunk may be half of an event.
      events: isEventStream(this.headers) ? toEventStreamParts({ whole: false }) : undefined,
    };
  }
}
