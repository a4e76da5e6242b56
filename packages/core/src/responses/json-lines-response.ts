import type { Chunk, ChunkSource } from '../streams/chunk-source.js';
import type { Response, ResponseInit } from './response.js';
import type { ResultModel } from './result-model.js';
import { StreamingResponse } from './streaming-response.js';
import { toJsonText } from './to-json.js';

/** One JSON value a line (`application/jsonl`): what a method that yields is sent as when it names no response class. */
export class JSONLinesResponse<Item = unknown> extends StreamingResponse<Item> {
  static override readonly mediaType: string | undefined = 'application/jsonl';

  #model: ResultModel | undefined;

  static override from(result: unknown, init: ResponseInit, model?: ResultModel): Response {
    const response = new this(result as ChunkSource<unknown>, init);
    response.#model = model;
    return response;
  }

  protected override encodeLast(item: Item): Chunk {
    this.#model = undefined;
    return this.encode(item);
  }

  protected override encode(item: Item): Chunk {
    const model = this.#model;
    return `${model === undefined ? toJsonText(item) : model.serialize(model.project(item))}\n`;
  }
}
