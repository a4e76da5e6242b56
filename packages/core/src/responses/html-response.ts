import { Response } from './response.js';

/** Text as `text/html; charset=utf-8`. It is sent as it is: escape what comes from users. */
export class HTMLResponse extends Response<string> {
  static override readonly mediaType: string | undefined = 'text/html';
}
