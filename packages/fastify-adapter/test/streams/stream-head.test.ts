// The head that a stream is sent with, and what registration says of one that lacks a media type.
import { Controller, Get, Response, StreamingResponse } from '@sluice/core';

import { VERSIONS } from '../support/stream-call.js';
import { startStreams, type StreamServer } from '../support/stream-server.js';

const BYTES = Uint8Array.from({ length: 256 }, (_, index) => index);

class PngStream extends StreamingResponse<Uint8Array> {
  static override readonly mediaType: string | undefined = 'image/png';
}
class RowStream extends StreamingResponse<readonly number[]> {
  static override readonly mediaType: string | undefined = 'text/csv';
  protected override encode(row: readonly number[]): string {
    return `${row.join(',')}\n`;
  }
}

@Controller('/s')
class HeadsController {
  @Get('/untyped')
  untyped(): StreamingResponse {
    return new StreamingResponse(['x'], { filename: 'x.bin' });
  }

  @Get('/head')
  head(): StreamingResponse {
    return new StreamingResponse(['x'], {
      statusCode: 202,
      mediaType: 'text/csv',
      filename: 'Übersicht "1".csv',
      headers: { 'x-own': 'yes' },
    });
  }

  @Get('/route-head', {
    responseClass: StreamingResponse,
    mediaType: 'text/plain',
    statusCode: 203,
    headers: { 'x-route': 'yes' },
  })
  *routeHead(response: Response): Generator<string> {
    response.setCookie('a', '1');
    response.headers.set('x-injected', 'yes');
    yield 'x';
  }

  @Get('/png', { responseClass: PngStream })
  *png(): Generator<Uint8Array> {
    yield BYTES;
  }

  @Get('/own-png')
  ownPng(): PngStream {
    return new PngStream([BYTES]);
  }

  @Get('/rows', { responseClass: RowStream })
  *rows(): Generator<readonly number[]> {
    yield [1, 2];
    yield [3, 4];
  }
}

describe.each(VERSIONS)('the head of a stream on %s', (version) => {
  let server: StreamServer;
  beforeAll(async () => {
    server = await startStreams(version, [HeadsController]);
  });
  afterAll(() => server.stop());

  it('has the media type of its class, when that names one', async () => {
    for (const path of ['/s/png', '/s/own-png']) {
      const response = await server.ask(path).ended();
      expect(response.headers['content-type']).toBe('image/png');
      expect(response.bytes.equals(BYTES)).toBe(true);
    }
    const rows = server.ask('/s/rows');
    expect(await rows.outcome()).toEqual([200, '1,2\n3,4\n', 'complete']);
    expect(rows.headers['content-type']).toBe('text/csv; charset=utf-8');
  });

  it('has status, headers and file name of its own, and of the route', async () => {
    const own = await server.ask('/s/head').ended();
    expect(own.status).toBe(202);
    expect(own.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="?bersicht \\"1\\".csv"; filename*=UTF-8''%C3%9Cbersicht%20%221%22.csv`,
      'x-own': 'yes',
    });
    const routes = await server.ask('/s/route-head').ended();
    expect(routes.status).toBe(203);
    expect(routes.headers).toMatchObject({
      'x-route': 'yes',
      'x-injected': 'yes',
      'set-cookie': ['a=1; Path=/; SameSite=Lax'],
    });
  });

  it('has no content type without a media type', async () => {
    const response = server.ask('/s/untyped');
    expect(await response.outcome()).toEqual([200, 'x', 'complete']);
    expect(response.headers).not.toHaveProperty('content-type');
    expect(response.headers['content-disposition']).toBe('attachment; filename="x.bin"');
  });
});

describe('the registration of a streaming response', () => {
  @Controller('/untyped')
  class UntypedController {
    @Get('/yields', { responseClass: StreamingResponse })
    *yields(): Generator<string> {
      yield 'x';
    }
  }

  @Controller('/typed')
  class TypedController {
    @Get('/png', { responseClass: PngStream })
    *png(): Generator<Uint8Array> {
      yield BYTES;
    }

    @Get('/media-type', { responseClass: StreamingResponse, mediaType: 'text/csv' })
    *mediaType(): Generator<string> {
      yield 'x';
    }

    @Get('/header', { responseClass: StreamingResponse, headers: { 'content-type': 'text/csv' } })
    *header(): Generator<string> {
      yield 'x';
    }
  }

  it('warns once of a route whose stream has no media type', async () => {
    const server = await startStreams('HTTP/1.1', [UntypedController, TypedController]);
    const warnings = (): string[] => server.log.filter(({ level }) => level === 40).map(({ msg }) => msg);
    expect(warnings()).toEqual([expect.stringContaining('UntypedController.yields')]);
    for (let request = 0; request < 3; request += 1) {
      const response = server.ask('/untyped/yields');
      expect(await response.outcome()).toEqual([200, 'x', 'complete']);
      expect(response.headers).not.toHaveProperty('content-type');
    }
    expect(warnings()).toHaveLength(1);
    await server.stop();
  });

  it('says nothing of a route whose media type is named by class, option or header', async () => {
    const server = await startStreams('HTTP/1.1', [TypedController]);
    expect(server.log.filter(({ level }) => level === 40)).toEqual([]);
    expect((await server.ask('/typed/header').ended()).headers['content-type']).toBe('text/csv');
    await server.stop();
  });
});

test('a hook that adds to a list of headers does so for its own stream only', async () => {
  @Controller()
  class LinksController {
    @Get('/links', {
      responseClass: StreamingResponse,
      mediaType: 'text/plain',
      headers: [
        ['link', '</a>'],
        ['link', '</b>'],
      ],
    })
    *links(): Generator<string> {
      yield 'x';
    }
  }
  const server = await startStreams('HTTP/1.1', [LinksController], {}, (app) => {
    app.addHook('onSend', (_request, reply, payload, done) => {
      (reply.getHeader('link') as string[] | undefined)?.push('</own>');
      done(null, payload);
    });
  });
  for (let time = 0; time < 2; time += 1) {
    const response = await server.app.inject('/links');
    expect(response.headers.link).toEqual(['</a>', '</b>', '</own>']);
  }
  await server.app.close();
});
