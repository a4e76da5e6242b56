// What goes wrong while a file is sent: files that change, clients that leave, hooks that fail, names that block.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { appendFile, readFile, rename, rm, truncate } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';

import { FileResponse } from '@sluice/core';

import { FileServer } from '../support/file-server.js';
import { until } from '../support/http-client.js';

/** More than sockets, streams and kernel hold of a download that nobody reads. */
const LARGE = Buffer.alloc(24 * 1024 * 1024);
for (let at = 0; at < LARGE.length; at += 4) LARGE.writeUInt32BE(at, at);

const noneOpen = (files: FileServer): Promise<void> =>
  until(() => files.openFiles().length === 0, 'all descriptors to be closed');

describe('a file that changes while it is sent', () => {
  let files: FileServer;
  let filePath: string;
  const answer = () => new FileResponse(filePath);
  beforeAll(async () => {
    files = await FileServer.start();
  });
  beforeEach(async () => {
    filePath = await files.write('large.bin', LARGE);
  });
  afterAll(() => files.close());

  it.each([
    ['whole', {}],
    ['one range', { range: 'bytes=10-' }],
    ['several ranges', { range: 'bytes=0-9,100-' }],
  ])('RFC 9112 §8: breaks the connection where it becomes shorter (%s)', async (_what, fields) => {
    const from = files.server.log.length;
    const request = await files.request(answer, fields).started();
    await truncate(filePath, 5000);
    const response = await request.response();
    expect(response.complete).toBe(false);
    expect(response.body.length).toBeLessThan(LARGE.length);
    await noneOpen(files);
    expect(files.server.log.slice(from).filter(({ level }) => level === 50)).toHaveLength(1);
    expect((await files.ask(answer)).body.length).toBe(5000);
  });

  it('RFC 9112 §8: breaks the connection where it becomes empty', async () => {
    const request = await files.request(answer).started();
    await truncate(filePath, 0);
    expect((await request.response()).complete).toBe(false);
    await noneOpen(files);
  });

  it('RFC 9110 §8.6: sends no more than was announced where it becomes longer', async () => {
    const request = await files.request(answer).started();
    await appendFile(filePath, 'more');
    const { complete, body } = await request.response();
    expect([complete, body.equals(LARGE)]).toEqual([true, true]);
  });

  it.each([
    ['deleted', (target: string) => rm(target)],
    ['renamed', (target: string) => rename(target, `${target}.old`)],
    ['replaced', async (target: string) => rename(await files.write('next.bin', 'new'), target)],
  ])('RFC 9110 §8.6: sends the file that it began with where it is %s', async (_how, change) => {
    const request = await files.request(answer).started();
    await change(filePath);
    const { complete, body } = await request.response();
    expect([complete, body.equals(LARGE)]).toEqual([true, true]);
    await noneOpen(files);
  });
});

describe('a client that leaves', () => {
  let files: FileServer;
  let filePath: string;
  const answer = () => new FileResponse(filePath);
  beforeAll(async () => {
    files = await FileServer.start();
    filePath = await files.write('large.bin', LARGE);
  });
  afterAll(() => files.close());

  it('a thousand times in the middle leaves no descriptor open, and no error in the log', async () => {
    for (let round = 0; round < 20; round += 1) {
      const requests = Array.from({ length: 50 }, (_, index) =>
        files.request(answer, index % 3 === 0 ? { range: 'bytes=0-9,100-' } : {}),
      );
      // At once, and not when all have begun: what the kernel would buffer meanwhile is 8 s of copying in all.
      await Promise.all(requests.map(async (request) => (await request.started()).leave()));
    }
    await noneOpen(files);
    expect(files.server.log.filter(({ level }) => level >= 40)).toEqual([]);
    expect((await files.ask(answer, { range: 'bytes=4-7' })).body).toEqual(LARGE.subarray(4, 8));
  });

  it('before the response has begun leaves no descriptor open', async () => {
    for (let round = 0; round < 20; round += 1) {
      const requests = Array.from({ length: 20 }, () => files.request(answer));
      await Promise.all(requests.map((request) => once(request.socket, 'connect')));
      for (const request of requests) request.leave();
    }
    // The last of these requests may reach the server after their clients have gone.
    await files.ask(answer, { range: 'bytes=0-0' });
    await noneOpen(files);
  });

  it('while requests queue behind a slow download leaves no descriptor open', async () => {
    const request = files.request(answer, { connection: 'keep-alive' });
    for (let time = 0; time < 5; time += 1)
      request.socket.write(`GET ${files.route(answer)} HTTP/1.1\r\nhost: localhost\r\n\r\n`);
    await request.started();
    request.leave();
    await noneOpen(files);
  });

  it('RFC 9112 §9.3.2: has little opened ahead of its turn, where it asks for a file many times in one packet', async () => {
    let asked = 0;
    const large = () => {
      asked += 1;
      return new FileResponse(filePath);
    };
    const request = files.request(large, { connection: 'keep-alive' });
    const again = `GET ${files.route(large)} HTTP/1.1\r\nhost: localhost\r\n\r\n`;
    const last = `GET ${files.route(large)} HTTP/1.1\r\nhost: localhost\r\nrange: bytes=4-7\r\nconnection: close\r\n\r\n`;
    request.socket.write(again.repeat(98) + last);
    await request.started();
    await until(() => asked === 100, 'all to be asked for');
    // A request of its own takes longer than to open a file does.
    await files.ask(() => new FileResponse(filePath), { range: 'bytes=0-0' });
    expect(files.openFiles().length).toBeLessThanOrEqual(17);
    request.leave();
    await noneOpen(files);
  });

  it('half way, by closing its own side only, leaves no descriptor open', async () => {
    // Node takes that for the end of the connection, as its servers are not half-open.
    const request = await files.request(answer).started();
    request.socket.end();
    await request.response();
    await noneOpen(files);
  });
});

