// The signal of a request fires when Node itself learns that the client has left: in the same turn of the event loop, as the
// response of a bare server closes whose client leaves in the same moment.
import { createServer as createHttp1, type RequestListener, type Server } from 'node:http';
import { createServer as createHttp2 } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

import { Body, Controller, Delete, Get, Patch, Post, Put, StreamingResponse } from '@sluice/core';

import { until } from '../support/http-client.js';
import { call, VERSIONS, type CallInit, type StreamCall, type Version } from '../support/stream-call.js';
import { startStreams, type StreamServer } from '../support/stream-server.js';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
const WAYS = ['leave', 'vanish'] as const;
const text = { responseClass: StreamingResponse, mediaType: 'text/plain' };
const BODY = { large: 'x'.repeat(100_000) };

/** Signals of the requests that have begun. */
const signals: AbortSignal[] = [];
/** What has happened, each with its turn of the event loop. */
const seen = new Map<string, number>();
let turn = 0;

function note(what: string): void {
  if (!seen.has(what)) seen.set(what, turn);
}

function begin(signal: AbortSignal): void {
  signals.push(signal);
  signal.addEventListener('abort', () => {
    note('signal');
  });
}

@Controller()
class SignalController {
  /** In mid-stream. */
  @Get('/stream', text)
  @Delete('/stream', text)
  async *stream(signal: AbortSignal): AsyncGenerator<string> {
    begin(signal);
    yield 'first';
    await wait(60_000, undefined, { signal });
  }

  @Post('/stream', text)
  @Put('/stream', text)
  @Patch('/stream', text)
  async *upload(@Body(Object) body: typeof BODY, signal: AbortSignal): AsyncGenerator<string> {
    if (body.large.length === BODY.large.length) yield* this.stream(signal);
  }

  /** Before there is a response. */
  @Get('/value')
  @Delete('/value')
  async value(signal: AbortSignal): Promise<string> {
    begin(signal);
    await wait(60_000, undefined, { signal }).catch(() => undefined);
    return 'late';
  }

  @Post('/value')
  @Put('/value')
  @Patch('/value')
  async uploadValue(@Body(Object) body: typeof BODY, signal: AbortSignal): Promise<string> {
    return body.large.length === BODY.large.length ? this.value(signal) : 'short';
  }
}

interface BareServer {
  readonly port: number;
  readonly begun: () => number;
  close(): void;
}

/** A server of Node's own, which reads what it is asked and waits. */
async function startBare(version: Version): Promise<BareServer> {
  let begun = 0;
  const listen: RequestListener = (request, response) => {
    request.resume().on('end', () => {
      begun += 1;
      if (request.url === '/stream') response.write('first');
      response.on('close', () => {
        note('bare');
      });
    });
  };
  const server =
    version === 'HTTP/1.1' ? createHttp1(listen) : (createHttp2(listen as never) as unknown as Server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    begun: () => begun,
    close: () => server.close(),
  };
}

/** Counts turns until something is so. */
async function turnsUntil(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 5000;
  for (turn = 0; !condition(); turn += 1) {
    if (Date.now() > deadline) throw new Error(`waited 5 s, and saw ${JSON.stringify([...seen])}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe.each(VERSIONS)('the signal of a request whose client leaves, on %s', (version) => {
  let server: StreamServer;
  let bare: BareServer;
  const calls: StreamCall[] = [];
  const ask = (port: number, path: string, init: CallInit): StreamCall => {
    const one = call(version, port, path, init);
    calls.push(one);
    return one;
  };

  beforeAll(async () => {
    bare = await startBare(version);
    server = await startStreams(version, [SignalController], { drainTimeout: 300 }, (app) => {
      app.addHook('onRequest', (_request, reply, done) => {
        reply.raw.once('close', () => {
          // What listens for it too has been called by then.
          process.nextTick(() => {
            note(signals.at(-1)?.aborted === true ? 'closed with the signal' : 'closed without the signal');
          });
        });
        done();
      });
    });
  });
  afterAll(async () => {
    for (const one of calls) one.vanish();
    bare.close();
    await server.stop();
  });

  it.each(
    METHODS.flatMap((method) =>
      ['/stream', '/value'].flatMap((path) => WAYS.map((way) => [method, path, way] as const)),
    ),
  )('fires in the turn in which Node learns of it: %s %s, %s', async (method, path, way) => {
    const init = { method, body: ['GET', 'DELETE'].includes(method) ? undefined : BODY };
    const [ours, others] = [signals.length, bare.begun()];
    const clients = [ask(bare.port, path, init), ask(server.port, path, init)];
    await until(() => signals.length > ours && bare.begun() > others, 'the requests');
    if (path === '/stream') await Promise.all(clients.map((client) => client.received('first')));
    // Neither fires because the body of the request was read.
    await wait(5);
    expect([signals.at(-1)?.aborted, seen.has('bare')]).toEqual([false, false]);
    seen.clear();
    for (const client of clients) client[way]();
    await turnsUntil(() => seen.size >= 3);
    expect([...seen.keys()].sort()).toEqual(['bare', 'closed with the signal', 'signal']);
    // Two connections: what the system tells of them may come in two turns.
    expect(seen.get('signal')! - seen.get('bare')!).toBeLessThanOrEqual(1);
    seen.clear();
  });
});
