import { FileResponse, type FileInit } from './file-response.js';
import type { ContentCoding } from './response-parts.js';

test.each<[string, FileInit, string]>([
  ['a.pdf', {}, 'application/pdf'],
  ['a.txt', {}, 'text/plain; charset=utf-8'],
  ['no-ending', {}, 'application/octet-stream'],
  ['a.bin', { filename: 'a.csv' }, 'text/csv; charset=utf-8'],
  ['a.pdf', { filename: 'The report' }, 'application/pdf'],
  ['a.pdf', { mediaType: 'image/png' }, 'image/png'],
  ['a.pdf', { headers: { 'content-type': 'a/b' } }, 'a/b'],
])('sends %s with %j as %s', (path, init, contentType) => {
  expect(new FileResponse(path, init).headers.get('content-type')).toBe(contentType);
});

test('gives the path as it is, and the folder that it must stay in', () => {
  expect(new FileResponse('a%20b/../c.txt').toParts().body).toEqual({
    kind: 'file',
    path: 'a%20b/../c.txt',
    root: undefined,
    allowDotFiles: false,
    followSymlinks: false,
    precompressed: [],
    deleteAfter: false,
  });
  expect(new FileResponse('c.txt', { root: '/srv' }).toParts().body).toMatchObject({ root: '/srv' });
});

test.each([undefined, null, '', 3])('refuses %p as a root, and does not do without one', (root) => {
  expect(() => new FileResponse('a.txt', { root: root as string })).toThrow(
    `CONTENT_INVALID: root: ${JSON.stringify(root)} names no folder; leave it out only where the path is the program's own.`,
  );
});

test('refuses a coding that it does not know', () => {
  const precompressed = ['br', 'deflate'] as unknown as ContentCoding[];
  expect(() => new FileResponse('a.txt', { precompressed })).toThrow(
    'precompressed: "deflate" is none of br, gzip, zstd.',
  );
});

test('has the media type of its class before that of the ending', () => {
  class Download extends FileResponse {
    static override readonly mediaType = 'application/octet-stream';
  }
  expect(new Download('a.html').mediaType).toBe('application/octet-stream');
});

test('is saved under a name only where one is given', () => {
  expect(new FileResponse('a.txt').headers.has('content-disposition')).toBe(false);
  const shown = new FileResponse('a.txt', { filename: 'ä.txt', contentDisposition: 'inline' });
  expect(shown.headers.get('content-disposition')).toBe(
    `inline; filename="?.txt"; filename*=UTF-8''%C3%A4.txt`,
  );
});

test.each([204, 304])('sends no file with %i', (statusCode) => {
  expect(new FileResponse('a.txt', { statusCode }).toParts().body).toEqual({ kind: 'none' });
});

test.each(['', 'a\0.txt', undefined, null, 3, Buffer.from('a')])('refuses %p as a path', (path) => {
  expect(() => new FileResponse(path as string)).toThrow(
    expect.objectContaining({
      code: 'CONTENT_INVALID',
      message: expect.stringContaining(`not ${JSON.stringify(path)}.`) as string,
    }) as Error,
  );
});
