import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import path from 'node:path';

import { createItem } from '../items/create-item.js';
import { makeFolder, removeFolder, startDemo, type Demo } from '../support/start-demo.js';
import { until } from '../support/until.js';

let folder: string;
let demo: Demo;

beforeAll(async () => {
  folder = await makeFolder();
  demo = await startDemo(folder);
});

afterAll(async () => {
  await demo.close();
  await removeFolder(folder);
});

function call(name: string, init?: RequestInit): Promise<Response> {
  return fetch(`${demo.url}/api/downloads/${name}`, init);
}

/** The answer as soon as its head is here, on a connection of its own, and nothing of its body read. */
async function open(name: string): Promise<IncomingMessage> {
  const request = get(`${demo.url}/api/downloads/${name}`, { agent: false });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return response;
}

async function readBytes(response: Response): Promise<Buffer> {
  return Buffer.from(await response.arrayBuffer());
}

/** What `Repr-Digest` says of such bytes. */
function toDigest(bytes: Buffer): string {
  return `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`;
}

async function countTemporaryFiles(): Promise<number> {
  return ((await (await call('temporary-files')).json()) as { count: number }).count;
}

/** Waits until no file of a single request is left. */
function untilNoneIsLeft(): Promise<true> {
  return until(
    async () => ((await countTemporaryFiles()) === 0 ? true : undefined),
    'the end of the temporary files',
  );
}

describe('GET /api/downloads/readings.csv', () => {
  it('is a large file with a Unicode name, its length, a strong tag and its digest', async () => {
    const response = await call('readings.csv');
    const bytes = await readBytes(response);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-length': String(bytes.length),
      'cache-control': 'no-cache',
      'accept-ranges': 'bytes',
      etag: expect.stringMatching(/^"/) as string,
      'repr-digest': toDigest(bytes),
    });
    expect(response.headers.get('content-disposition')).toMatch(
      /^attachment; .*filename\*=UTF-8''Temp%C3%A9rature%20%E2%80%93%20Z%C3%BCrich\.csv$/,
    );
    expect(bytes.length).toBeGreaterThan(4_000_000);
    const rows = bytes.toString().split('\r\n');
    expect([rows.length, rows[0], rows.at(-1)]).toEqual([150_002, 'time,celsius', '']);
    expect(rows[150_000]).toMatch(/^2026-04-15T03:59:00\.000Z,-?\d+\.\d\d$/);
  });

  it('goes on by a range, and says the digest of the whole again', async () => {
    const whole = await call('readings.csv');
    const bytes = await readBytes(whole);
    const rest = await call('readings.csv', {
      headers: { range: 'bytes=2000000-', 'if-range': whole.headers.get('etag')! },
    });
    expect(rest.status).toBe(206);
    expect(rest.headers.get('content-range')).toBe(`bytes 2000000-${bytes.length - 1}/${bytes.length}`);
    expect(rest.headers.get('repr-digest')).toBe(
      toDigest(Buffer.concat([bytes.subarray(0, 2_000_000), await readBytes(rest)])),
    );
  });

  it('sends all of another file when it has changed meanwhile', async () => {
    const before = await call('readings.csv', { method: 'HEAD' });
    expect((await call('readings.csv', { method: 'POST' })).status).toBe(204);
    const after = await call('readings.csv', {
      headers: { range: 'bytes=2000000-', 'if-range': before.headers.get('etag')! },
    });
    expect(after.status).toBe(200);
    expect(after.headers.get('etag')).not.toBe(before.headers.get('etag'));
    expect(after.headers.get('repr-digest')).not.toBe(before.headers.get('repr-digest'));
    expect(after.headers.get('repr-digest')).toBe(toDigest(await readBytes(after)));
  });

  it('goes on with the file that it began with, and keeps only the newest', async () => {
    const response = await open('readings.csv');
    await call('readings.csv', { method: 'POST' });
    const bytes = Buffer.concat((await response.toArray()) as Buffer[]);
    expect(response.headers['repr-digest']).toBe(toDigest(bytes));
    const names = await readdir(path.join(folder, 'downloads'));
    expect(names.filter((name) => name.startsWith('readings'))).toHaveLength(1);
  });
});

