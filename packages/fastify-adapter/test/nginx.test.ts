// What docs/nginx.md says is so: its configuration is run by nginx itself, before a server of Sluice.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { Controller, EventSourceResponse, FileResponse, Get, StreamingResponse } from '@sluice/core';
import Fastify, { type FastifyInstance } from 'fastify';

import { sluice } from '../src/index.js';

const NGINX = ['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/usr/bin/nginx'].find((file) => existsSync(file));
const PAGE = path.join(__dirname, '../../../docs/nginx.md');
// More than the sockets of both sides hold between them.
const ROWS = 40_000;
const ROW = `${'x'.repeat(1023)}\n`;

const title = 'behind nginx';
const describeWithNginx =
  NGINX === undefined
    ? (suite: () => void) => {
        describe.skip(`${title} [SKIPPED: no nginx; apt-get install nginx-light]`, suite);
      }
    : (suite: () => void) => {
        describe(title, suite);
      };

/** The second event waits until somebody has said that the first one is here. */
let secondEvent: PromiseWithResolvers;
/** Rows that were made of the newest export. */
let made: number;
/** Settled when the signal of the endless stream has fired. */
let left: PromiseWithResolvers;

interface PromiseWithResolvers {
  readonly promise: Promise<void>;
  resolve(): void;
}

function withResolvers(): PromiseWithResolvers {
  let resolve = (): void => {};
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}

@Controller()
class ProxiedController {
  @Get('/events', { responseClass: EventSourceResponse })
  async *events(): AsyncGenerator {
    yield { number: 1 };
    await secondEvent.promise;
    yield { number: 2 };
  }

  @Get('/export', { responseClass: StreamingResponse, mediaType: 'text/plain' })
  *export(): Generator<string> {
    for (made = 0; made < ROWS; made += 1) yield ROW;
  }

  @Get('/watched', {
    responseClass: StreamingResponse,
    mediaType: 'text/plain',
    headers: { 'x-accel-buffering': 'no' },
  })
  watched(): Generator<string> {
    return this.export();
  }

  @Get('/endless', { responseClass: EventSourceResponse })
  async *endless(signal: AbortSignal): AsyncGenerator {
    signal.addEventListener('abort', () => {
      left.resolve();
    });
    for (let number = 1; ; number += 1) {
      yield { number };
      await wait(20, undefined, { signal });
    }
  }

  @Get('/page')
  page(): FileResponse {
    return new FileResponse(PAGE);
  }
}

async function findPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** The configuration of the page, with ports of its own, in a main file that keeps everything in one folder. */
function toConfiguration(folder: string, servicePort: number, port: number): string {
  const [, block = ''] = /```text\n([^]*?)```/.exec(readFileSync(PAGE, 'utf8')) ?? [];
  const site = block
    .replace('127.0.0.1:3000', `127.0.0.1:${servicePort}`)
    .replace('listen 8080', `listen 127.0.0.1:${port}`);
  if (site === block) throw new Error('the page has no configuration');
  const kept = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${path.join(folder, name)};`,
  );
  return [
    ...(process.getuid?.() === 0 ? ['user root;'] : []),
    'daemon off;',
    'worker_processes 1;',
    `pid ${path.join(folder, 'nginx.pid')};`,
    'error_log stderr warn;',
    'events {}',
    'http {',
    'access_log off;',
    ...kept,
    site,
    '}',
  ].join('\n');
}

describeWithNginx(() => {
  let folder: string;
  let app: FastifyInstance;
  let nginx: ChildProcess;
  let url: string;
  let told = '';

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'sluice-nginx-'));
    app = Fastify();
    await app.register(sluice, { controllers: [ProxiedController] });
    await app.listen({ host: '127.0.0.1', port: 0 });
    const port = await findPort();
    const file = path.join(folder, 'nginx.conf');
    writeFileSync(file, toConfiguration(folder, (app.server.address() as AddressInfo).port, port));
    nginx = spawn(NGINX!, ['-p', folder, '-c', file], { stdio: ['ignore', 'ignore', 'pipe'] });
    nginx.stderr!.setEncoding('utf8').on('data', (text: string) => (told += text));
    url = `http://127.0.0.1:${port}`;
    const end = Date.now() + 10_000;
    for (;;) {
      const answered = await fetch(`${url}/page`).then(
        ({ ok }) => ok,
        () => false,
      );
      if (answered) return;
      if (Date.now() > end || nginx.exitCode !== null) throw new Error(`nginx does not answer: ${told}`);
      await wait(50);
    }
  });

  afterAll(async () => {
    if (nginx.exitCode === null) {
      const gone = once(nginx, 'exit');
      nginx.kill('SIGTERM');
      await gone;
    }
    await app.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function askAndReadNothing(route: string): Promise<IncomingMessage> {
    const [response] = (await once(get(url + route, { agent: false }), 'response')) as [IncomingMessage];
    return response;
  }

  beforeEach(() => {
    secondEvent = withResolvers();
    left = withResolvers();
  });

  it('hands an event on before the next one is made', async () => {
    const response = await fetch(`${url}/events`);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader.read()).value).toBe('data: {"number":1}\n\n');
    secondEvent.resolve();
    expect((await reader.read()).value).toBe('data: {"number":2}\n\n');
    expect((await reader.read()).done).toBe(true);
  });

  it('takes a long export off the service, however slow the client is, and hands all of it on', async () => {
    const response = await askAndReadNothing('/export');
    while (made < ROWS) await wait(20);
    let bytes = 0;
    for await (const chunk of response) bytes += (chunk as Buffer).length;
    expect(bytes).toBe(ROWS * ROW.length);
  });

  it('lets a slow client hold up a stream that is not to be buffered', async () => {
    const response = await askAndReadNothing('/watched');
    let before = -1;
    while (made !== before) {
      before = made;
      await wait(300);
    }
    expect(made).toBeLessThan(ROWS);
    let bytes = 0;
    for await (const chunk of response) bytes += (chunk as Buffer).length;
    expect(bytes).toBe(ROWS * ROW.length);
  });

  it('tells the service of a client that has left', async () => {
    const leaving = new AbortController();
    const response = await fetch(`${url}/endless`, { signal: leaving.signal });
    await response.body!.getReader().read();
    leaving.abort();
    // Waits for the signal: without it this never ends.
    await expect(left.promise).resolves.toBeUndefined();
  });

  it('lets ranges and conditions through', async () => {
    const whole = readFileSync(PAGE, 'utf8');
    const part = await fetch(`${url}/page`, { headers: { range: 'bytes=0-13' } });
    expect([part.status, await part.text()]).toEqual([206, whole.slice(0, 14)]);
    const etag = part.headers.get('etag')!;
    const again = await fetch(`${url}/page`, {
      headers: { 'if-none-match': etag, 'cache-control': 'max-age=0' },
    });
    expect(again.status).toBe(304);
  });
});
