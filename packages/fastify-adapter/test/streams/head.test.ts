// HEAD has the head of GET, and starts no stream: not by a route of one's own, and not by Fastify's automatic one.
import { Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';

import { Controller, EventSourceResponse, Get, Head, StreamingResponse, BackgroundTasks } from '@sluice/core';

import { until } from '../support/http-client.js';
import { ask } from '../support/raw-request.js';
import { VERSIONS } from '../support/stream-call.js';
import { startStreams, type StreamServer } from '../support/stream-server.js';

const log: string[] = [];
const text = { responseClass: StreamingResponse, mediaType: 'text/plain' };

function* endless(): Generator<string> {
  log.push('started');
  for (;;) yield 'x'.repeat(1000);
}

@Controller()
class HeadController {
  @Get('/sync', text)
  *sync(): Generator<string> {
    yield* endless();
  }

  @Get('/async', text)
  async *async(tasks: BackgroundTasks): AsyncGenerator<string> {
    log.push('started');
    tasks.addTask(() => log.push('task'));
    yield* endless();
  }

  @Get('/events', { responseClass: EventSourceResponse })
  async *events(): AsyncGenerator<string> {
    yield* endless();
  }

  @Get('/lines')
  *lines(): Generator<string> {
    yield* endless();
  }

  @Get('/returned')
  returned(): StreamingResponse {
    const source = (function* () {
      log.push('started');
      yield 'x'.repeat(1000);
    })();
    return new StreamingResponse(source, {
      mediaType: 'text/csv',
      filename: 'x.csv',
      headers: { 'content-length': '1000' },
    });
  }

  @Get('/readable')
  readable(): StreamingResponse {
    const stream = new Readable({
      read() {
        log.push('started');
        this.push('x'.repeat(1000));
      },
    });
    stream.on('close', () => log.push('closed'));
    return new StreamingResponse<string>(stream, { mediaType: 'text/plain' });
  }

  @Get('/web')
  web(): StreamingResponse {
    const stream = new ReadableStream<string>(
      {
        pull: (controller) => {
          log.push('started');
          controller.enqueue('x'.repeat(1000));
        },
        cancel: () => void log.push('closed'),
      },
      { highWaterMark: 0 },
    );
    return new StreamingResponse(stream, { mediaType: 'text/plain' });
  }

  @Head('/own', text)
  *own(): Generator<string> {
    yield* endless();
  }
}

describe.each(VERSIONS)('HEAD on %s', (version) => {
  let server: StreamServer;
  beforeEach(async () => {
    log.length = 0;
    server = await startStreams(version, [HeadController]);
  });
  afterEach(() => server.stop());

  it.each(['/sync', '/async', '/events', '/lines', '/returned', '/own'])(
    'never starts the generator: %s',
    async (path) => {
      const response = server.ask(path, { method: 'HEAD' });
      expect(await response.outcome()).toEqual([200, '', 'complete']);
      await server.app.close();
      expect(log.filter((entry) => entry === 'started')).toEqual([]);
      expect(server.complaints()).toEqual([]);
    },
  );

  it.each(['/readable', '/web'])('closes a stream unread that the method has opened: %s', async (path) => {
    const response = server.ask(path, { method: 'HEAD' });
    expect(await response.outcome()).toEqual([200, '', 'complete']);
    await until(() => log.includes('closed'), 'the end of the stream');
    expect(log).toEqual(['closed']);
  });

  it.each(['/sync', '/events', '/lines', '/returned'])('has the headers of GET: %s', async (path) => {
    const head = await server.ask(path, { method: 'HEAD' }).ended();
    const get = await server.ask(path).head();
    const own = [
      'content-type',
      'content-disposition',
      'cache-control',
      'x-accel-buffering',
      'content-length',
    ];
    expect(own.map((name) => head.headers[name])).toEqual(own.map((name) => get.headers[name]));
  });
});

describe('HEAD on the wire', () => {
  it.each(['/sync', '/events', '/returned', '/own'])('has not a byte after its head: %s', async (path) => {
    const server = await startStreams('HTTP/1.1', [HeadController]);
    const { status, body } = await ask(server.port, path, {}, 'HEAD');
    expect([status, body.length]).toEqual([200, 0]);
    await server.stop();
  });
});
