// HEAD has the headers of GET, and none of its work (RFC 9110 section 9.3.2).
import fs from 'node:fs';

import { FileResponse, type FileInit } from '@sluice/core';

import { FileServer } from '../support/file-server.js';
import { ask, withoutDate, type RequestFields } from '../support/raw-request.js';

let files: FileServer;
let filePath: string;
beforeAll(async () => {
  files = await FileServer.start();
  filePath = await files.write('page.html', '<p>ä</p>'.repeat(9000));
  await files.write('page.html.gz', 'not really compressed');
  await files.write('empty.txt', '');
});
afterAll(() => files.close());

const ROWS: [name: string, init: FileInit, fields?: RequestFields][] = [
  ['RFC 9110 §9.3.2: a file', {}],
  ['RFC 9110 §9.3.2: a download', { filename: 'ü.html' }],
  [
    'RFC 9110 §9.3.2: headers of the user',
    { headers: { etag: '"mine"', 'cache-control': 'no-store', 'set-cookie': 'a=1' } },
  ],
  ['RFC 9110 §9.3.2: a status of the user', { statusCode: 404 }],
  ['RFC 9110 §9.3.2: a copy in another coding', { precompressed: ['gzip'] }, { 'accept-encoding': 'gzip' }],
  ['RFC 9110 §9.3.2: no copy in another coding', { precompressed: ['gzip'] }, { 'accept-encoding': 'br' }],
  ['RFC 9110 §9.3.2: not modified', {}, { 'if-none-match': '*' }],
  ['RFC 9110 §9.3.2: a failed condition', {}, { 'if-match': '"other"' }],
];

describe('HEAD', () => {
  it.each(ROWS)('%s: the headers of GET', async (_name, init, fields = {}) => {
    const answer = () => new FileResponse(filePath, init);
    const get = await files.ask(answer, fields);
    const head = await files.ask(answer, fields, 'HEAD');
    expect([head.status, head.complete, head.body.length]).toEqual([get.status, true, 0]);
    expect(withoutDate(head)).toEqual(withoutDate(get));
    if (get.status !== 304) expect(head.headers['content-length']).toBe(String(get.body.length));
  });

  it.each(['bytes=0-1', 'bytes=0-1,5-9', 'bytes=99999999-'])(
    'RFC 9110 §14.2: ignores the range %s',
    async (range) => {
      const head = await files.ask(
        () => new FileResponse(filePath),
        { range, 'if-range': '"other"' },
        'HEAD',
      );
      expect([head.status, head.headers['content-length'], head.complete]).toEqual([200, '81000', true]);
      expect(head.headers).not.toHaveProperty('content-range');
    },
  );

  it('RFC 9110 §9.3.2: of an empty file has the length 0', async () => {
    const head = await files.ask(() => new FileResponse(`${files.folder}/empty.txt`), {}, 'HEAD');
    expect([head.status, head.headers['content-length'], head.complete]).toEqual([200, '0', true]);
  });

  it('RFC 9110 §9.3.2: of a file that is missing is the 404 of GET without its body', async () => {
    const answer = () => new FileResponse(`${files.folder}/missing.txt`);
    const [get, head] = [await files.ask(answer), await files.ask(answer, {}, 'HEAD')];
    expect([get.status, head.status, head.body.length, head.complete]).toEqual([404, 404, 0, true]);
    expect(head.headers['content-length']).toBe(get.headers['content-length']);
  });

  it('RFC 9110 §9.3.2: reads nothing of the file', async () => {
    // `read` is the one call by which both streams and whole reads get their bytes.
    const read = jest.spyOn(fs, 'read');
    const readFile = jest.spyOn(fs.promises, 'readFile');
    await files.ask(() => new FileResponse(filePath), {}, 'HEAD');
    expect([read.mock.calls.length, readFile.mock.calls.length]).toEqual([0, 0]);
    await files.ask(() => new FileResponse(filePath));
    expect(read.mock.calls.length + readFile.mock.calls.length).toBeGreaterThan(0);
    jest.restoreAllMocks();
    expect(files.openFiles()).toEqual([]);
  });

  it('RFC 9112 §6.3: leaves the connection in step for the request behind it', async () => {
    const path = files.route(() => new FileResponse(filePath));
    const first = await ask(files.port, path, {}, 'HEAD');
    // Both on one connection: the second response is read right after the head of the first.
    const both = files.request(() => new FileResponse(filePath), { connection: 'keep-alive' }, 'HEAD');
    both.socket.write(`HEAD ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`);
    const { body } = await both.response();
    expect(body.toString('latin1')).toContain(`etag: ${first.headers.etag ?? 'none'}`);
    expect(body.toString('latin1')).toMatch(/^HTTP\/1\.1 200 OK\r\n(?:[\w-]+: .*\r\n)+\r\n$/);
  });
});
