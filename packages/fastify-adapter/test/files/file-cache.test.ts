// The cache of contents: what comes out of it is what a read would have given.
import fs from 'node:fs';
import { rename, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { FileResponse, type FileInit } from '@sluice/core';
import type { SluiceOptions } from '@sluice/fastify-adapter';

import { readByteranges } from '../support/byteranges.js';
import { FileServer, MODIFIED } from '../support/file-server.js';
import { withoutDate, type RawResponse } from '../support/raw-request.js';

const KIB = 1024;
/** A file that was changed within two seconds is not kept, and no call can set the time of that. */
const UNTIL_KEPT = 2100;
const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

let files: FileServer;
const opened: string[] = [];
const NAMES = [
  'kept.txt',
  'written.txt',
  'renamed.txt',
  'same.txt',
  'deleted.txt',
  'parts.txt',
  'first',
  'second',
  'third',
  'fourth',
  'large',
  'copy.txt',
  'copy.txt.gz',
  'next.txt',
  'temporary.txt',
  'public/a.txt',
  'restarted.txt',
  'empty.txt',
];

beforeAll(async () => {
  files = await FileServer.start({ fileCache: { maxBytes: 22 * KIB, maxFileBytes: 8 * KIB } });
  for (const name of NAMES) await files.write(name, contentOf(name));
  await pause(UNTIL_KEPT);
  const { open } = fs;
  jest.spyOn(fs, 'open').mockImplementation((...parameters: Parameters<typeof open>) => {
    opened.push(path.basename(String(parameters[0])));
    open(...parameters);
  });
  const { open: openLater } = fs.promises;
  jest.spyOn(fs.promises, 'open').mockImplementation((...parameters: Parameters<typeof openLater>) => {
    opened.push(path.basename(String(parameters[0])));
    return openLater(...parameters);
  });
});
beforeEach(() => {
  opened.length = 0;
});
afterAll(async () => {
  jest.restoreAllMocks();
  await files.close();
});

/** Three of 6 KiB fit into the cache with what an entry takes besides, four do not. */
function contentOf(name: string): Buffer {
  if (name === 'empty.txt') return Buffer.alloc(0);
  const sizes: Record<string, number> = {
    first: 6 * KIB,
    second: 6 * KIB,
    third: 6 * KIB,
    fourth: 6 * KIB,
    large: 8 * KIB + 1,
  };
  const size = sizes[name];
  return size === undefined ? Buffer.from(`content of ${name}`) : Buffer.alloc(size, name);
}
const at = (name: string): string => path.join(files.folder, name);
const body = async (name: string): Promise<string> =>
  (await files.ask(() => new FileResponse(at(name)))).body.toString();

describe('a file that is kept', () => {
  it('is opened once, and answered with the same head each time', async () => {
    const answers = [];
    for (let time = 0; time < 4; time += 1)
      answers.push(await files.ask(() => new FileResponse(at('kept.txt'))));
    expect(opened).toEqual(['kept.txt']);
    const heads = answers.map(withoutDate);
    for (const head of heads) expect(head).toEqual(heads[0]);
    expect(new Set(answers.map((answer) => answer.body.toString()))).toEqual(
      new Set(['content of kept.txt']),
    );
  });

  it.each<[string, FileInit, Record<string, string>, string, number]>([
    ['a part', {}, { range: 'bytes=3-5' }, 'GET', 206],
    ['parts', {}, { range: 'bytes=0-1,5-6' }, 'GET', 206],
    ['no such part', {}, { range: 'bytes=99-' }, 'GET', 416],
    ['HEAD', {}, {}, 'HEAD', 200],
    ['not modified', {}, { 'if-none-match': '*' }, 'GET', 304],
    ['a failed condition', {}, { 'if-match': '"other"' }, 'GET', 412],
    ['another status', { statusCode: 404 }, {}, 'GET', 404],
    ['a name to save it under', { filename: 'ü.txt' }, {}, 'GET', 200],
    ['headers of the user', { headers: { etag: '"mine"', 'cache-control': 'no-store' } }, {}, 'GET', 200],
  ])('RFC 9110 §15: answers like one that is read: %s', async (_what, init, fields, method, status) => {
    const plain = await FileServer.start();
    const kept = () => new FileResponse(at('parts.txt'), init);
    await files.ask(kept);
    const cached = await files.ask(kept, fields, method);
    const read = await plain.ask(kept, fields, method);
    await plain.close();
    expect([cached.status, cached.complete]).toEqual([status, true]);
    const comparable = (response: RawResponse) => {
      const { 'content-type': type, ...others } = withoutDate(response);
      return type?.startsWith('multipart') === true
        ? [others, readByteranges(type, response.body)]
        : [others, type, response.body.toString()];
    };
    expect(comparable(cached)).toEqual(comparable(read));
  });

  it('is read again when it was written', async () => {
    expect(await body('written.txt')).toBe('content of written.txt');
    await writeFile(at('written.txt'), 'other');
    expect(await body('written.txt')).toBe('other');
    expect(opened.filter((name) => name === 'written.txt')).toHaveLength(2);
  });

  it('is read again when another file took its name, as large and as old', async () => {
    expect(await body('renamed.txt')).toBe('content of renamed.txt');
    await files.write('next.txt', 'CONTENT of renamed.txt');
    await rename(at('next.txt'), at('renamed.txt'));
    expect(await body('renamed.txt')).toBe('CONTENT of renamed.txt');
  });

  it('is read again when it was written with as many bytes, and its time was set back', async () => {
    const { size } = fs.statSync(at('same.txt'));
    expect(await body('same.txt')).toBe('content of same.txt');
    await writeFile(at('same.txt'), 'CONTENT of same.txt');
    await utimes(at('same.txt'), MODIFIED, MODIFIED);
    const { size: sizeNow, mtimeMs } = fs.statSync(at('same.txt'));
    expect([sizeNow, mtimeMs]).toEqual([size, MODIFIED.getTime()]);
    expect(await body('same.txt')).toBe('CONTENT of same.txt');
  });

  it('is not found when it is gone, and served when it is back', async () => {
    expect(await body('deleted.txt')).toBe('content of deleted.txt');
    await rm(at('deleted.txt'));
    expect((await files.ask(() => new FileResponse(at('deleted.txt')))).status).toBe(404);
    await files.write('deleted.txt', 'back');
    expect(await body('deleted.txt')).toBe('back');
  });

  it('is not found when a folder took its name', async () => {
    expect(await body('restarted.txt')).toBe('content of restarted.txt');
    await rm(at('restarted.txt'));
    await files.write('restarted.txt/a.txt');
    expect((await files.ask(() => new FileResponse(at('restarted.txt')))).status).toBe(404);
  });

  it('is not served by a link out that took its name below a root', async () => {
    const answer = () => new FileResponse('a.txt', { root: at('public') });
    expect((await files.ask(answer)).body.toString()).toBe('content of public/a.txt');
    await rm(at('public/a.txt'));
    fs.symlinkSync(at('kept.txt'), at('public/a.txt'));
    await body('kept.txt');
    expect((await files.ask(answer)).status).toBe(404);
  });

  it('is not confused with its copy in another coding', async () => {
    const answer = () => new FileResponse(at('copy.txt'), { precompressed: ['gzip'] });
    for (let time = 0; time < 2; time += 1) {
      const coded = await files.ask(answer, { 'accept-encoding': 'gzip' });
      const plain = await files.ask(answer);
      expect([coded.body.toString(), coded.headers['content-encoding']]).toEqual([
        'content of copy.txt.gz',
        'gzip',
      ]);
      expect([plain.body.toString(), plain.headers['content-encoding']]).toEqual([
        'content of copy.txt',
        undefined,
      ]);
      expect([coded.headers.vary, plain.headers.vary]).toEqual(['Accept-Encoding', 'Accept-Encoding']);
    }
  });

  it('may be empty', async () => {
    for (let time = 0; time < 3; time += 1) {
      const { status, headers, complete } = await files.ask(() => new FileResponse(at('empty.txt')));
      expect([status, headers['content-length'], complete]).toEqual([200, '0', true]);
    }
  });

  it('may be deleted after its response', async () => {
    await body('temporary.txt');
    const answer = () => new FileResponse(at('temporary.txt'), { deleteAfter: true });
    expect((await files.ask(answer)).body.toString()).toBe('content of temporary.txt');
    await expect(
      (async () => {
        while (fs.existsSync(at('temporary.txt'))) await pause(2);
        return (await files.ask(answer)).status;
      })(),
    ).resolves.toBe(404);
  });

  it('leaves no descriptor open', () => {
    expect(files.openFiles()).toEqual([]);
  });
});

describe('the memory of the cache', () => {
  it('is bounded: the file that was asked for longest ago goes first', async () => {
    for (const name of ['first', 'second', 'third']) await body(name);
    await body('first');
    expect(opened).toEqual(['first', 'second', 'third']);
    await body('fourth');
    opened.length = 0;
    for (const name of ['first', 'third', 'fourth']) await body(name);
    expect(opened).toEqual([]);
    await body('second');
    expect(opened).toEqual(['second']);
  });

  it('has no room for a file that is larger than `maxFileBytes`', async () => {
    for (let time = 0; time < 3; time += 1) expect(await body('large')).toBe(contentOf('large').toString());
    expect(opened).toEqual(['large', 'large', 'large']);
  });

  it('keeps no file that was changed within the last two seconds', async () => {
    await files.write('fresh.txt', 'fresh');
    for (let time = 0; time < 3; time += 1) expect(await body('fresh.txt')).toBe('fresh');
    expect(opened).toEqual(['fresh.txt', 'fresh.txt', 'fresh.txt']);
  });

  it('is off where no `fileCache` is given', async () => {
    const plain = await FileServer.start();
    for (let time = 0; time < 3; time += 1) await plain.ask(() => new FileResponse(at('kept.txt')));
    await plain.close();
    expect(opened).toEqual(['kept.txt', 'kept.txt', 'kept.txt']);
  });
});

describe('the option', () => {
  it.each([
    { maxBytes: 0 },
    { maxBytes: -1 },
    { maxBytes: 1.5 },
    { maxBytes: NaN },
    { maxBytes: 10, maxFileBytes: 0 },
    { maxBytes: '5' },
    {},
  ])('fileCache: %j is a fault of the set-up', async (fileCache) => {
    const started = FileServer.start({ fileCache: fileCache as SluiceOptions['fileCache'] & object });
    await expect(started).rejects.toThrow(/fileCache/);
  });
});
