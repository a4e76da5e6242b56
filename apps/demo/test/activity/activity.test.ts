import { createItem } from '../items/create-item.js';
import { makeFolder, removeFolder, startDemo, type Demo } from '../support/start-demo.js';
import { until } from '../support/until.js';

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

function download(headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${demo.url}/api/activity/log`, { headers });
}

async function readLines(): Promise<string[]> {
  return (await (await download()).text()).trimEnd().split('\n');
}

/** When a line of the log was written, in milliseconds since 1970. */
function timeOf(line: string): number {
  return Date.parse(line.slice(0, line.indexOf(' ')));
}

describe('GET /api/activity/log', () => {
  it('is a text file to save, with what a client needs to ask for it again', async () => {
    const response = await download();
    const text = await response.text();
    expect(response.status).toBe(200);
    expect(text).toMatch(/^\S+Z started\n$/);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'content-disposition': 'attachment; filename="activity.log"',
      'content-length': String(text.length),
      'cache-control': 'no-cache',
      'accept-ranges': 'bytes',
      'last-modified': expect.any(String) as string,
      etag: expect.any(String) as string,
    });
  });

  it('answers 206 to a range', async () => {
    const whole = await (await download()).text();
    const response = await download({ range: 'bytes=5-9' });
    expect(response.status).toBe(206);
    expect(response.headers.get('content-range')).toBe(`bytes 5-9/${whole.length}`);
    expect(await response.text()).toBe(whole.slice(5, 10));
  });

  it('answers 416 to a range behind the end', async () => {
    const { status, headers } = await download({ range: 'bytes=1000000-' });
    expect(status).toBe(416);
    expect(headers.get('content-range')).toMatch(/^bytes \*\/\d+$/);
  });

  it('answers 304 to a client that has it already', async () => {
    const etag = (await download()).headers.get('etag') ?? '';
    // Without a cache-control of its own, fetch would send `no-cache` along, which asks for the whole file again.
    const response = await download({ 'if-none-match': etag, 'cache-control': 'max-age=0' });
    expect(response.status).toBe(304);
    expect(await response.text()).toBe('');
  });
});

describe('the background task', () => {
  it('writes its line after the response of a new item', async () => {
    const { id } = await createItem(demo.url, 'Tea');
    const answered = Date.now();
    const line = await until(async () => (await readLines())[1], 'the line of the new item');
    expect(line).toMatch(new RegExp(`^\\S+Z created item ${id}: Tea$`));
    expect(timeOf(line)).toBeGreaterThan(answered);
  });

  it('writes its line after the response of an item that was deleted', async () => {
    const { id } = await createItem(demo.url, 'Tea');
    await until(async () => (await readLines())[1], 'the line of the new item');
    await fetch(`${demo.url}/api/items/${id}`, { method: 'DELETE' });
    const answered = Date.now();
    const line = await until(async () => (await readLines())[2], 'the line of the deleted item');
    expect(line).toMatch(new RegExp(`^\\S+Z deleted item ${id}: Tea$`));
    expect(timeOf(line)).toBeGreaterThan(answered);
  });

  it('writes one line, whatever the name holds', async () => {
    await createItem(demo.url, 'Tea\n2026-01-01T00:00:00.000Z forged\u2028\u001b[2J');
    await until(async () => (await readLines())[1], 'the line of the new item');
    const lines = await readLines();
    expect(lines).toHaveLength(2);
    expect(lines[1]).toMatch(/: Tea 2026-01-01T00:00:00.000Z forged \[2J$/);
  });

  it('is waited for when the server closes', async () => {
    await createItem(demo.url, 'Tea');
    await demo.close();
    demo = await startDemo(folder);
    const lines = await readLines();
    expect(lines.map((line) => line.slice(line.indexOf(' ') + 1))).toEqual([
      'started',
      'created item 1: Tea',
      'started',
    ]);
  });
});
