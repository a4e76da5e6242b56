import {
  Body,
  Controller,
  Cookie,
  Get,
  Header,
  HTTPException,
  JSONResponse,
  Param,
  Post,
  Query,
  RedirectResponse,
  Response,
} from '@sluice/core';
import { IsInt, IsString, Min, ValidateNested } from 'class-validator';
import { Type } from 'class-transformer';

import { HttpClient } from './support/http-client.js';
import { start, type TestServer } from './support/start.js';

class Tag {
  @IsString() label!: string;
}
class Item {
  @IsString() name!: string;
  @IsInt() @Min(1) count!: number;
  @ValidateNested({ each: true }) @Type(() => Tag) tags: Tag[] = [];
}
enum Colour {
  Red = 'red',
  Blue = 'blue',
}

@Controller()
class InputsController {
  @Get('/all/:id')
  all(
    @Param('id', { type: 'integer' }) id: number,
    @Query('limit', { default: 20 }) limit: number,
    @Query('tag', { type: [String], optional: true }) tag: string[] | undefined,
    @Query('colour', { type: Colour, optional: true }) colour: Colour | undefined,
    @Header('X-Token') token: string,
    @Cookie('session', { optional: true }) session?: string,
  ): unknown {
    return { id, limit, tag, colour, token, session };
  }

  @Post('/item')
  item(@Body() item: Item): unknown {
    return { item, isItem: item instanceof Item, isTag: item.tags.every((tag) => tag instanceof Tag) };
  }

  @Post('/items')
  items(@Body([Item]) items: Item[]): unknown {
    return items.length;
  }

  @Post('/two')
  two(@Body('item') item: Item, @Body('note', { optional: true }) note?: string): unknown {
    return { item, note };
  }

  @Post('/any')
  any(@Body(Object) body: object): unknown {
    return body;
  }

  @Post('/optional')
  optional(@Body(Object, { optional: true }) body?: object): unknown {
    return { body };
  }

  @Get('/throw')
  throw(@Query('what') what: string, response: Response): unknown {
    response.headers.set('x-injected', 'not sent with an error');
    switch (what) {
      case 'unexpected':
        throw new Error('the secret');
      case 'text':
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- a handler can throw anything
        throw 'the secret';
      case 'client':
        throw Object.assign(new Error('Slow down'), { statusCode: 429 });
      case 'unavailable':
        throw Object.assign(new Error('the secret'), { statusCode: 503 });
      case 'http':
        throw new HTTPException(404, { reason: 'gone' }, { 'x-reason': 'gone' });
      default:
        throw new HTTPException(403);
    }
  }

  @Get('/bad')
  bad(@Query('what') what: string, response: Response): unknown {
    const value = 'x\r\ninjected: yes';
    switch (what) {
      case 'header value':
        return new JSONResponse(1, { headers: { 'x-a': value } });
      case 'header name':
        response.headers.set(value, 'x');
        return 1;
      case 'cookie value':
        response.setCookie('a', value);
        return 1;
      case 'cookie name':
        response.setCookie(value, 'a');
        return 1;
      case 'cookie path':
        response.setCookie('a', 'a', { path: value });
        return 1;
      case 'filename':
        return new JSONResponse(1, { filename: value });
      case 'exception header':
        throw new HTTPException(400, 'x', { 'x-a': value });
      default:
        return new RedirectResponse(`/${value}`);
    }
  }
}

let server: TestServer;
beforeAll(async () => {
  server = await start([InputsController]);
});
afterAll(() => server.app.close());

interface Fault {
  type: string;
  loc: (string | number)[];
}
async function faults(path: string, init?: RequestInit): Promise<[status: number, faults: string[]]> {
  const response = await fetch(server.url + path, init);
  const { detail } = (await response.json()) as { detail: Fault[] };
  return [response.status, detail.map(({ type, loc }) => `${type} ${loc.join('.')}`)];
}
const post = (body: string, type = 'application/json'): RequestInit => ({
  method: 'POST',
  body,
  headers: { 'content-type': type },
});

