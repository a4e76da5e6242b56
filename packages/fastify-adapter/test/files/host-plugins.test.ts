// Plugins and hooks of the host on a response with a file.
import { gunzipSync } from 'node:zlib';

import fastifyCompress from '@fastify/compress';
import fastifyCookie from '@fastify/cookie';
import fastifyCors from '@fastify/cors';
import fastifyEtag from '@fastify/etag';
import fastifyHelmet from '@fastify/helmet';
import { FileResponse } from '@sluice/core';
import type { FastifyInstance } from 'fastify';

import { FileServer } from '../support/file-server.js';
import type { RequestFields } from '../support/raw-request.js';

const TEXT = 'a long text that is worth compressing '.repeat(5000);

let files: FileServer;
const serve = async (prepare: (app: FastifyInstance) => unknown) => {
  files = await FileServer.start({}, prepare);
  const filePath = await files.write('long.txt', TEXT);
  await files.write('long.txt.br', 'stands for Brotli');
  return () => new FileResponse(filePath);
};
afterEach(() => files.close());

describe('@fastify/cookie, @fastify/cors and @fastify/helmet', () => {
  it.each<[string, RequestFields, number]>([
    ['a 200', {}, 200],
    ['a 206', { range: 'bytes=0-1' }, 206],
    ['a 206 of several parts', { range: 'bytes=0-1,5-6' }, 206],
    ['a 304', { 'if-none-match': '*' }, 304],
    ['a 412', { 'if-match': '"other"' }, 412],
    ['a 416', { range: 'bytes=999999999-' }, 416],
  ])('RFC 9110 §15: add to %s', async (_what, fields, status) => {
    const answer = await serve(async (app) => {
      await app.register(fastifyCookie);
      await app.register(fastifyCors, { origin: ['https://example.com', 'https://example.org'] });
      await app.register(fastifyHelmet);
      app.addHook('preHandler', (_request, reply, done) => {
        reply.setCookie('hook', 'set').header('x-hook', 'yes');
        done();
      });
    });
    const response = await files.ask(answer, { origin: 'https://example.com', ...fields });
    expect([response.status, response.complete]).toEqual([status, true]);
    expect(response.headers).toMatchObject({
      'access-control-allow-origin': 'https://example.com',
      'x-content-type-options': 'nosniff',
      'x-hook': 'yes',
      'set-cookie': expect.stringMatching(/^hook=set/) as string,
      vary: 'Origin',
    });
  });

  it('RFC 9110 §12.5.5: Vary names what both the host and the file vary by', async () => {
    await serve((app) =>
      app.register(fastifyCors, { origin: ['https://example.com'], strictPreflight: false }),
    );
    const answer = () => new FileResponse(`${files.folder}/long.txt`, { precompressed: ['br'] });
    const { headers } = await files.ask(answer, { origin: 'https://example.com', 'accept-encoding': 'br' });
    const names = (headers.vary ?? '').toLowerCase().split(/\s*,\s*/);
    expect(names).toContain('accept-encoding');
  });
});

