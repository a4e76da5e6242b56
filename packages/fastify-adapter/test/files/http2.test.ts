// Files over HTTP/2: the same answers, and a reset where HTTP/1 breaks the connection off.
import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import {
  connect,
  constants,
  type ClientHttp2Session,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { Controller, FileResponse, Get, Query } from '@sluice/core';
import { sluice } from '@sluice/fastify-adapter';
import Fastify from 'fastify';

import { readByteranges } from '../support/byteranges.js';
import { until } from '../support/http-client.js';

const SMALL = Buffer.from('0123456789');
const LARGE = Buffer.alloc(24 * 1024 * 1024, 'x');

let folder: string;

@Controller()
class FilesController {
  @Get('/file') file(@Query('name') name: string): FileResponse {
    return new FileResponse(name, { root: folder, deleteAfter: name.startsWith('temporary') });
  }
}

const app = Fastify({ http2: true });
let session: ClientHttp2Session;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sluice-http2-'));
  await writeFile(path.join(folder, 'small.txt'), SMALL);
  await app.register(sluice, { controllers: [FilesController] });
  await app.listen({ port: 0, host: '127.0.0.1' });
  session = connect(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}`);
});
afterAll(async () => {
  session.destroy();
  await app.close();
  await rm(folder, { recursive: true });
});

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
  resetBy: number;
}

const request = (name: string, fields: Record<string, string> = {}, method = 'GET') =>
  session.request({ ':path': `/file?name=${name}`, ':method': method, ...fields });

function read(stream: ReturnType<typeof request>): Promise<Answer> {
  const chunks: Buffer[] = [];
  let head: IncomingHttpHeaders & IncomingHttpStatusHeader = {};
  stream.on('response', (headers) => (head = headers));
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  stream.on('error', () => undefined);
  return new Promise((resolve) => {
    stream.on('close', () => {
      const { ':status': status = 0, ...headers } = head;
      resolve({ status, headers, body: Buffer.concat(chunks), resetBy: stream.rstCode });
    });
  });
}

const openFiles = (): string[] =>
  readdirSync('/proc/self/fd').filter((descriptor) => {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`).startsWith(folder);
    } catch {
      return false;
    }
  });

it.each<[string, Record<string, string>, string, number, string]>([
  ['RFC 9113 §8.1: a file', {}, 'GET', 200, '0123456789'],
  ['RFC 9110 §9.3.2: HEAD', {}, 'HEAD', 200, ''],
  ['RFC 9110 §14.1.2: a range', { range: 'bytes=2-4' }, 'GET', 206, '234'],
  ['RFC 9110 §15.4.5: not modified', { 'if-none-match': '*' }, 'GET', 304, ''],
  [
    'RFC 9110 §15.5.13: a failed condition',
    { 'if-match': '"other"' },
    'GET',
    412,
    '{"detail":"Precondition Failed"}',
  ],
  [
    'RFC 9110 §15.5.17: no such range',
    { range: 'bytes=99-' },
    'GET',
    416,
    '{"detail":"Range Not Satisfiable"}',
  ],
])('%s', async (_name, fields, method, status, body) => {
  const answer = await read(request('small.txt', fields, method));
  expect([answer.status, answer.body.toString(), answer.resetBy]).toEqual([status, body, 0]);
  expect(answer.headers.etag).toMatch(/^"a-/);
  if (method === 'HEAD') expect(answer.headers['content-length']).toBe('10');
  expect(answer.headers).not.toHaveProperty('transfer-encoding');
  expect(answer.headers).not.toHaveProperty('connection');
});

it('RFC 9110 §15.3.7.2: several ranges', async () => {
  const { headers, body } = await read(request('small.txt', { range: 'bytes=0-1,5-6' }));
  const parts = readByteranges(headers['content-type'], body);
  expect(parts.map((part) => part.body.toString())).toEqual(['01', '56']);
  expect(headers['content-length']).toBe(String(body.length));
});

it('RFC 9113 §5.1.2: many at once on one connection', async () => {
  const content = Buffer.from(Array.from({ length: 300_000 }, (_, at) => (at * 7) & 0xff));
  await writeFile(path.join(folder, 'middle.bin'), content);
  const answers = await Promise.all(Array.from({ length: 30 }, () => read(request('middle.bin'))));
  for (const { body } of answers) expect(body.equals(content)).toBe(true);
  await until(() => openFiles().length === 0, 'all descriptors to be closed');
});

it('RFC 9113 §8.1.1: a file that becomes shorter is a reset with an error, and not an end', async () => {
  // The server finds it shorter while a write waits for its client, or while none does.
  for (let time = 0; time < 5; time += 1) {
    await writeFile(path.join(folder, 'cut.bin'), LARGE);
    const stream = request('cut.bin');
    await new Promise((resolve) => stream.once('response', resolve));
    await truncate(path.join(folder, 'cut.bin'), 10);
    const answer = await read(stream);
    expect(answer.resetBy).toBe(constants.NGHTTP2_INTERNAL_ERROR);
    expect(answer.body.length).toBeLessThan(LARGE.length);
  }
  expect((await read(request('small.txt'))).body).toEqual(SMALL);
  await until(() => openFiles().length === 0, 'all descriptors to be closed');
});

it('RFC 9113 §5.4.2: a client that cancels leaves no descriptor open, and its file is deleted', async () => {
  for (let time = 0; time < 20; time += 1) {
    const name = `temporary-${time}.bin`;
    await writeFile(path.join(folder, name), LARGE.subarray(0, 8 * 1024 * 1024));
    const stream = request(name);
    stream.on('error', () => undefined);
    await new Promise((resolve) => stream.once('data', resolve));
    stream.close(constants.NGHTTP2_CANCEL);
    await until(() => !existsSync(path.join(folder, name)), 'the file to be deleted');
  }
  await until(() => openFiles().length === 0, 'all descriptors to be closed');
});

it('RFC 9110 §17.3: a name that leads out is not found', async () => {
  const answer = await read(request('../small.txt'));
  expect([answer.status, answer.body.toString()]).toEqual([404, '{"detail":"Not Found"}']);
});
