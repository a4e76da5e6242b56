import { once } from 'node:events';
import { get, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';

/** An open event stream, on a connection that ends with it. */
export class EventStream {
  #text = '';
  readonly #chunks: AsyncIterator<string>;

  private constructor(readonly response: IncomingMessage) {
    this.#chunks = response.setEncoding('utf8')[Symbol.asyncIterator]() as AsyncIterator<string>;
  }

  static async open(url: string, headers: OutgoingHttpHeaders = {}): Promise<EventStream> {
    const request = get(url, { agent: false, headers });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return new EventStream(response);
  }

  /** The next event, without the empty line that ends it; undefined at the end of the stream. */
  async next(): Promise<string | undefined> {
    for (;;) {
      const end = this.#text.indexOf('\n\n');
      if (end !== -1) {
        const event = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 2);
        return event;
      }
      const chunk = await this.#chunks.next();
      if (chunk.done === true) return undefined;
      this.#text += chunk.value;
    }
  }

  leave(): void {
    this.response.destroy();
  }
}