describe('inputs', () => {
  it('are read from path, query, headers and cookies, by their types', async () => {
    const response = await fetch(`${server.url}/all/7?limit=1&limit=2.5&tag=a&tag=b&colour=red`, {
      headers: { 'x-token': 't', cookie: 'session=a%20b; other=1' },
    });
    expect(await response.json()).toEqual({
      id: 7,
      limit: 2.5,
      tag: ['a', 'b'],
      colour: 'red',
      token: 't',
      session: 'a b',
    });
  });

  it('take their default, or undefined, when the request has none', async () => {
    const response = await fetch(`${server.url}/all/7`, { headers: { 'x-token': 't' } });
    expect(await response.json()).toEqual({ id: 7, limit: 20, token: 't' });
  });

  it('are refused together, with the place of each fault', async () => {
    expect(await faults('/all/7a?limit=NaN&colour=green')).toEqual([
      422,
      ['int_parsing path.id', 'float_parsing query.limit', 'enum query.colour', 'missing header.X-Token'],
    ]);
  });

  it('are not found in the prototype of an object', async () => {
    const response = await fetch(`${server.url}/all/7?__proto__=1`, { headers: { 'x-token': 't' } });
    expect(response.status).toBe(200);
  });
});

describe('a body', () => {
  it('becomes an instance of its model, nested ones too', async () => {
    const response = await fetch(
      `${server.url}/item`,
      post('{"name":"a","count":2,"tags":[{"label":"x"}],"extra":1}'),
    );
    expect(await response.json()).toEqual({
      item: { name: 'a', count: 2, tags: [{ label: 'x' }] },
      isItem: true,
      isTag: true,
    });
  });

  it.each([
    [
      '/item',
      '{"count":0,"tags":[{},{"label":1}]}',
      [
        'missing body.name',
        'greater_than_equal body.count',
        'missing body.tags.0.label',
        'string_type body.tags.1.label',
      ],
    ],
    ['/item', '[]', ['model_attributes_type body']],
    ['/item', 'null', ['missing body']],
    ['/item', '', ['missing body']],
    ['/item', '{"a":', ['json_invalid body.5']],
    ['/item', '{"name":"😀", price: 3}', ['json_invalid body.13']],
    ['/item', ' ', ['json_invalid body.1']],
    ['/item', '{"name":"a","__proto__":{"admin":true}}', ['json_forbidden_name body']],
    ['/item', '{"name":"a","constructor":{"prototype":{}}}', ['json_forbidden_name body']],
    ['/items', '[{"name":"a","count":1},{"name":1,"count":1}]', ['string_type body.1.name']],
    ['/items', '{}', ['list_type body']],
    ['/two', '{"note":5}', ['missing body.item', 'string_type body.note']],
    ['/any', '[1]', ['dict_type body']],
    ['/any', '"text"', ['dict_type body']],
  ])('%s of %s is refused', async (path, body, expected) => {
    expect(await faults(path, post(body))).toEqual([422, expected]);
  });

  it('of a content type that nothing reads is refused', async () => {
    expect(await faults('/item', post('<a/>', 'application/xml'))).toEqual([
      422,
      ['media_type header.content-type'],
    ]);
  });

  it.each(['application/problem+json', 'Application/vnd.api+JSON; charset=utf-8', 'application/json;a=b'])(
    'of %s is JSON',
    async (type) => {
      expect(await faults('/item', post('{"name":5,"count":1}', type))).toEqual([
        422,
        ['string_type body.name'],
      ]);
      expect(await faults('/item', post('{', type))).toEqual([422, ['json_invalid body.1']]);
      expect(await faults('/item', post('', type))).toEqual([422, ['missing body']]);
    },
  );

  it.each(['text/problem+json', 'application/json-seq', 'application/json+xml', 'application/+json'])(
    'of %s is not',
    async (type) => {
      expect(await faults('/item', post('{}', type))).toEqual([422, ['media_type header.content-type']]);
    },
  );

  it('is read by the parser that the host has for its type', async () => {
    const hosted = await start([InputsController], {}, (app) => {
      app.addContentTypeParser('application/vnd.own+json', { parseAs: 'string' }, (_request, _body, done) => {
        done(null, { name: 'own', count: 1 });
      });
      app.addContentTypeParser('*', { parseAs: 'string' }, (_request, _body, done) => {
        done(null, { name: 'any', count: 2 });
      });
    });
    const read = async (type: string): Promise<unknown> => {
      const response = await fetch(`${hosted.url}/item`, post('{"name":"JSON","count":3}', type));
      return response.json();
    };
    const items = [
      await read('application/vnd.own+json'),
      await read('application/vnd.other+json'),
      await read('application/yaml'),
    ];
    await hosted.app.close();
    expect(items).toEqual(
      ['own', 'JSON', 'any'].map((name): unknown =>
        expect.objectContaining({ item: expect.objectContaining({ name }) as unknown }),
      ),
    );
  });

  it('that is missing is a fault, or undefined where it is optional', async () => {
    expect(await faults('/item', { method: 'POST' })).toEqual([422, ['missing body']]);
    expect(await (await fetch(`${server.url}/optional`, { method: 'POST' })).json()).toEqual({});
    expect(await (await fetch(`${server.url}/optional`, post('{"a":1}'))).json()).toEqual({ body: { a: 1 } });
  });

  it('of a model is not polluted by __proto__', async () => {
    const body =
      '{"name":"a","count":1,"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}';
    expect((await fetch(`${server.url}/item`, post(body))).status).toBeLessThan(500);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });
});

