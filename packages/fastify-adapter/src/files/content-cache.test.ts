import { statSync } from 'node:fs';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { ContentCache } from './content-cache.js';

const SETTLED = 3000;
let folder: string;
let now: jest.SpyInstance<number>;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sluice-cache-'));
  // The time of a file's last change cannot be set, so it is the clock that is ahead.
  const later = Date.now() + SETTLED;
  now = jest.spyOn(Date, 'now').mockReturnValue(later);
});
afterAll(async () => {
  now.mockRestore();
  await rm(folder, { recursive: true });
});

async function keep(cache: ContentCache, name: string, content: string): Promise<string> {
  const filePath = path.join(folder, name);
  await writeFile(filePath, content);
  cache.keep(filePath, statSync(filePath), Buffer.from(content));
  return filePath;
}

const find = (cache: ContentCache, filePath: string, key = filePath): string | undefined =>
  cache.find(filePath, key)?.content.toString();

test('gives the content of a file that is as it was, under the key that it was kept by', async () => {
  const cache = new ContentCache({ maxBytes: 10_000 });
  const filePath = await keep(cache, 'a', 'content');
  expect(find(cache, filePath)).toBe('content');
  expect(find(cache, filePath, 'another key')).toBeUndefined();
});

test.each<[string, (filePath: string) => Promise<void>]>([
  ['was written', (filePath) => writeFile(filePath, 'CONTENT')],
  ['has another time', (filePath) => utimes(filePath, 1, 1)],
  ['is gone', (filePath) => rm(filePath)],
])('forgets a file that %s', async (_what, change) => {
  const cache = new ContentCache({ maxBytes: 10_000 });
  const filePath = await keep(cache, 'b', 'content');
  await change(filePath);
  expect(find(cache, filePath)).toBeUndefined();
});

test('keeps no file that is larger than it may be, nor more than all may be', async () => {
  const small = new ContentCache({ maxBytes: 10_000, maxFileBytes: 3 });
  expect(find(small, await keep(small, 'c', '1234'))).toBeUndefined();
  expect(find(small, await keep(small, 'd', '123'))).toBe('123');
  const full = new ContentCache({ maxBytes: 3000 });
  const first = await keep(full, 'e', '1');
  for (const name of ['f', 'g']) await keep(full, name, name);
  // Of 3000 bytes each takes a kibibyte besides its content.
  expect(find(full, first)).toBeUndefined();
  expect(find(full, path.join(folder, 'g'))).toBe('g');
});

test('keeps no file that was changed a moment ago', async () => {
  const cache = new ContentCache({ maxBytes: 10_000 });
  now.mockReturnValueOnce(Date.now() - SETTLED);
  expect(find(cache, await keep(cache, 'h', 'content'))).toBeUndefined();
});
