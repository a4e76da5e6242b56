// No chunk is held back: each has arrived before its source makes the next one. Nothing here is measured in time.
import { setImmediate, setTimeout as wait } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import path from 'node:path';

import { Controller, EventSourceResponse, Get, Req, StreamingResponse } from '@sluice/core';
import fastifyCompress from '@fastify/compress';
import type { FastifyRequest } from 'fastify';

import { until } from '../support/http-client.js';
import { VERSIONS, type StreamCall } from '../support/stream-call.js';
import { startStreams, type StreamServer } from '../support/stream-server.js';

const text = { responseClass: StreamingResponse, mediaType: 'text/plain' };
const ROWS = 5;
/** Longer than a source may run before other work has its turn, in milliseconds. */
const LONG = 10;

let client: StreamCall | undefined;
/** How many rows the client in another thread has. */
const rowsElsewhere = new Int32Array(new SharedArrayBuffer(4));
const written: number[] = [];
let late = 0;

/** The client says that it has a row: its source goes on only then. */
async function acknowledged(row: number): Promise<void> {
  await until(() => client?.text.includes(`row ${row};`) === true, `the row ${row}`);
}

/** Holds this thread until the other one has so many rows. */
function waitForElsewhere(rows: number): boolean {
  for (;;) {
    const there = Atomics.load(rowsElsewhere, 0);
    if (there >= rows) return true;
    if (Atomics.wait(rowsElsewhere, 0, there, 5000) === 'timed-out') return false;
  }
}

function spin(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

@Controller()
class PromptController {
  @Get('/async', text)
  async *async(): AsyncGenerator<string> {
    for (let row = 0; row < ROWS; row += 1) {
      yield `row ${row};`;
      await acknowledged(row);
    }
  }

  /** Several rows in one turn, of which the last one must not wait for more. */
  @Get('/bursts', text)
  async *bursts(): AsyncGenerator<string> {
    for (let burst = 0; burst < ROWS; burst += 1) {
      for (let row = 0; row < 3; row += 1) yield `row ${burst * 3 + row};`;
      await acknowledged(burst * 3 + 2);
    }
  }

  @Get('/timer', text)
  async *timer(): AsyncGenerator<string> {
    for (let row = 0; row < ROWS; row += 1) {
      await wait(1);
      yield `row ${row};`;
      await acknowledged(row);
    }
  }

  @Get('/bytes', text)
  async *bytes(): AsyncGenerator<Uint8Array> {
    for await (const row of this.async()) yield Buffer.from(row);
  }

  @Get('/lines')
  async *lines(): AsyncGenerator<string> {
    yield* this.async();
  }

  @Get('/events', { responseClass: EventSourceResponse })
  async *events(): AsyncGenerator<string> {
    yield* this.async();
  }

  /** Without a wait, so that nothing but the end of its turn lets a row go. */
  @Get('/sync', text)
  *sync(): Generator<string> {
    for (let row = 0; row < ROWS; row += 1) {
      spin(LONG);
      yield `row ${row};`;
      // The first one is pulled before the head is sent, and goes out with it at the end of the turn, beside the second.
      if (row === 0) continue;
      // It holds the loop until the other thread has what was yielded.
      if (!waitForElsewhere(row + 1)) late += 1;
    }
  }

  @Get('/tokens', text)
  async *tokens(@Req() request: FastifyRequest): AsyncGenerator<string> {
    for (let token = 0; token < ROWS; token += 1) {
      yield 'token ';
      const before = request.raw.socket.bytesWritten;
      // The end of this turn of the event loop; Node writes the frames of HTTP/2 at that of the next one.
      for (let turn = 0; turn < request.raw.httpVersionMajor; turn += 1) await setImmediate();
      written.push(request.raw.socket.bytesWritten - before);
    }
  }
}

describe.each(VERSIONS)('each chunk on %s', (version) => {
  let server: StreamServer;
  beforeEach(async () => {
    client = undefined;
    late = 0;
    written.length = 0;
    rowsElsewhere[0] = 0;
    server = await startStreams(version, [PromptController], {}, (app) =>
      app.register(fastifyCompress, { threshold: 0 }),
    );
  });
  afterEach(() => server.stop());

  it.each(['/async', '/bursts', '/timer', '/bytes', '/lines', '/events'])(
    'has arrived before the next one is made: %s',
    async (target) => {
      client = server.ask(target);
      const [status, , ending] = await client.outcome();
      expect([status, ending]).toEqual([200, 'complete']);
    },
  );

  it('of a generator that never waits has arrived before the next turn of it', async () => {
    const worker = new Worker(path.join(__dirname, '../support/counting-client.mjs'), {
      workerData: { version, port: server.port, rows: rowsElsewhere },
    });
    const [ended] = await Promise.all([
      new Promise((resolve) => worker.once('message', resolve)),
      new Promise((resolve) => worker.once('exit', resolve)),
    ]);
    expect([ended, late]).toEqual([ROWS, 0]);
  });

  it('is on the wire in the turn in which it was yielded', async () => {
    expect(await server.ask('/tokens').outcome()).toEqual([200, 'token '.repeat(ROWS), 'complete']);
    expect(written).toHaveLength(ROWS);
    for (const bytes of written.slice(1)) expect(bytes).toBeGreaterThan(0);
  });
});

test('hands the first chunk to the system before what is put off to the end of the tick in which the head is made', async () => {
  const waiting: [begun: boolean, bytes: number][] = [];
  const server = await startStreams('HTTP/1.1', [PromptController], {}, (app) => {
    app.addHook('onSend', (request, reply, payload, done) => {
      process.nextTick(() => waiting.push([reply.raw.headersSent, request.raw.socket.writableLength]));
      done(null, payload);
    });
  });
  expect(await server.ask('/tokens').outcome()).toEqual([200, 'token '.repeat(ROWS), 'complete']);
  await server.stop();
  expect(waiting).toEqual([[true, 0]]);
});
