// Copies of a file in other codings, chosen by Accept-Encoding.
import { rm, symlink } from 'node:fs/promises';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';

import { FileResponse, type ContentCoding } from '@sluice/core';

import { FileServer } from '../support/file-server.js';
import type { RequestFields } from '../support/raw-request.js';

const PLAIN = Buffer.from('{"some":"text"}'.repeat(200));
const COPIES: Record<ContentCoding, Buffer> = {
  br: brotliCompressSync(PLAIN),
  gzip: gzipSync(PLAIN),
  // Node 20 has no Zstandard; the server sends what lies there.
  zstd: Buffer.from('stands for Zstandard'),
};

let files: FileServer;
let full: string;
let onlyGzip: string;
let none: string;
beforeAll(async () => {
  files = await FileServer.start();
  full = await files.write('full.json', PLAIN);
  await files.write('full.json.br', COPIES.br);
  await files.write('full.json.gz', COPIES.gzip);
  await files.write('full.json.zst', COPIES.zstd);
  onlyGzip = await files.write('gzip.json', PLAIN);
  await files.write('gzip.json.gz', COPIES.gzip);
  none = await files.write('none.json', PLAIN);
});
afterAll(() => files.close());

const ALL: ContentCoding[] = ['br', 'gzip', 'zstd'];
type Chosen = ContentCoding | undefined;
const CHOICES: [name: string, accept: string | undefined, chosen: Chosen, offered?: ContentCoding[]][] = [
  ['RFC 9110 §12.5.3: no field: the plain file', undefined, undefined],
  ['RFC 9110 §12.5.3: an empty field: the plain file', '', undefined],
  ['RFC 9110 §12.5.3: one that is there', 'gzip', 'gzip'],
  ['RFC 9110 §12.5.3: another that is there', 'br', 'br'],
  ['RFC 8878 §7.2: Zstandard', 'zstd', 'zstd'],
  ['RFC 9110 §12.5.3: one that is not there', 'compress', undefined],
  ['RFC 9110 §12.5.3: deflate has no copies', 'deflate', undefined],
  ['RFC 9110 §12.5.3: `identity` alone', 'identity', undefined],
  ['RFC 9110 §12.5.3: among equals the first of the list', 'gzip, zstd, br', 'br'],
  [
    'RFC 9110 §12.5.3: among equals the first of another list',
    'gzip, zstd, br',
    'zstd',
    ['zstd', 'gzip', 'br'],
  ],
  ['RFC 9110 §12.4.2: the highest weight', 'br;q=0.5, gzip;q=0.8', 'gzip'],
  ['RFC 9110 §12.4.2: the highest weight, not the first', 'br;q=0.001, gzip;q=0.002', 'gzip'],
  ['RFC 9110 §12.4.2: a weight with spaces', 'br ; q=0.5 , gzip ; q=0.8', 'gzip'],
  ['RFC 9110 §12.4.2: a weight of 0 forbids', 'br;q=0, gzip', 'gzip'],
  ['RFC 9110 §12.4.2: weights of 0 forbid all', 'br;q=0, gzip;q=0.0, zstd;q=0.000', undefined],
  ['RFC 9110 §12.5.3: `*` takes any', '*', 'br'],
  ['RFC 9110 §12.5.3: `*` takes those that are not named', 'br;q=0, *', 'gzip'],
  ['RFC 9110 §12.5.3: `*` of 0 forbids those that are not named', 'gzip, *;q=0', 'gzip'],
  ['RFC 9110 §12.5.3: the plain file, where it is liked better', 'identity, br;q=0.5', undefined],
  ['RFC 9110 §8.4.1: names of codings have no case', 'GZIP', 'gzip'],
  ['RFC 9110 §12.5.3: what browsers send', 'gzip, deflate, br, zstd', 'br'],
  ['RFC 9110 §12.5.3: a coding that the program does not offer', 'br', undefined, ['gzip']],
  ['RFC 9110 §12.5.3: no coding is offered', 'br', undefined, []],
];

