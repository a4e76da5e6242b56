// A Content-Length that a route declares for its stream is held: RFC 9110 section 8.6 and RFC 9112 section 6.3.
import { BackgroundTasks, Controller, Get, Param, Query, StreamingResponse } from '@sluice/core';

import { until } from '../support/http-client.js';
import { ask } from '../support/raw-request.js';
import { VERSIONS } from '../support/stream-call.js';
import { startStreams, type StreamServer } from '../support/stream-server.js';

const log: string[] = [];
const DECLARED = 10;
const ERROR = '{"detail":"Internal Server Error"}';

@Controller()
class LengthController {
  @Get('/sync/:bytes')
  sync(@Param('bytes') bytes: number, @Query('size', { default: 1 }) size: number): StreamingResponse {
    return this.#make(
      (function* () {
        try {
          for (let at = 0; at < bytes; at += size) yield 'x'.repeat(size);
        } finally {
          log.push('finally');
        }
      })(),
    );
  }

  @Get('/async/:bytes')
  async(
    @Param('bytes') bytes: number,
    @Query('size', { default: 1 }) size: number,
    tasks: BackgroundTasks,
  ): StreamingResponse {
    tasks.addTask(() => log.push('task'));
    return this.#make(
      (async function* () {
        try {
          for (let at = 0; at < bytes; at += size) {
            yield 'x'.repeat(size);
            await new Promise((resolve) => setImmediate(resolve));
          }
        } finally {
          log.push('finally');
        }
      })(),
    );
  }

  #make(content: Iterable<string> | AsyncIterable<string>): StreamingResponse {
    return new StreamingResponse(content, {
      mediaType: 'text/plain',
      headers: { 'content-length': String(DECLARED) },
    });
  }
}

describe.each(VERSIONS)('a declared Content-Length on %s', (version) => {
  let server: StreamServer;
  beforeEach(async () => {
    log.length = 0;
    server = await startStreams(version, [LengthController]);
  });
  afterEach(() => server.stop());

  it.each(['sync', 'async'])('is sent, without chunks, when the %s body has it', async (kind) => {
    const response = server.ask(`/${kind}/10`);
    expect(await response.outcome()).toEqual([200, 'xxxxxxxxxx', 'complete']);
    expect(response.headers['content-length']).toBe('10');
    expect(response.headers).not.toHaveProperty('transfer-encoding');
    await until(() => log.includes('finally'), 'the clean-up');
    expect(server.complaints()).toEqual([]);
  });

  it.each(['sync', 'async'])('that is too long for the %s body breaks it off, and says why', async (kind) => {
    const [, text, ending] = await server.ask(`/${kind}/4`).outcome();
    expect([text.length <= 4, ending]).toEqual([true, 'broken']);
    await until(() => server.complaints().length > 0, 'what is logged');
    expect(server.complaints()[0]).toMatch(/shorter than its Content-Length, 10/);
    expect(log).not.toContain('task');
  });

  it.each([
    ['sync', '12'],
    ['async', '12'],
    ['sync', '12?size=6'],
    ['async', '12?size=6'],
    ['sync', '100000?size=20000'],
    ['async', '100000?size=20000'],
  ])('is never exceeded by the %s body of %s bytes, whose source is closed', async (kind, path) => {
    const [status, text, ending] = await server.ask(`/${kind}/${path}`).outcome();
    // Where no byte was sent before it showed, it still is an error response.
    if (status === 200) {
      expect(text.length).toBeLessThanOrEqual(DECLARED);
      // On HTTP/1.1 a client has all that was announced to it before the connection breaks.
      if (version === 'HTTP/2' || text.length < DECLARED) expect(ending).toBe('broken');
    } else expect([status, text, ending]).toEqual([500, ERROR, 'complete']);
    await until(() => log.includes('finally') && server.complaints().length > 0, 'the clean-up');
    expect(server.complaints()[0]).toMatch(/longer than its Content-Length, 10/);
    expect(log.filter((entry) => entry === 'finally')).toHaveLength(1);
    expect(log).not.toContain('task');
  });
});

describe('a body that is longer than its declared Content-Length', () => {
  it('leaves nothing on the wire that a client could take for the next response', async () => {
    const server = await startStreams('HTTP/1.1', [LengthController]);
    for (const path of ['/sync/12', '/async/12', '/sync/12?size=6', '/async/12?size=6']) {
      const { status, body, complete } = await ask(server.port, path);
      if (status === 500) expect([body.toString(), complete]).toEqual([ERROR, true]);
      else expect(body.length).toBeLessThanOrEqual(DECLARED);
    }
    await server.stop();
  });
});
