// A silent event stream is kept going by comments: WHATWG HTML section 9.2.7.
import { setTimeout as wait } from 'node:timers/promises';

import { Controller, EventSourceResponse, Get, Query, StreamingResponse } from '@sluice/core';

import { until } from '../support/http-client.js';
import { VERSIONS } from '../support/stream-call.js';
import { startStreams, type StreamServer } from '../support/stream-server.js';

const INTERVAL = 45;
const COMMENT = ': keep-alive\n\n';

async function* silent(signal: AbortSignal): AsyncGenerator<string> {
  yield 'first';
  await wait(60_000, undefined, { signal });
}

@Controller()
class SilentController {
  @Get('/silent')
  silent(signal: AbortSignal, @Query('interval', { optional: true }) interval?: number): EventSourceResponse {
    return new EventSourceResponse(silent(signal), { keepAlive: interval });
  }

  @Get('/off')
  off(signal: AbortSignal): EventSourceResponse {
    return new EventSourceResponse(silent(signal), { keepAlive: null });
  }

  @Get('/never-began')
  neverBegan(signal: AbortSignal): EventSourceResponse {
    const source = (async function* () {
      await wait(60_000, undefined, { signal });
      yield 'never';
    })();
    return new EventSourceResponse(source, { keepAlive: INTERVAL });
  }

  @Get('/busy')
  busy(signal: AbortSignal): EventSourceResponse {
    const source = (async function* () {
      for (let at = 0; at < 40; at += 1) {
        yield at;
        await wait(INTERVAL / 15, undefined, { signal });
      }
    })();
    return new EventSourceResponse(source, { keepAlive: INTERVAL * 100 });
  }

  @Get('/text', { responseClass: StreamingResponse, mediaType: 'text/plain' })
  async *text(signal: AbortSignal): AsyncGenerator<string> {
    yield* silent(signal);
  }
}

describe.each(VERSIONS)('a silent event stream on %s', (version) => {
  let server: StreamServer;
  beforeEach(async () => {
    server = await startStreams(version, [SilentController]);
  });
  afterEach(() => server.stop());
  const comments = (text: string): number => text.split(COMMENT).length - 1;

  it('gets a comment after each interval of silence, and nothing else', async () => {
    const response = server.ask(`/silent?interval=${INTERVAL}`);
    await until(() => comments(response.text) >= 3, 'three comments');
    expect(response.text.replaceAll(COMMENT, '')).toBe('data: "first"\n\n');
  });

  it('gets them though no event came yet', async () => {
    const response = server.ask('/never-began');
    await until(() => comments(response.text) >= 2, 'two comments');
    expect(response.text.replaceAll(COMMENT, '')).toBe(': \n\n');
  });

  it('gets none within an interval, none where they are off, and none by default for 15 s', async () => {
    const calls = [
      server.ask('/busy'),
      server.ask('/off'),
      server.ask('/silent'),
      server.ask(`/silent?interval=${INTERVAL * 100}`),
      server.ask('/text'),
    ];
    const other = server.ask(`/silent?interval=${INTERVAL}`);
    await until(() => comments(other.text) >= 4, 'four comments elsewhere');
    for (const call of calls) {
      await call.received(call === calls[0] ? '0' : 'first');
      expect(comments(call.text)).toBe(0);
    }
  });

  it('shares one timer with all that have its interval, and lets go of it with the last', async () => {
    const spy = jest.spyOn(globalThis, 'setInterval');
    try {
      const calls = Array.from({ length: 20 }, () => server.ask(`/silent?interval=${INTERVAL}`));
      for (const call of calls) await call.received('keep-alive');
      const timers = (): number => spy.mock.calls.filter(([, delay]) => (delay ?? 0) <= INTERVAL).length;
      expect(timers()).toBe(1);
      for (const call of calls) call.leave();
      await wait(INTERVAL * 2);
      // The next one finds no timer any more.
      await server.ask(`/silent?interval=${INTERVAL}`).received('keep-alive');
      expect(timers()).toBe(2);
    } finally {
      spy.mockRestore();
    }
  });
});