describe('@fastify/compress', () => {
  const compressing = () => serve((app) => app.register(fastifyCompress, { threshold: 0 }));
  const gzip = { 'accept-encoding': 'gzip' };

  // One that is sent piece by piece, and one that is read at once.
  it.each([TEXT, TEXT.slice(0, 5000)])(
    'RFC 9110 §8.8.1: gives a file that it compresses a weak tag, and offers no ranges (%#)',
    async (text) => {
      const answer = await compressing();
      await files.write('long.txt', text);
      const plain = await files.ask(answer);
      const coded = await files.ask(answer, gzip);
      expect(plain.headers['content-encoding']).toBeUndefined();
      expect(plain.headers['accept-ranges']).toBe('bytes');
      expect(coded).toMatchObject({ status: 200, complete: true });
      expect(coded.headers['content-encoding']).toBe('gzip');
      expect(gunzipSync(coded.body).toString()).toBe(text);
      expect(coded.headers.etag).toBe(`W/${plain.headers.etag ?? ''}`);
      expect(coded.headers).not.toHaveProperty('accept-ranges');
      expect(coded.headers['content-length']).not.toBe(String(text.length));
      expect(coded.headers.vary?.toLowerCase()).toContain('accept-encoding');
    },
  );

  it('RFC 9110 §15.4.5: answers 304 to the weak tag with the tag of a 200, which is weak', async () => {
    const answer = await compressing();
    const { headers } = await files.ask(answer, gzip);
    const again = await files.ask(answer, { ...gzip, 'if-none-match': headers.etag ?? '' });
    expect([again.status, again.body.length, again.complete]).toEqual([304, 0, true]);
    // A strong one would go over to the compressed copy in a cache, which could then be resumed by it.
    expect(again.headers.etag).toBe(headers.etag);
  });

  it('RFC 9110 §13.1.5: resumes no download that was compressed', async () => {
    const answer = await compressing();
    const { headers } = await files.ask(answer, gzip);
    const fields = { ...gzip, range: 'bytes=10-', 'if-range': headers.etag ?? '' };
    expect((await files.ask(answer, fields)).status).toBe(200);
    const weak = (headers.etag ?? '').replace('W/', '');
    const strong = await files.ask(answer, { ...gzip, range: 'bytes=10-19', 'if-range': weak });
    // By the strong tag it is a client that has the file as it is.
    if (strong.status === 206) expect(strong.body.toString()).toBe(TEXT.slice(10, 20));
    expect(strong.headers['content-encoding'] === undefined || strong.status === 200).toBe(true);
  });

  it.each(['bytes=10-19', 'bytes=10-19,30-39'])('RFC 9110 §14.4: compresses no part (%s)', async (range) => {
    const answer = await compressing();
    const { status, headers, body, complete } = await files.ask(answer, { ...gzip, range });
    expect([status, complete, headers['content-encoding']]).toEqual([206, true, undefined]);
    expect(body.toString()).toContain(TEXT.slice(10, 20));
    expect(headers.etag).toMatch(/^"/);
  });

  it('RFC 9110 §9.3.2: HEAD tells no strong tag of what GET would compress, or does not compress', async () => {
    const answer = await compressing();
    const head = await files.ask(answer, gzip, 'HEAD');
    expect([head.status, head.complete, head.body.length]).toEqual([200, true, 0]);
    if (head.headers['content-encoding'] !== undefined) expect(head.headers.etag).toMatch(/^W\//);
  });

  it('RFC 9110 §8.8.1: leaves a weak tag of the user as it is', async () => {
    await compressing();
    const answer = () => new FileResponse(`${files.folder}/long.txt`, { headers: { etag: 'W/"mine"' } });
    expect((await files.ask(answer, gzip)).headers.etag).toBe('W/"mine"');
  });

  it('RFC 9110 §8.4: does not compress a copy that is compressed', async () => {
    await compressing();
    const answer = () => new FileResponse(`${files.folder}/long.txt`, { precompressed: ['br'] });
    const { headers, body, complete } = await files.ask(answer, { 'accept-encoding': 'br, gzip' });
    expect([headers['content-encoding'], body.toString(), complete]).toEqual([
      'br',
      'stands for Brotli',
      true,
    ]);
    expect(headers.etag).toMatch(/^"/);
    expect(headers['accept-ranges']).toBe('bytes');
  });

  it('leaves no descriptor open when the client leaves', async () => {
    const answer = await compressing();
    await files.write('long.txt', TEXT.repeat(100));
    for (let time = 0; time < 20; time += 1) (await files.request(answer, gzip).started()).leave();
    await files.ask(answer, { range: 'bytes=0-0' });
    for (let turn = 0; files.openFiles().length > 0 && turn < 1000; turn += 1)
      await new Promise((resolve) => setTimeout(resolve, 2));
    expect(files.openFiles()).toEqual([]);
  });

  it('RFC 9112 §8: breaks the connection off where a file becomes shorter while it is compressed', async () => {
    const answer = await compressing();
    const filePath = await files.write('long.txt', Buffer.alloc(64 * 1024 * 1024));
    const request = files.request(answer, gzip);
    await request.started();
    await files.write('long.txt', 'short');
    expect(filePath).toContain('long.txt');
    expect((await request.response()).complete).toBe(false);
  });

  it('RFC 9110 §8.8.1: where it comes after Sluice on another route leaves tags as they are', async () => {
    const answer = await serve((app) => {
      app.get('/host', (_request, reply) => reply.header('etag', '"host"').send('x'));
    });
    const { headers } = await files.ask(answer, gzip);
    expect(headers.etag).toMatch(/^"/);
    const host = await fetch(`${files.server.url}/host`);
    expect(host.headers.get('etag')).toBe('"host"');
  });
});

describe('@fastify/etag', () => {
  it('RFC 9110 §8.8.3: leaves the tag of the file, and its conditions', async () => {
    const answer = await serve((app) => app.register(fastifyEtag));
    const { headers, body } = await files.ask(answer);
    expect(body.toString()).toBe(TEXT);
    const etag = headers.etag ?? '';
    expect(etag).toMatch(new RegExp(`^"${TEXT.length.toString(16)}-`));
    const again = await files.ask(answer, { 'if-none-match': etag });
    expect([again.status, again.headers.etag, again.complete]).toEqual([304, etag, true]);
    expect(
      (await files.ask(answer, { 'if-none-match': '"other"', range: 'bytes=0-1' })).body.toString(),
    ).toBe('a ');
    expect((await files.ask(answer, { 'if-match': '"other"' })).headers.etag).toBe(etag);
    expect(files.openFiles()).toEqual([]);
  });
});

describe('hooks of the host', () => {
  it('RFC 9110 §6.3: see status and headers, and add to them', async () => {
    const seen: unknown[] = [];
    const answer = await serve((app) => {
      app.addHook('onSend', (_request, reply, payload, done) => {
        seen.push([reply.statusCode, reply.getHeader('content-length')?.toString()]);
        reply.header('x-late', 'yes').header('server-timing', 'file');
        done(null, payload);
      });
      app.addHook('onResponse', (_request, reply, done) => {
        seen.push(['done', reply.statusCode]);
        done();
      });
    });
    const { headers, body } = await files.ask(answer, { range: 'bytes=0-9' });
    expect([headers['x-late'], headers['server-timing'], body.toString()]).toEqual([
      'yes',
      'file',
      TEXT.slice(0, 10),
    ]);
    await files.ask(answer, { range: 'bytes=0-9' });
    expect(seen.slice(0, 2)).toEqual([
      [206, '10'],
      ['done', 206],
    ]);
  });

  it('RFC 9110 §6.3: get the file by inject() too', async () => {
    const answer = await serve(() => undefined);
    const path = files.route(answer);
    const response = await files.server.app.inject({ url: path, headers: { range: 'bytes=-10' } });
    expect([response.statusCode, response.body]).toEqual([206, TEXT.slice(-10)]);
    const whole = await files.server.app.inject(path);
    expect(whole.rawPayload.equals(Buffer.from(TEXT))).toBe(true);
    expect((await files.server.app.inject({ url: path, method: 'HEAD' })).headers['content-length']).toBe(
      String(TEXT.length),
    );
  });
});
