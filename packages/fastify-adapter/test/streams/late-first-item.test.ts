// The wait for the first event of a stream: what ends it, before its time is over and after, and what is left of it.
import { setTimeout as wait } from 'node:timers/promises';

import { Channel, Controller, EventSourceResponse, Get, Param } from '@sluice/core';

import { until } from '../support/http-client.js';
import { VERSIONS } from '../support/stream-call.js';
import { startStreams, type StreamServer } from '../support/stream-server.js';

const COMMENT = ': \n\n';
const FIRST = 'data: "first"\n\n';
const open = { generators: 0 };
const news = new Channel<string>();

/** By the name of a timeout, which is part of the path. */
const TIMEOUTS: Readonly<Record<string, number | null>> = { short: 20, long: 60_000, none: null };

@Controller()
class LateController {
  @Get('/generator/:timeout/:delay/:what')
  generator(
    @Param('timeout') timeout: string,
    @Param('delay') delay: number,
    @Param('what') what: string,
    signal: AbortSignal,
  ): EventSourceResponse {
    return new EventSourceResponse(this.events(delay, what, signal), {
      firstItemTimeout: TIMEOUTS[timeout],
    });
  }

  @Get('/channel/:timeout')
  channel(@Param('timeout') timeout: string): EventSourceResponse {
    return new EventSourceResponse(news.subscribe(), { firstItemTimeout: TIMEOUTS[timeout] });
  }

  private async *events(delay: number, what: string, signal: AbortSignal): AsyncGenerator<string> {
    open.generators += 1;
    try {
      if (delay > 0) await wait(delay, undefined, { signal });
      if (what === 'fails') throw new Error('no event');
      if (what === 'gives') yield 'first';
    } finally {
      open.generators -= 1;
    }
  }
}

describe.each(VERSIONS)('the first event of a stream on %s', (version) => {
  let server: StreamServer;
  beforeEach(async () => {
    server = await startStreams(version, [LateController], {}, (app) => {
      app.addHook('onSend', (request, _reply, payload, done) => {
        const refuses = request.headers['x-refuse'] !== undefined && request.url.startsWith('/generator');
        if (refuses) done(new Error('refused by a hook'));
        else done(null, payload);
      });
    });
  });
  afterEach(async () => {
    await server.stop();
    expect(open.generators).toBe(0);
    expect(news.counts.subscribers).toBe(0);
  });

  it.each(['short', 'long', 'none'])('comes with the head where it is there in time: %s', async (timeout) => {
    // One that is made at once is never late, however busy the machine is.
    for (const delay of timeout === 'short' ? [0] : [0, 5]) {
      const outcome = await server.ask(`/generator/${timeout}/${delay}/gives`).outcome();
      expect(outcome).toEqual([200, FIRST, 'complete']);
    }
  });

  it('comes after a comment where it is late, and without one where it is waited for', async () => {
    const [short, long, none] = await Promise.all(
      ['short', 'long', 'none'].map(async (each) => server.ask(`/generator/${each}/60/gives`).outcome()),
    );
    expect(short).toEqual([200, COMMENT + FIRST, 'complete']);
    expect([long, none]).toEqual([
      [200, FIRST, 'complete'],
      [200, FIRST, 'complete'],
    ]);
  });

  it('is not there in a stream that ends without one', async () => {
    expect(await server.ask('/generator/short/0/ends').outcome()).toEqual([200, '', 'complete']);
    expect(await server.ask('/generator/short/60/ends').outcome()).toEqual([200, COMMENT, 'complete']);
  });

  it('is an error response where its source fails in time, and a break where it fails later', async () => {
    for (const timeout of ['short', 'long', 'none'])
      expect((await server.ask(`/generator/${timeout}/0/fails`).outcome())[0]).toBe(500);
    expect((await server.ask('/generator/long/60/fails').outcome())[0]).toBe(500);
    expect(await server.ask('/generator/short/60/fails').outcome()).toEqual([200, COMMENT, 'broken']);
    expect(server.complaints().filter((line) => line.includes('no event'))).toHaveLength(5);
  });

  it.each(['/generator/long/60000/gives', '/channel/long', '/channel/none'])(
    'is waited for no longer when its client leaves, or its server closes: %s',
    async (path) => {
      const leaving = server.ask(path);
      const staying = server.ask(path);
      const isOpen = (count: number): boolean => open.generators + news.counts.subscribers === count;
      await until(() => isOpen(2), 'both to wait');
      leaving.leave();
      await until(() => isOpen(1), 'one to be left');
      await server.app.close();
      expect((await staying.outcome())[0]).toBe(503);
      expect(isOpen(0)).toBe(true);
    },
  );

  it.each(['short', 'long'])('is not sent where a hook refuses its head: %s', async (timeout) => {
    const headers = { 'x-refuse': '1' };
    for (const delay of [0, 60]) {
      const [status, text] = await server.ask(`/generator/${timeout}/${delay}/gives`, { headers }).outcome();
      expect([status, text.includes('first')]).toEqual([500, false]);
    }
    await until(() => open.generators === 0, 'the sources to be closed');
  });

  it('is each stream’s own, of many that wait at once for different times', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 90 }, async (_, index) => {
        const timeout = ['short', 'long', 'none'][index % 3] ?? '';
        // Some of them just when the short time is over.
        const delay = [0, 18, 19, 20, 21, 22, 40][index % 7] ?? 0;
        return [timeout, delay, await server.ask(`/generator/${timeout}/${delay}/gives`).outcome()] as const;
      }),
    );
    for (const [timeout, delay, [status, text, ending]] of outcomes) {
      const mayBeLate = timeout === 'short' && delay > 0;
      expect([status, mayBeLate ? text.replace(COMMENT, '') : text, ending]).toEqual([
        200,
        FIRST,
        'complete',
      ]);
    }
  });
});