describe('the coding of a file', () => {
  it.each(CHOICES)('%s', async (_name, accept, chosen, offered = ALL) => {
    const fields: RequestFields = accept === undefined ? {} : { 'accept-encoding': accept };
    const { status, headers, body, complete } = await files.ask(
      () => new FileResponse(full, { precompressed: offered }),
      fields,
    );
    expect([status, complete, headers['content-encoding']]).toEqual([200, true, chosen]);
    expect(body).toEqual(chosen === undefined ? PLAIN : COPIES[chosen]);
    expect(headers['content-type']).toBe('application/json; charset=utf-8'.replace('; charset=utf-8', ''));
    expect(headers.vary).toBe(offered.length === 0 ? undefined : 'Accept-Encoding');
    if (chosen === 'br') expect(brotliDecompressSync(body)).toEqual(PLAIN);
    if (chosen === 'gzip') expect(gunzipSync(body)).toEqual(PLAIN);
  });

  it.each([
    ['the next that is there', () => onlyGzip, 'br, gzip;q=0.1', 'gzip'],
    ['the plain file where none is there', () => none, 'br, gzip', undefined],
    [
      'the plain file where it is liked better than the next',
      () => onlyGzip,
      'br, identity;q=0.5, gzip;q=0.1',
      undefined,
    ],
  ])('RFC 9110 §12.5.3: %s', async (_name, toPath, accept, chosen) => {
    const answer = () => new FileResponse(toPath(), { precompressed: ALL });
    const { status, headers } = await files.ask(answer, { 'accept-encoding': accept });
    expect([status, headers['content-encoding'], headers.vary]).toEqual([200, chosen, 'Accept-Encoding']);
  });
});

