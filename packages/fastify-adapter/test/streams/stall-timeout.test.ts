// `stallTimeout` cuts off a client that reads nothing, and only such a one.
import { connect as connectHttp2, type ClientHttp2Session } from 'node:http2';
import { setTimeout as wait } from 'node:timers/promises';

import { Controller, EventSourceResponse, FileResponse, Get, StreamingResponse } from '@sluice/core';

import { until } from '../support/http-client.js';
import { VERSIONS } from '../support/stream-call.js';
import { startStreams, type StreamServer } from '../support/stream-server.js';

const text = { responseClass: StreamingResponse, mediaType: 'text/plain' };
const LARGE = 'x'.repeat(16_000_000);
const TIMEOUT = 200;
/** Chunks that are read at once. The system says that there is room for more once a third of its buffers, megabytes, is free. */
const AT_ONCE = 30;
const log: string[] = [];

@Controller()
class StallController {
  @Get('/sync', text)
  *sync(): Generator<string> {
    try {
      for (;;) yield 'x'.repeat(1000);
    } finally {
      log.push('finally');
    }
  }

  @Get('/async', text)
  async *async(): AsyncGenerator<string> {
    yield* this.sync();
  }

  @Get('/events', { responseClass: EventSourceResponse })
  *events(): Generator<string> {
    yield* this.sync();
  }

  @Get('/value')
  value(): string[] {
    return [LARGE];
  }

  @Get('/file')
  file(): FileResponse {
    return new FileResponse(process.execPath);
  }

  @Get('/silent', { responseClass: EventSourceResponse })
  async *silent(signal: AbortSignal): AsyncGenerator<string> {
    yield 'first';
    await wait(60_000, undefined, { signal });
  }
}

const PATHS = ['/sync', '/async', '/events', '/value', '/file'];
const outcomes: string[] = [];
/** A connection of HTTP/2, which more than one stream shares. */
let session: ClientHttp2Session | undefined;

describe.each(VERSIONS)('stallTimeout on %s', (version) => {
  let server: StreamServer;
  beforeEach(async () => {
    log.length = 0;
    outcomes.length = 0;
    server = await startStreams(version, [StallController], {
      stallTimeout: TIMEOUT,
      drainTimeout: 300,
      onResponseEnd: ({ outcome }) => outcomes.push(outcome),
    });
  });
  afterEach(async () => {
    session?.destroy();
    await server.stop();
  });

  it.each(PATHS)('cuts off a client that reads nothing: %s', async (path) => {
    const response = await server.ask(path, { paused: true }).head();
    await until(() => outcomes.length === 1, 'the end of the response');
    expect(outcomes).toEqual(['client-closed']);
    expect(server.complaints()).toEqual([
      `StallController.${path.slice(1)}: its client read nothing for ${TIMEOUT} ms and was cut off`,
    ]);
    response.resume();
    await response.ended();
    expect(response.ending).toBe('broken');
    if (!['/value', '/file'].includes(path)) await until(() => log.includes('finally'), 'the clean-up');
  });

  it.each(PATHS)('leaves one alone that reads slowly: %s', async (path) => {
    const response = await server.ask(path, { paused: true }).head();
    const began = performance.now();
    let read = 0;
    while (performance.now() - began < TIMEOUT * 5 && response.ending === undefined) {
      response.resume();
      await until(() => response.chunks.length > read + AT_ONCE || response.ending !== undefined, 'chunks');
      response.pause();
      read = response.chunks.length;
      await wait(TIMEOUT / 4);
    }
    expect(server.complaints()).toEqual([]);
    expect(response.ending).not.toBe('broken');
  });

  it('leaves one alone for whom nothing waits', async () => {
    const response = await server.ask('/silent').received('first');
    await wait(TIMEOUT * 3);
    expect([response.ending, outcomes]).toEqual([undefined, []]);
  });

  if (version === 'HTTP/2') {
    it('cuts off a client that reads nothing and says that it is there', async () => {
      session = connectHttp2(`http://127.0.0.1:${server.port}`);
      const stream = session.request({ ':path': '/sync' });
      stream.on('error', () => undefined);
      const pings = setInterval(() => session?.ping(() => undefined), 20);
      await until(() => outcomes.length === 1, 'the end of the response');
      clearInterval(pings);
      expect(outcomes).toEqual(['client-closed']);
      stream.destroy();
    });
  }
});
