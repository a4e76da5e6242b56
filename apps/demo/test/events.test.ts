import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';

import { createItem, makeFolder, removeFolder, startDemo, type Demo } from './support/start-demo.js';

let folder: string;
let demo: Demo;

beforeEach(async () => {
  folder = await makeFolder();
  demo = await startDemo(folder);
});

afterEach(async () => {
  await demo.close();
  await removeFolder(folder);
});

/** An open event stream, on a connection that ends with it. */
class Stream {
  #text = '';
  readonly #chunks: AsyncIterator<string>;

  private constructor(readonly response: IncomingMessage) {
    this.#chunks = response.setEncoding('utf8')[Symbol.asyncIterator]() as AsyncIterator<string>;
  }

  static async open(): Promise<Stream> {
    const request = get(`${demo.url}/api/items/events`, { agent: false });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return new Stream(response);
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

describe('GET /api/items/events', () => {
  it('opens at once, with the head of an event stream', async () => {
    const stream = await Stream.open();
    expect(stream.response.statusCode).toBe(200);
    expect(stream.response.headers['content-type']).toBe('text/event-stream');
    expect(stream.response.headers['cache-control']).toBe('no-cache');
    expect(await stream.next()).toBe(': changes of items');
    stream.leave();
  });

  it('tells every client of what is created and deleted', async () => {
    const streams = [await Stream.open(), await Stream.open()];
    for (const stream of streams) await stream.next();

    const item = await createItem(demo.url, 'two\nlines');
    await fetch(`${demo.url}/api/items/${item.id}`, { method: 'DELETE' });
    for (const stream of streams) {
      expect(await stream.next()).toBe(`event: created\ndata: ${JSON.stringify(item)}`);
      expect(await stream.next()).toBe(`event: deleted\ndata: ${JSON.stringify(item)}`);
      stream.leave();
    }
  });

  it('goes on for the others when one client leaves', async () => {
    const [leaver, stayer] = [await Stream.open(), await Stream.open()];
    await leaver.next();
    await stayer.next();
    leaver.leave();
    await createItem(demo.url, 'Tea');
    expect(await stayer.next()).toMatch(/^event: created\n/);
    stayer.leave();
  });

  it('ends when the server closes, with the time after which to come back', async () => {
    const stream = await Stream.open();
    await stream.next();
    const closed = demo.close();
    expect(await stream.next()).toMatch(/^retry: \d+$/);
    expect(await stream.next()).toBeUndefined();
    await closed;
  });

  it('answers a HEAD request without a stream', async () => {
    const response = await fetch(`${demo.url}/api/items/events`, { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(await response.text()).toBe('');
  });
});
