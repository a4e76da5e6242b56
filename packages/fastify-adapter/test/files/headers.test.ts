// What a client learns of a file before its first byte.
import { utimes } from 'node:fs/promises';

import { Controller, FileResponse, Get, type FileInit } from '@sluice/core';

import { FileServer, MODIFIED } from '../support/file-server.js';
import { HttpClient } from '../support/http-client.js';
import { ask } from '../support/raw-request.js';
import { start } from '../support/start.js';

let files: FileServer;
beforeAll(async () => {
  files = await FileServer.start();
});
afterAll(() => files.close());

type Expected = Record<string, string | RegExp | undefined>;

const ROWS: [name: string, file: string, init: FileInit, expected: Expected][] = [
  ['RFC 9110 §8.6: the length in bytes, not in letters', 'length.txt', {}, { 'content-length': '10' }],
  [
    'RFC 9110 §8.8.2: the time of the last change, without its fraction',
    'a.txt',
    {},
    { 'last-modified': 'Thu, 29 Feb 2024 12:34:56 GMT' },
  ],
  ['RFC 9110 §8.8.3: a strong tag that begins with the size', 'length.txt', {}, { etag: /^"a-[0-9a-f.]+"$/ }],
  ['RFC 9110 §14.3: ranges are served', 'a.txt', {}, { 'accept-ranges': 'bytes' }],
  ['RFC 9110 §6.6.1: the date of the response', 'a.txt', {}, { date: / GMT$/ }],
  [
    'RFC 9111 §5.2: nothing about caches that was not asked for',
    'a.txt',
    {},
    { 'cache-control': undefined, expires: undefined },
  ],
  ['RFC 9110 §8.4: no coding', 'a.txt', {}, { 'content-encoding': undefined, vary: undefined }],
  ['RFC 9110 §14.4: no Content-Range on a whole file', 'a.txt', {}, { 'content-range': undefined }],
  [
    'RFC 9112 §6.1: no Transfer-Encoding where the length is known',
    'a.txt',
    {},
    { 'transfer-encoding': undefined },
  ],
  ['RFC 9110 §8.3: text has a charset', 'a.txt', {}, { 'content-type': 'text/plain; charset=utf-8' }],
  ['RFC 9110 §8.3: a page has a charset', 'a.html', {}, { 'content-type': 'text/html; charset=utf-8' }],
  ['RFC 9110 §8.3: a picture has none', 'a.png', {}, { 'content-type': 'image/png' }],
  ['RFC 9110 §8.3: capital letters of an ending count alike', 'A.PNG', {}, { 'content-type': 'image/png' }],
  [
    'RFC 9110 §8.3: an archive of an archive goes by its last ending',
    'a.tar.gz',
    {},
    { 'content-type': 'application/gzip' },
  ],
  [
    'RFC 9110 §8.3: bytes where the ending is unknown',
    'a.unheard-of',
    {},
    { 'content-type': 'application/octet-stream' },
  ],
  [
    'RFC 9110 §8.3: bytes where there is no ending',
    'README',
    {},
    { 'content-type': 'application/octet-stream' },
  ],
  [
    'RFC 9110 §8.3: the ending of `filename` counts before that of the path',
    'a.bin',
    { filename: 'a.csv' },
    { 'content-type': 'text/csv; charset=utf-8' },
  ],
  [
    'RFC 9110 §8.3: `mediaType` counts before both',
    'a.bin',
    { filename: 'a.csv', mediaType: 'image/png' },
    { 'content-type': 'image/png' },
  ],
  [
    'RFC 9110 §8.3: a charset that is named stays',
    'a.txt',
    { mediaType: 'text/plain; charset=iso-8859-1' },
    { 'content-type': 'text/plain; charset=iso-8859-1' },
  ],
  [
    'RFC 9110 §8.3: a content type in the headers wins over `mediaType`',
    'a.txt',
    { mediaType: 'image/png', headers: { 'Content-Type': 'a/b' } },
    { 'content-type': 'a/b' },
  ],
  ['RFC 9110 §8.8.3: a tag of the user wins', 'a.txt', { headers: { ETag: '"mine"' } }, { etag: '"mine"' }],
  [
    'RFC 9110 §8.8.1: a weak tag of the user wins',
    'a.txt',
    { headers: { ETag: 'W/"mine"' } },
    { etag: 'W/"mine"' },
  ],
  [
    'RFC 9110 §8.8.2: a date of the user wins',
    'a.txt',
    { headers: { 'last-modified': 'Thu, 01 Jan 2015 00:00:00 GMT' } },
    { 'last-modified': 'Thu, 01 Jan 2015 00:00:00 GMT' },
  ],
  [
    'RFC 9110 §14.3: `Accept-Ranges: none` of the user wins',
    'a.txt',
    { headers: { 'accept-ranges': 'none' } },
    { 'accept-ranges': 'none' },
  ],
  [
    'RFC 9111 §5.2: Cache-Control of the user is sent',
    'a.txt',
    { headers: { 'cache-control': 'private, max-age=60', expires: 'Thu, 01 Jan 2026 00:00:00 GMT' } },
    { 'cache-control': 'private, max-age=60', expires: 'Thu, 01 Jan 2026 00:00:00 GMT' },
  ],
  [
    'RFC 9110 §8.5: Content-Language of the user is sent',
    'a.txt',
    { headers: { 'content-language': 'de', 'x-own': '1' } },
    { 'content-language': 'de', 'x-own': '1' },
  ],
  [
    'RFC 9110 §8.6: a length of the user does not win',
    'length.txt',
    { headers: { 'content-length': '3' } },
    { 'content-length': '10' },
  ],
  [
    'RFC 9110 §14.4: a Content-Range of the user is not sent',
    'a.txt',
    { headers: { 'content-range': 'bytes 0-1/2' } },
    { 'content-range': undefined },
  ],
  [
    'RFC 9112 §6.1: a Transfer-Encoding of the user is not sent',
    'a.txt',
    { headers: { 'transfer-encoding': 'chunked' } },
    { 'transfer-encoding': undefined, 'content-length': '5' },
  ],
];

