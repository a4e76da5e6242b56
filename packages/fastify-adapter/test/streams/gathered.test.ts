// Small chunks go out as few large writes, and what is iterable without waiting is not waited for. Counted, not timed.
import { Channel, Controller, EventSourceResponse, Get, StreamingResponse } from '@sluice/core';

import { until } from '../support/http-client.js';
import { start, type TestServer } from '../support/start.js';

const ROWS = 10_000;
const ROW = 'a row of 16 b.\r\n';
const EVENTS = 1000;
const channel = new Channel<number>({ name: 'gathered' });
/** Microtasks that ran while a generator went from one row to the next. */
let between = 0;

const text = { responseClass: StreamingResponse, mediaType: 'text/plain' };

@Controller()
class RowsController {
  @Get('/sync', text)
  *sync(): Generator<string> {
    let ran = 0;
    for (let row = 0; row < ROWS; row += 1) {
      const before = ran;
      void Promise.resolve().then(() => (ran += 1));
      yield ROW;
      // A turn ends now and then, for other requests.
      between += Math.min(ran - before, 1);
    }
  }

  @Get('/list', text)
  list(): StreamingResponse {
    return new StreamingResponse(
      Array.from({ length: ROWS }, () => ROW),
      { mediaType: 'text/plain' },
    );
  }

  @Get('/async', text)
  async *async(): AsyncGenerator<string> {
    for (let row = 0; row < ROWS; row += 1) yield ROW;
  }

  @Get('/lines')
  *lines(): Generator<number> {
    for (let row = 0; row < ROWS; row += 1) yield 1_000_000_000 + row;
  }

  @Get('/events')
  events(): EventSourceResponse {
    return new EventSourceResponse(channel.subscribe());
  }
}

let server: TestServer;
/** Bytes of each write to the response. */
let writes: number[];

beforeEach(async () => {
  writes = [];
  between = 0;
  server = await start([RowsController], {}, (app) => {
    app.addHook('onRequest', (_request, reply, next) => {
      const { raw } = reply;
      const write = raw.write.bind(raw) as (chunk: string | Uint8Array, ...others: unknown[]) => boolean;
      raw.write = (chunk: string | Uint8Array, ...others: unknown[]) => {
        writes.push(Buffer.byteLength(chunk));
        return write(chunk, ...others);
      };
      next();
    });
  });
});

afterEach(() => server.app.close());

it.each(['/sync', '/list', '/async', '/lines'])('rows of %s are gathered to writes of many', async (path) => {
  const body = await (await fetch(`${server.url}${path}`)).text();
  expect(body.length).toBeGreaterThanOrEqual(ROWS * 10);
  expect(writes.reduce((sum, bytes) => sum + bytes, 0)).toBe(body.length);
  // 64 KiB each, but for those that end with a turn.
  expect(writes.length).toBeLessThan(ROWS / 100);
});

it('a generator that never waits is not waited for between its rows', async () => {
  await (await fetch(`${server.url}/sync`)).text();
  expect(between).toBeLessThan(ROWS / 100);
});

it('events that are published in one turn are one write to each client', async () => {
  const responses = await Promise.all([fetch(`${server.url}/events`), fetch(`${server.url}/events`)]);
  await until(() => channel.counts.subscribers === 2, 'both subscribers');
  const before = writes.length;
  for (let event = 0; event < EVENTS; event += 1) void channel.publish(event);
  await until(() => channel.counts.delivered === EVENTS * 2, 'the deliveries');
  expect(writes.slice(before)).toHaveLength(2);
  await Promise.all(responses.map(async ({ body }) => body?.cancel()));
});