describe('a file with copies', () => {
  const answer = () => new FileResponse(full, { precompressed: ALL, filename: 'full.json' });

  it('RFC 9110 §8.8.3.3: has a tag of its own for each coding', async () => {
    const tags = new Set<string | undefined>();
    for (const accept of ['identity', ...ALL]) {
      const { headers } = await files.ask(answer, { 'accept-encoding': accept });
      expect(headers.etag).toMatch(/^"[!-~]+"$/);
      tags.add(headers.etag);
    }
    expect(tags.size).toBe(4);
  });

  it('RFC 9110 §8.8.3.3: has another tag for a copy that is as large and as old as the file', async () => {
    const same = await files.write('same.txt', 'same');
    await files.write('same.txt.gz', 'SAME');
    const same2 = () => new FileResponse(same, { precompressed: ['gzip'] });
    const plain = await files.ask(same2);
    const coded = await files.ask(same2, { 'accept-encoding': 'gzip' });
    expect([plain.body.toString(), coded.body.toString()]).toEqual(['same', 'SAME']);
    expect(coded.headers.etag).not.toBe(plain.headers.etag);
  });

  it('RFC 9110 §13.1.2: is compared by the tag of the coding that is chosen', async () => {
    const { headers } = await files.ask(answer, { 'accept-encoding': 'br' });
    const fields = { 'if-none-match': headers.etag ?? '' };
    const again = await files.ask(answer, { 'accept-encoding': 'br', ...fields });
    expect([again.status, again.headers.vary, again.headers.etag]).toEqual([
      304,
      'Accept-Encoding',
      headers.etag,
    ]);
    expect(again.headers).not.toHaveProperty('content-encoding');
    expect((await files.ask(answer, { 'accept-encoding': 'gzip', ...fields })).status).toBe(200);
    expect((await files.ask(answer, fields)).status).toBe(200);
  });

  it('RFC 9110 §15.4.5: names Vary on a 304 of the plain file too', async () => {
    const again = await files.ask(answer, { 'if-none-match': '*' });
    expect([again.status, again.headers.vary]).toEqual([304, 'Accept-Encoding']);
  });

  it('RFC 9110 §14.1.2: has ranges of the coding that is chosen', async () => {
    for (const coding of ALL) {
      const { status, headers, body } = await files.ask(answer, {
        'accept-encoding': coding,
        range: 'bytes=2-9',
      });
      expect([status, headers['content-encoding']]).toEqual([206, coding]);
      expect(headers['content-range']).toBe(`bytes 2-9/${COPIES[coding].length}`);
      expect(body).toEqual(COPIES[coding].subarray(2, 10));
    }
  });

  it('RFC 9110 §14.4: tells the length of the coding that is chosen where a range cannot be', async () => {
    const range = `bytes=${PLAIN.length - 1}-`;
    const { status, headers, body } = await files.ask(answer, { 'accept-encoding': 'br', range });
    expect([status, headers['content-range']]).toEqual([416, `bytes */${COPIES.br.length}`]);
    expect(headers).not.toHaveProperty('content-encoding');
    expect(JSON.parse(body.toString())).toEqual({ detail: 'Range Not Satisfiable' });
  });

  it('RFC 9110 §13.1.5: resumes no download in another coding', async () => {
    const { headers } = await files.ask(answer, { 'accept-encoding': 'br' });
    const fields = { range: 'bytes=2-9', 'if-range': headers.etag ?? '' };
    expect((await files.ask(answer, { 'accept-encoding': 'br', ...fields })).status).toBe(206);
    expect((await files.ask(answer, { 'accept-encoding': 'gzip', ...fields })).status).toBe(200);
    expect((await files.ask(answer, fields)).status).toBe(200);
  });

  it('RFC 9110 §13.1.5: resumes by date no download of a copy that is as old as the file', async () => {
    // The date alone cannot tell them apart: RFC 9110 section 8.8.2.2 takes it for weak, unless there is one coding only.
    const { headers } = await files.ask(answer, { 'accept-encoding': 'br' });
    expect(headers['content-disposition']).toBe('attachment; filename="full.json"');
    const { status, body } = await files.ask(answer, {
      'accept-encoding': 'br',
      range: 'bytes=2-9',
      'if-range': headers['last-modified'] ?? '',
    });
    expect(status === 206 ? body : body.subarray(2, 10)).toEqual(COPIES.br.subarray(2, 10));
  });

  it('RFC 9110 §12.5.5: adds to the Vary of the user', async () => {
    const vary = async (value: string): Promise<string | undefined> =>
      (await files.ask(() => new FileResponse(full, { precompressed: ['br'], headers: { vary: value } })))
        .headers.vary;
    expect(await vary('Origin')).toBe('Origin, Accept-Encoding');
    expect(await vary('accept-encoding')).toBe('accept-encoding');
    expect(await vary('*')).toBe('*');
  });

  it('RFC 9110 §17.3: takes no copy that a link leads out to, below a root', async () => {
    const outside = await files.write('outside/secret.gz', 'the secret');
    await files.write('root/a.txt', 'plain');
    await symlink(outside, `${files.folder}/root/a.txt.gz`);
    const below = () => new FileResponse('a.txt', { root: `${files.folder}/root`, precompressed: ['gzip'] });
    const { status, headers, body } = await files.ask(below, { 'accept-encoding': 'gzip' });
    expect([status, headers['content-encoding'], body.toString()]).toEqual([200, undefined, 'plain']);
  });

  it('RFC 9110 §17.3: gives no copy of a name that is refused', async () => {
    await files.write('secret.txt', 'the secret');
    await files.write('secret.txt.gz', 'the secret');
    const below = (name: string) =>
      new FileResponse(name, { root: `${files.folder}/root`, precompressed: ['gzip'] });
    expect((await files.askFor('../secret.txt', below, { 'accept-encoding': 'gzip' })).status).toBe(404);
  });

  it('RFC 9110 §12.5.3: takes no folder for a copy', async () => {
    const plain = await files.write('folder.txt', 'plain');
    await files.write('folder.txt.gz/a.txt', 'x');
    const { status, body } = await files.ask(() => new FileResponse(plain, { precompressed: ['gzip'] }), {
      'accept-encoding': 'gzip',
    });
    expect([status, body.toString()]).toEqual([200, 'plain']);
  });

  it('leaves no descriptor open, whichever is chosen', async () => {
    for (const accept of ['identity', 'compress', ...ALL]) {
      await files.ask(answer, { 'accept-encoding': accept });
      await files.ask(answer, { 'accept-encoding': accept }, 'HEAD');
      await files.ask(answer, { 'accept-encoding': accept, 'if-none-match': '*' });
    }
    expect(files.openFiles()).toEqual([]);
  });

  it('RFC 9110 §12.5.3: notices a copy that comes and goes', async () => {
    const plain = await files.write('changing.txt', 'plain');
    const changing = () => new FileResponse(plain, { precompressed: ['gzip'] });
    const coding = async () =>
      (await files.ask(changing, { 'accept-encoding': 'gzip' })).headers['content-encoding'];
    expect(await coding()).toBeUndefined();
    const copy = await files.write('changing.txt.gz', 'copy');
    expect(await coding()).toBe('gzip');
    await rm(copy);
    expect(await coding()).toBeUndefined();
  });
});
