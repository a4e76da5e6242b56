// What a method that yields is sent as when it names no response class: one JSON value a line.
import { Controller, Get, JSONLinesResponse, Response } from '@sluice/core';
import { IsInt, IsString } from 'class-validator';

import { VERSIONS } from '../support/stream-call.js';
import { startStreams, type StreamServer } from '../support/stream-server.js';

const later = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2));

class Item {
  @IsInt() id!: number;
  @IsString() name!: string;
}
const stored = (id: number): object => ({ id, name: `item ${String(id)}`, secret: 's' });

@Controller()
class LinesController {
  @Get('/sync')
  *sync(): Generator {
    yield { id: 1 };
    yield ['a', null];
    yield 'text with\nbreaks and "quotes"';
    yield 3.5;
    yield null;
    yield undefined;
    yield true;
    yield new Date(0);
    yield { at: new Date(0), left: undefined, 'na\u2028me': '\u2029' };
  }

  @Get('/async')
  async *async(): AsyncGenerator {
    for (let id = 0; id < 3; id += 1) {
      await later();
      yield { id };
    }
  }

  @Get('/modelled', { responseModel: Item })
  async *modelled(): AsyncGenerator {
    yield stored(1);
    await later();
    yield Object.assign(new Item(), stored(2));
  }

  @Get('/modelled-sync', { responseModel: Item })
  *modelledSync(): Generator {
    yield stored(1);
    yield stored(2);
  }

  @Get('/named', { responseClass: JSONLinesResponse, responseModel: Item })
  named(): Iterable<object> {
    return [stored(1), stored(2)];
  }

  @Get('/returned')
  returned(): JSONLinesResponse {
    return new JSONLinesResponse(new Set([1, 2]), { statusCode: 203, filename: 'rows.jsonl' });
  }

  @Get('/generator')
  generator(): Generator<number> {
    return (function* () {
      yield 1;
      yield 2;
    })();
  }

  @Get('/head', { statusCode: 206, headers: { 'x-route': '1' }, mediaType: 'application/x-ndjson' })
  *head(response: Response): Generator<number> {
    response.headers.set('x-own', '1');
    yield 1;
  }

  @Get('/empty')
  *empty(): Generator<never> {}

  @Get('/list')
  list(): number[] {
    return [1, 2];
  }

  @Get('/many')
  *many(): Generator<{ row: number }> {
    for (let row = 0; row < 20_000; row += 1) yield { row };
  }
}

describe.each(VERSIONS)('JSON lines on %s', (version) => {
  let server: StreamServer;
  beforeAll(async () => {
    server = await startStreams(version, [LinesController]);
  });
  afterAll(() => server.stop());

  it('are each one JSON value, whatever is in it', async () => {
    const response = server.ask('/sync');
    const [status, text, ending] = await response.outcome();
    expect([status, ending, response.headers['content-type']]).toEqual([
      200,
      'complete',
      'application/jsonl',
    ]);
    expect(text.endsWith('\n')).toBe(true);
    expect(
      text
        .slice(0, -1)
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      { id: 1 },
      ['a', null],
      'text with\nbreaks and "quotes"',
      3.5,
      null,
      null,
      true,
      '1970-01-01T00:00:00.000Z',
      { at: '1970-01-01T00:00:00.000Z', 'na\u2028me': '\u2029' },
    ]);
  });

  it('come from an async generator too', async () => {
    expect(await server.ask('/async').outcome()).toEqual([200, '{"id":0}\n{"id":1}\n{"id":2}\n', 'complete']);
  });

  it.each(['/modelled', '/modelled-sync', '/named'])(
    'go each through the response model: %s',
    async (path) => {
      expect(await server.ask(path).outcome()).toEqual([
        200,
        '{"id":1,"name":"item 1"}\n{"id":2,"name":"item 2"}\n',
        'complete',
      ]);
    },
  );

  it('are what a generator becomes that is returned', async () => {
    const response = server.ask('/generator');
    expect(await response.outcome()).toEqual([200, '1\n2\n', 'complete']);
    expect(response.headers['content-type']).toBe('application/jsonl');
  });

  it('are not what a list becomes', async () => {
    expect(await server.ask('/list').outcome()).toEqual([200, '[1,2]', 'complete']);
  });

  it('have status, headers and media type of response and route', async () => {
    const returned = server.ask('/returned');
    expect(await returned.outcome()).toEqual([203, '1\n2\n', 'complete']);
    expect(returned.headers['content-disposition']).toBe('attachment; filename="rows.jsonl"');
    const head = server.ask('/head');
    expect(await head.outcome()).toEqual([206, '1\n', 'complete']);
    expect(head.headers).toMatchObject({
      'x-route': '1',
      'x-own': '1',
      'content-type': 'application/x-ndjson',
    });
  });

  it('are an empty body when there is none', async () => {
    expect(await server.ask('/empty').outcome()).toEqual([200, '', 'complete']);
  });

  it('keep their order over many writes', async () => {
    const [, text] = await server.ask('/many').outcome();
    const rows = text
      .slice(0, -1)
      .split('\n')
      .map((line) => (JSON.parse(line) as { row: number }).row);
    expect(rows).toEqual(Array.from({ length: 20_000 }, (_, row) => row));
  });
});
