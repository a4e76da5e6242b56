import type { Chunk } from '../streams/chunk-source.js';
import { StreamingResponse } from './streaming-response.js';
import { toJsonText } from './to-json.js';

/** One JSON value a line (`application/jsonl`): what a method that yields is sent as when it names no response class. */
export class JSONLinesResponse<Item = unknown> extends StreamingResponse<Item> {
  static override readonly mediaType: string | undefined = 'application/jsonl';

  protected override encode(item: Item): Chunk {
    return `${toJsonText(item)}\n`;
  }
}