describe('an error of a handler', () => {
  it.each([
    ['unexpected', 500, 'Internal Server Error', 50],
    ['text', 500, 'Internal Server Error', 50],
    ['unavailable', 503, 'Service Unavailable', 50],
    ['client', 429, 'Slow down', 30],
    ['http', 404, { reason: 'gone' }, 30],
    ['default', 403, 'Forbidden', 30],
  ])('%s is %i', async (what, status, detail, level) => {
    server.log.length = 0;
    const response = await fetch(`${server.url}/throw?what=${what}`);
    expect([response.status, await response.json()]).toEqual([status, { detail }]);
    expect(response.headers.has('x-injected')).toBe(false);
    expect(response.headers.get('x-reason')).toBe(what === 'http' ? 'gone' : null);
    const line = server.log.find((each) => 'err' in each);
    expect(line?.level).toBe(level);
    if (status >= 500) expect(JSON.stringify(line)).toContain('the secret');
  });
});

describe('a line break in what a handler sets', () => {
  it.each([
    'header value',
    'header name',
    'cookie value',
    'cookie name',
    'cookie path',
    'filename',
    'exception header',
    'redirect address',
  ])('%s: is a 500, and nothing of it is on the wire', async (what) => {
    const client = await HttpClient.connect(server.port);
    server.log.length = 0;
    client.send('GET', `/bad?what=${encodeURIComponent(what)}`);
    const [response] = await client.completed();
    expect(response?.status).toBe(500);
    expect(JSON.stringify(response)).not.toContain('injected');
    const message = server.log.find(({ level }) => level === 50)?.err?.message;
    expect(message).toMatch(/HEADER_|COOKIE_|FILENAME_|REDIRECT_/);
    client.close();
  });
});

describe('the error handler of the host', () => {
  it('gets every error of its routes, with status, detail and headers, when it was set before', async () => {
    const seen: unknown[] = [];
    const hosted = await start([InputsController], { prefix: '/s' }, (app) => {
      app.setErrorHandler(
        (error: { statusCode?: number; detail?: unknown; message: string }, _request, reply) => {
          seen.push([error.statusCode, error.detail ?? error.message]);
          return reply.code(error.statusCode ?? 500).send({ host: true });
        },
      );
    });
    const http = await fetch(`${hosted.url}/s/throw?what=http`);
    expect([http.status, await http.json(), http.headers.get('x-reason')]).toEqual([
      404,
      { host: true },
      'gone',
    ]);
    expect((await fetch(`${hosted.url}/s/item`, post('{'))).status).toBe(422);
    expect((await fetch(`${hosted.url}/s/throw?what=unexpected`)).status).toBe(500);
    expect(seen).toEqual([
      [404, { reason: 'gone' }],
      [422, [expect.objectContaining({ type: 'json_invalid' })]],
      [undefined, 'the secret'],
    ]);
    await hosted.app.close();
  });

  it('keeps its own errors: those of Sluice do not leak to routes of the host', async () => {
    const hosted = await start([InputsController], {}, (app) => {
      app.get('/host', () => {
        throw new Error('of the host');
      });
    });
    const body: unknown = await (await fetch(`${hosted.url}/host`)).json();
    expect(body).toEqual({ statusCode: 500, error: 'Internal Server Error', message: 'of the host' });
    expect((await fetch(`${hosted.url}/nowhere`)).status).toBe(404);
    await hosted.app.close();
  });
});
