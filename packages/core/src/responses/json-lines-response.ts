import type { Chunk, ChunkSource } from '../streams/chunk-source.js';
import type { Response, ResponseInit } from './response.js';
import { StreamingResponse } from './streaming-response.js';
import { toJsonText } from './to-json.js';

/** One JSON value a line (`application/jsonl`): what a method that yields is sent as when it names no response class. */
export class JSONLinesResponse<Item = unknown> extends StreamingResponse<Item> {
  static override readonly mediaType: string | undefined = 'application/jsonl';

  #filter: ((item: unknown) => unknown) | undefined;

  static override from(result: unknown, init: ResponseInit, filter?: (item: unknown) => unknown): Response {
    const response = new this(result as ChunkSource<unknown>, init);
    response.#filter = filter;
    return response;
  }

  protected override encode(item: Item): Chunk {
    return `${toJsonText(this.#filter === undefined ? item : this.#filter(item))}\n`;
  }
}