describe('GET /api/downloads/melody.wav', () => {
  it('is sound, of which a player asks for any part', async () => {
    const response = await call('melody.wav', { headers: { range: 'bytes=36-43' } });
    expect(response.status).toBe(206);
    expect(response.headers.get('content-type')).toMatch(/^audio\/(?:x-)?wave?$/);
    const part = await readBytes(response);
    expect(part.subarray(0, 4).toString('latin1')).toBe('data');
    expect(response.headers.get('content-range')).toBe(`bytes 36-43/${44 + part.readUInt32LE(4)}`);
  });

  it('is the same file for everybody', async () => {
    const responses = await Promise.all([call('melody.wav'), call('melody.wav')]);
    const [first, second] = await Promise.all(responses.map(readBytes));
    expect(first!.equals(second!)).toBe(true);
    expect(responses[0].headers.get('etag')).toBe(responses[1].headers.get('etag'));
  });
});

describe('GET /api/downloads/items.csv', () => {
  it('has all items, in a file that is gone afterwards', async () => {
    await createItem(demo.url, 'Tea, green');
    const response = await call('items.csv');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="My items.csv"');
    const text = await response.text();
    expect(response.headers.get('content-length')).toBe(String(text.length));
    expect(text).toMatch(/^id,name,price,createdAt\r\n1,"Tea, green",1,\S+Z\r\n$/);
    await untilNoneIsLeft();
  });

  it('is gone too when a part or only the head was asked for, or nothing was satisfied', async () => {
    const asked = [
      call('items.csv', { method: 'HEAD' }),
      call('items.csv', { headers: { range: 'bytes=0-1' } }),
      call('items.csv', { headers: { range: 'bytes=1000000-' } }),
      call('items.csv', { headers: { 'if-match': '"another"' } }),
      call('items.csv', { headers: { 'if-none-match': '*' } }),
    ];
    const responses = await Promise.all(asked);
    expect(responses.map(({ status }) => status)).toEqual([200, 206, 416, 412, 304]);
    await Promise.all(responses.map(readBytes));
    await untilNoneIsLeft();
  });
});

describe('GET /api/downloads/shelf/*', () => {
  it.each([
    ['hello.txt', 'Hello from a file.\n'],
    ['recipes/Cr%C3%A8me%20br%C3%BBl%C3%A9e.txt', 'Cream, sugar, yolks, vanilla. 40 minutes at 150 °C.\n'],
    ['recipes%2FCr%C3%A8me%20br%C3%BBl%C3%A9e.txt', 'Cream, sugar, yolks, vanilla. 40 minutes at 150 °C.\n'],
  ])('sends %s', async (name, text) => {
    const response = await call(`shelf/${name}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(await response.text()).toBe(text);
  });

  it.each([
    ['a file that is not there', 'nothing.txt'],
    ['a folder', 'recipes'],
    ['the folder itself', ''],
    ['a hidden file', '.password.txt'],
    ['a file beside the folder', '..%2fbeside-the-shelf.txt'],
    ['the same by a detour', 'recipes%2f..%2f..%2fbeside-the-shelf.txt'],
    ['the same with back-slashes', '..%5cbeside-the-shelf.txt'],
    ['a path of the machine', '%2fetc%2fpasswd'],
    ['a name that no file can have', 'hello.txt%00'],
  ])('answers 404 to %s', async (_what, name) => {
    const response = await call(`shelf/${name}`);
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ detail: 'Not Found' });
  });
});

describe('the folder of the downloads', () => {
  it('is emptied at the start: a process that was killed may have left files', async () => {
    const data = await makeFolder();
    const left = path.join(data, 'downloads', 'exports', 'left.csv');
    await mkdir(path.dirname(left), { recursive: true });
    await writeFile(left, 'from another time');
    const other = await startDemo(data);
    try {
      expect(await (await fetch(`${other.url}/api/downloads/temporary-files`)).json()).toEqual({ count: 0 });
      expect((await readdir(path.join(data, 'downloads'))).sort()).toEqual([
        'beside-the-shelf.txt',
        'exports',
        'shelf',
      ]);
    } finally {
      await other.close();
      await removeFolder(data);
    }
  });
});