const CONTENT: Record<string, string> = { 'length.txt': 'fünf + 1,' };

describe('the headers of a file', () => {
  it.each(ROWS)('%s', async (_name, file, init, expected) => {
    const content = CONTENT[file] ?? 'hello';
    const filePath = await files.write(file, content);
    const response = await files.ask(() => new FileResponse(filePath, init));
    expect([response.status, response.complete]).toEqual([200, true]);
    expect(response.body).toEqual(Buffer.from(content));
    for (const [name, value] of Object.entries(expected)) {
      if (value instanceof RegExp) expect(response.headers[name]).toMatch(value);
      else expect([name, response.headers[name]]).toEqual([name, value]);
    }
  });

  it.each([201, 203, 404, 412, 416, 500])(
    'RFC 9110 §15: has the status %i that it was given, and the whole file',
    async (statusCode) => {
      const filePath = await files.write('page.html', '<p>sorry</p>');
      const { status, body, complete } = await files.ask(() => new FileResponse(filePath, { statusCode }));
      expect([status, body.toString(), complete]).toEqual([statusCode, '<p>sorry</p>', true]);
    },
  );

  it('RFC 9110 §8.8.1: a change of a millisecond that keeps the size has another tag', async () => {
    const filePath = await files.write('changing.txt', 'one');
    const tagOf = async (): Promise<string> =>
      (await files.ask(() => new FileResponse(filePath))).headers.etag ?? 'none';
    const first = await tagOf();
    await utimes(filePath, MODIFIED, new Date(MODIFIED.getTime() + 1));
    const second = await tagOf();
    await files.write('changing.txt', 'four');
    expect(new Set([first, second, await tagOf()]).size).toBe(3);
    await files.write('changing.txt', 'one');
    expect(await tagOf()).toBe(first);
  });

  it('RFC 9110 §8.8.2.1: a file from the future was not modified after the response was made', async () => {
    const filePath = await files.write('future.txt', 'x', new Date(Date.now() + 86_400_000));
    const { headers } = await files.ask(() => new FileResponse(filePath));
    expect(Date.parse(headers['last-modified'] ?? '')).toBeLessThanOrEqual(Date.parse(headers.date ?? ''));
  });

  it.each([
    ['at the beginning of time', 0, 'Thu, 01 Jan 1970 00:00:00 GMT'],
    ['before it', -86_400_000, 'Wed, 31 Dec 1969 00:00:00 GMT'],
  ])('RFC 9110 §8.8.2: tells the time of a file that was changed %s', async (_when, time, expected) => {
    const filePath = await files.write('old.txt', 'x', new Date(time));
    const answer = () => new FileResponse(filePath);
    const { headers } = await files.ask(answer);
    expect(headers['last-modified']).toBe(expected);
    expect((await files.ask(answer, { 'if-none-match': headers.etag ?? '' })).status).toBe(304);
    expect((await files.ask(answer, { 'if-modified-since': expected })).status).toBe(304);
    expect((await files.ask(answer, { range: 'bytes=0-0', 'if-range': expected })).status).toBe(206);
  });

  it('RFC 9112 §9.3.2: answers requests that are sent ahead in their order', async () => {
    const filePath = await files.write('a.txt', 'hello');
    const largePath = await files.write('large.txt', 'x'.repeat(200_000));
    const [small, large] = [() => new FileResponse(filePath), () => new FileResponse(largePath)];
    const client = await HttpClient.connect(files.port);
    client.send('GET', files.route(large));
    client.send('GET', files.route(small), undefined, { range: 'bytes=1-3' });
    client.send('GET', files.route(small), undefined, { 'if-none-match': '*' });
    client.send('GET', files.route(large), undefined, { range: 'bytes=-2' });
    client.send('GET', files.route(small), undefined, { range: 'bytes=9-' });
    client.send('GET', files.route(small));
    const responses = await client.completed(6);
    client.close();
    expect(responses.map(({ status, body }) => [status, body.length > 99 ? body.length : body])).toEqual([
      [200, 200_000],
      [206, 'ell'],
      [304, ''],
      [206, 'xx'],
      [416, '{"detail":"Range Not Satisfiable"}'],
      [200, 'hello'],
    ]);
  });

  it('RFC 9112 §9.3: leaves the connection ready for the next request', async () => {
    const filePath = await files.write('a.txt', 'hello');
    const path = files.route(() => new FileResponse(filePath));
    const responses = await Promise.all(
      Array.from({ length: 20 }, async () => (await fetch(`${files.server.url}${path}`)).text()),
    );
    expect(new Set(responses)).toEqual(new Set(['hello']));
  });
});

describe('a route with the response class of files', () => {
  @Controller()
  class PathController {
    @Get('/file', { responseClass: FileResponse, mediaType: 'text/plain', headers: { 'x-route': 'yes' } })
    file(): string {
      return __filename;
    }
  }

  it('RFC 9110 §8.3: sends the file whose path is returned, with the media type and headers of the route', async () => {
    const server = await start([PathController]);
    const { headers, body, complete } = await ask(server.port, '/file');
    await server.app.close();
    expect([headers['content-type'], headers['x-route'], complete]).toEqual([
      'text/plain; charset=utf-8',
      'yes',
      true,
    ]);
    expect(body.toString()).toContain('PathController');
  });
});
