import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { Controller, FileResponse, Get, Param } from '@sluice/core';
import Fastify, { type FastifyInstance } from 'fastify';

import { sluice } from '../src/index.js';

const MIB = 2 ** 20;
const files = new Map([
  ['one', randomBytes(3 * MIB + 1)],
  ['two', randomBytes(3 * MIB + 1)],
]);
let root = '';

@Controller('/files')
class FilesController {
  @Get('/:name')
  read(@Param('name') name: string) {
    return new FileResponse(name, { root });
  }
}

function hash(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Downloads a file; a slow client sleeps between the pieces that it takes. */
async function download(app: FastifyInstance, name: string, slowly = false): Promise<string> {
  const { port } = app.server.address() as AddressInfo;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get({ host: '127.0.0.1', port, path: `/files/${name}`, agent: false }, resolve).on('error', reject);
  });
  const chunks: Buffer[] = [];
  for await (const chunk of response) {
    chunks.push(chunk as Buffer);
    if (slowly) await pause(1);
  }
  return hash(Buffer.concat(chunks));
}

describe('the bytes of a large file', () => {
  let app: FastifyInstance;

  beforeAll(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'sluice-files-'));
    for (const [name, bytes] of files) await writeFile(path.join(root, name), bytes);
  });
  afterAll(() => rm(root, { recursive: true }));

  beforeEach(() => {
    app = Fastify();
  });
  afterEach(() => app.close());

  async function listen(): Promise<void> {
    await app.register(sluice, { controllers: [FilesController] });
    await app.listen({ host: '127.0.0.1', port: 0 });
  }

  it('are those of the file for each of many clients at once, the slow ones too', async () => {
    await listen();
    const names = Array.from({ length: 12 }, (_, index) => (index % 2 === 0 ? 'one' : 'two'));

    const got = await Promise.all(names.map((name, index) => download(app, name, index % 3 === 0)));

    expect(got).toEqual(names.map((name) => hash(files.get(name) ?? Buffer.alloc(0))));
  });

  it('stay what they were in the hands of middleware that says too early that it has written them', async () => {
    const held = new Map<ServerResponse, Buffer[]>();
    app.addHook('onRequest', (_request, { raw }, done) => {
      const chunks: Buffer[] = [];
      held.set(raw, chunks);
      const write = raw.write.bind(raw);
      raw.write = ((chunk: Buffer, callback?: () => void) => {
        chunks.push(chunk);
        if (typeof callback === 'function') process.nextTick(callback);
        return write(chunk);
      }) as ServerResponse['write'];
      done();
    });
    await listen();

    await Promise.all(['one', 'two', 'one', 'two'].map((name) => download(app, name)));

    const hashes = [...held.values()].map((chunks) => hash(Buffer.concat(chunks)));
    const expected = ['one', 'two', 'one', 'two'].map((name) => hash(files.get(name) ?? Buffer.alloc(0)));
    expect(hashes.toSorted()).toEqual(expected.toSorted());
  });
});
