// A status without a body (204, 205, 304) has none of a stream either, and nothing is left of what the stream was made of.
import { Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';

import { Channel, Controller, EventSourceResponse, Get, Response, StreamingResponse } from '@sluice/core';
import type { ResponseEnd } from '@sluice/fastify-adapter';

import { until } from '../support/http-client.js';
import { VERSIONS } from '../support/stream-call.js';
import { startStreams, type StreamServer } from '../support/stream-server.js';

const log: string[] = [];
const ends: ResponseEnd[] = [];
const text = { responseClass: StreamingResponse, mediaType: 'text/plain' };
const channel = new Channel<string>();

@Controller()
class BodilessController {
  @Get('/readable')
  readable(): StreamingResponse {
    const stream = new Readable({ read: () => log.push('read') });
    stream.on('close', () => log.push('closed'));
    return new StreamingResponse<string>(stream, { statusCode: 204 });
  }

  @Get('/web')
  web(): StreamingResponse {
    const stream = new ReadableStream<string>(
      { pull: () => void log.push('read'), cancel: () => void log.push('closed') },
      { highWaterMark: 0 },
    );
    return new StreamingResponse(stream, { statusCode: 304 });
  }

  @Get('/feed')
  feed(): EventSourceResponse {
    return new EventSourceResponse(channel.subscribe(), { statusCode: 204 });
  }

  @Get('/reset')
  *reset(response: Response): Generator<string> {
    response.statusCode = 205;
    yield* endless();
  }

  @Get('/sync', text)
  *sync(response: Response): Generator<string> {
    response.statusCode = 304;
    yield* endless();
  }

  @Get('/async', text)
  async *async(response: Response): AsyncGenerator<string> {
    response.statusCode = 204;
    yield* endless();
  }

  @Get('/events', { responseClass: EventSourceResponse })
  async *events(response: Response): AsyncGenerator<string> {
    response.statusCode = 204;
    yield* endless();
  }
}

function* endless(): Generator<string> {
  try {
    for (;;) {
      log.push('item');
      yield 'x';
    }
  } finally {
    log.push('closed');
  }
}

describe.each(VERSIONS)('a stream whose status has no body, on %s', (version) => {
  let server: StreamServer;
  beforeEach(async () => {
    log.length = 0;
    ends.length = 0;
    server = await startStreams(version, [BodilessController], { onResponseEnd: (end) => ends.push(end) });
  });
  afterEach(() => server.stop());

  it.each([
    ['/readable', 204],
    ['/web', 304],
  ])('closes unread what the method has opened: %s', async (path, status) => {
    expect(await server.ask(path).outcome()).toEqual([status, '', 'complete']);
    await until(() => log.length > 0, 'the end of the stream');
    expect(log).toEqual(['closed']);
  });

  it('ends a subscription', async () => {
    expect(await server.ask('/feed').outcome()).toEqual([204, '', 'complete']);
    await until(() => channel.counts.subscribers === 0, 'the end of the subscription');
  });

  it.each([
    ['/reset', 205],
    ['/sync', 304],
    ['/async', 204],
    ['/events', 204],
  ])('makes no more than the item before which the method said so: %s', async (path, status) => {
    expect(await server.ask(path).outcome()).toEqual([status, '', 'complete']);
    await until(() => ends.length > 0 && log.includes('closed'), 'the end');
    expect(log).toEqual(['item', 'closed']);
    expect(ends.map(({ outcome, bytes, items }) => [outcome, bytes, items])).toEqual([['completed', 0, 0]]);
    expect(server.complaints()).toEqual([]);
  });
});