const BROKEN = '{"detail":"Internal Server Error"}';
const HOOKS: [what: string, hook: () => unknown, expected: string][] = [
  ['replaces the payload by text', () => 'replaced', 'replaced'],
  ['replaces the payload by another stream', () => Readable.from(['other']), 'other'],
  [
    'throws',
    () => {
      throw new Error('the secret');
    },
    BROKEN,
  ],
  [
    'fails later',
    async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      throw new Error('the secret');
    },
    BROKEN,
  ],
];

describe('an onSend hook that', () => {
  it.each(HOOKS)('%s leaves no descriptor open, and no header of the file', async (_what, hook, expected) => {
    let isFirst = true;
    const files = await FileServer.start({}, (app) => {
      app.addHook('onSend', async (_request, reply, payload) => {
        // Only once: Fastify runs the hooks for the answer to an error again.
        if (!isFirst) return payload;
        isFirst = false;
        reply.removeHeader('content-length');
        return hook();
      });
    });
    const large = await files.write('large.bin', LARGE);
    const small = await files.write('small.txt', 'small');
    for (const filePath of [large, small]) {
      const answer = () => new FileResponse(filePath, { headers: { 'cache-control': 'max-age=9' } });
      for (const fields of [{}, { range: 'bytes=1-2' }, { range: 'bytes=0-0,2-2' }]) {
        isFirst = true;
        const { status, headers, body } = await files.ask(answer, fields);
        expect(body.toString()).toBe(expected);
        expect(status === 500).toBe(expected === BROKEN);
        if (expected !== BROKEN) continue;
        for (const name of ['etag', 'last-modified', 'cache-control', 'content-range', 'accept-ranges'])
          expect(headers).not.toHaveProperty(name);
      }
    }
    await noneOpen(files);
    await files.close();
  });
});

describe('a FIFO', () => {
  it('asked for eight times at once holds no thread of the pool, with and without a root', async () => {
    const files = await FileServer.start();
    const fifo = path.join(files.folder, 'fifo');
    execFileSync('mkfifo', [fifo]);
    const filePath = await files.write('a.txt', 'hello');
    const answers = [() => new FileResponse(fifo), () => new FileResponse('fifo', { root: files.folder })];
    const asked = Array.from({ length: 8 }, (_, index) => files.ask(answers[index % 2]!));
    // libuv has four threads: each open() that waits for a writer would hold one of them.
    expect((await files.ask(() => new FileResponse(filePath))).body.toString()).toBe('hello');
    expect(await readFile(filePath, 'utf8')).toBe('hello');
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual(Array(8).fill(404));
    await noneOpen(files);
    await files.close();
  });

  it('that has a writer is not read', async () => {
    const files = await FileServer.start();
    const fifo = path.join(files.folder, 'fifo');
    execFileSync('mkfifo', [fifo]);
    const both = openSync(fifo, constants.O_RDWR);
    writeSync(both, 'the secret');
    const { status, body } = await files.ask(() => new FileResponse(fifo));
    expect([status, body.toString()]).toEqual([404, '{"detail":"Not Found"}']);
    closeSync(both);
    await noneOpen(files);
    await files.close();
  });
});

describe('the server', () => {
  it('waits when it closes for a download that its client reads on', async () => {
    const files = await FileServer.start();
    const filePath = await files.write('large.bin', LARGE);
    const request = await files.request(() => new FileResponse(filePath)).started();
    const closing = files.server.app.close();
    const { complete, body } = await request.response();
    expect([complete, body.equals(LARGE)]).toEqual([true, true]);
    await closing;
    await files.close();
  });

  it('gives up a download that nobody reads, and closes its descriptor', async () => {
    const files = await FileServer.start({ drainTimeout: 50 });
    const filePath = await files.write('large.bin', LARGE);
    const request = await files.request(() => new FileResponse(filePath)).started();
    await files.server.app.close();
    await noneOpen(files);
    request.leave();
    await files.close();
  });
});
