import { Response } from './response.js';

/** Text as `text/plain; charset=utf-8`. */
export class PlainTextResponse extends Response<string> {
  static override readonly mediaType: string | undefined = 'text/plain';
}
