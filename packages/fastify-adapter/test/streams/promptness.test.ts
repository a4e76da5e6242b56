// Small chunks are gathered into large writes, and none is held back beyond the turn in which it was made.
import { setImmediate as nextTurn } from 'node:timers/promises';

import { Controller, EventSourceResponse, Get, Query, StreamingResponse } from '@sluice/core';
import type { FastifyInstance } from 'fastify';

import { VERSIONS } from '../support/stream-call.js';
import { startStreams, type StreamServer } from '../support/stream-server.js';

let proceed: () => void = () => undefined;
/** Waits until the client says that it has what was given so far. */
const acknowledged = (): Promise<void> => new Promise((resolve) => (proceed = resolve));
const text = { responseClass: StreamingResponse, mediaType: 'text/plain' };
const ROWS = 100_000;
const ROW = 'row of twenty bytes\n';

@Controller()
class PromptController {
  @Get('/tokens', text)
  async *tokens(): AsyncGenerator<string> {
    for (let token = 0; token < 5; token += 1) {
      const seen = acknowledged();
      yield `${token} `;
      await seen;
    }
  }

  @Get('/events', { responseClass: EventSourceResponse })
  async *events(): AsyncGenerator<string> {
    yield* this.tokens();
  }

  @Get('/lines')
  async *lines(): AsyncGenerator<string> {
    yield* this.tokens();
  }

  @Get('/bytes', text)
  async *bytes(): AsyncGenerator<Uint8Array> {
    for await (const token of this.tokens()) yield Buffer.from(token);
  }

  /** The last chunk before a wait is sent, though those before it were made in the same turn. */
  @Get('/bursts', text)
  async *bursts(): AsyncGenerator<string> {
    for (let token = 0; token < 5; token += 1) {
      const seen = acknowledged();
      for (let part = 0; part < 10; part += 1) yield '.';
      yield `${token} `;
      await seen;
    }
  }

  @Get('/rows', text)
  *rows(): Generator<string> {
    for (let row = 0; row < ROWS; row += 1) yield ROW;
  }

  @Get('/rows-async', text)
  async *rowsAsync(): AsyncGenerator<string> {
    for (let row = 0; row < ROWS; row += 1) yield ROW;
  }

  @Get('/spread', text)
  async *spread(@Query('turns', { type: 'integer' }) turns: number): AsyncGenerator<string> {
    for (let turn = 0; turn < turns; turn += 1) {
      for (let part = 0; part < 100; part += 1) yield '.';
      await nextTurn();
    }
  }
}

/** Counts the writes to each response. */
function countWrites(app: FastifyInstance, writes: number[]): void {
  app.addHook('onRequest', (_request, reply, done) => {
    const { raw } = reply;
    const write = raw.write.bind(raw) as (...args: unknown[]) => boolean;
    raw.write = (...args: unknown[]) => {
      writes.push((args[0] as Uint8Array).length);
      return write(...args);
    };
    done();
  });
}

describe.each(VERSIONS)('chunks on %s', (version) => {
  let server: StreamServer;
  const writes: number[] = [];
  beforeEach(async () => {
    writes.length = 0;
    server = await startStreams(version, [PromptController], { drainTimeout: 200 }, (app) => {
      countWrites(app, writes);
    });
  });
  afterEach(() => server.stop());

  // A chunk that waited for the next one would never come: the source goes on only when the client has it.
  it.each(['/tokens', '/events', '/lines', '/bytes', '/bursts'])(
    'come before their source goes on: %s',
    async (path) => {
      const response = server.ask(path);
      for (let token = 0; token < 5; token += 1) {
        await response.received(`${token} `);
        proceed();
      }
      expect((await response.outcome())[2]).toBe('complete');
    },
  );

  it.each(['/rows', '/rows-async'])('that are small make few writes, and large ones: %s', async (path) => {
    const [, received] = await server.ask(path).outcome();
    expect(received.length).toBe(ROWS * ROW.length);
    // 2 MB are 31 writes of 64 KiB; a source that gives way to other work makes a few more.
    expect(writes.length).toBeLessThan(200);
    expect(Math.max(...writes)).toBeLessThanOrEqual(64 * 1024 + ROW.length);
  });

  it('that are made in one turn make one write', async () => {
    await server.ask('/spread?turns=10').ended();
    expect(writes.length).toBeGreaterThan(1);
    expect(writes.length).toBeLessThanOrEqual(12);
  });
});
