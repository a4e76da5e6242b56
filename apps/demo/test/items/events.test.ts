import { EventStream } from '../support/event-stream.js';
import { makeFolder, removeFolder, startDemo, type Demo } from '../support/start-demo.js';
import { createItem } from './create-item.js';

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

const open = (): Promise<EventStream> => EventStream.open(`${demo.url}/api/items/events`);

describe('GET /api/items/events', () => {
  it('opens at once, with the head of an event stream', async () => {
    const stream = await open();
    expect(stream.response.statusCode).toBe(200);
    expect(stream.response.headers['content-type']).toBe('text/event-stream');
    expect(stream.response.headers['cache-control']).toBe('no-cache');
    expect(await stream.next()).toBe(': changes of items');
    stream.leave();
  });

  it('tells every client of what is created and deleted', async () => {
    const streams = [await open(), await open()];
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
    const [leaver, stayer] = [await open(), await open()];
    await leaver.next();
    await stayer.next();
    leaver.leave();
    await createItem(demo.url, 'Tea');
    expect(await stayer.next()).toMatch(/^event: created\n/);
    stayer.leave();
  });

  it('ends when the server closes, with the time after which to come back', async () => {
    const stream = await open();
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
