// What requests meet on their way through validation, over sockets.
import { Body, Controller, Get, HTTPException, Post, Query, RequestValidationError } from '@sluice/core';
import { IsInt, IsString, Min } from 'class-validator';
import type { FastifyInstance } from 'fastify';

import { start, type TestServer } from './support/start.js';

class Item {
  @IsString() name!: string;
  @IsInt() @Min(1) count = 1;
}

@Controller('/items')
class ItemsController {
  @Post('/')
  create(@Body() item: Item) {
    return { item, isItem: item instanceof Item };
  }

  @Post('/pair')
  createPair(@Body('item') item: Item, @Body('count', { type: 'integer' }) count: number) {
    return { item, count };
  }

  @Post('/text')
  text(@Body() text: string) {
    return { text };
  }

  @Post('/many')
  createMany(@Body([Item]) items: Item[]) {
    return items.length;
  }

  @Get('/')
  list(
    @Query() item: Item,
    @Query('limit', { type: 'integer', default: 20, min: 1, max: 100 }) limit: number,
  ) {
    return { item, limit };
  }
}

const servers: FastifyInstance[] = [];
afterEach(() => Promise.all(servers.splice(0).map((app) => app.close())));

async function serve(
  ...options: Parameters<typeof start> extends [unknown, ...infer Rest] ? Rest : never
): Promise<TestServer> {
  const server = await start([ItemsController], ...options);
  servers.push(server.app);
  return server;
}

async function post(url: string, body: unknown): Promise<[status: number, json: unknown]> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return [response.status, await response.json()];
}

test('gives a handler an instance, of a right request and of the next one after a wrong one', async () => {
  const { url } = await serve();
  expect(await post(`${url}/items`, { name: 'a', more: 1 })).toEqual([
    200,
    { item: { count: 1, name: 'a' }, isItem: true },
  ]);
  expect(await post(`${url}/items`, { name: 1 })).toEqual([
    422,
    {
      detail: [
        { type: 'string_type', loc: ['body', 'name'], msg: 'Input should be a valid string', input: 1 },
      ],
    },
  ]);
  expect(await post(`${url}/items`, { name: 'b', count: '2' })).toEqual([
    200,
    { item: { count: 2, name: 'b' }, isItem: true },
  ]);
});

test('tells the faults of all sources at once', async () => {
  const { url } = await serve();
  const response = await fetch(`${url}/items?count=0&limit=101`);
  const { detail } = (await response.json()) as { detail: { type: string; loc: string[]; ctx?: unknown }[] };
  expect(response.status).toBe(422);
  expect(detail.map(({ type, loc }) => [type, ...loc]).sort()).toEqual([
    ['greater_than_equal', 'query', 'count'],
    ['less_than_equal', 'query', 'limit'],
    ['missing', 'query', 'name'],
  ]);
  expect(detail.find(({ type }) => type === 'less_than_equal')?.ctx).toEqual({ le: 100 });
});

test('follows the options of the plugin', async () => {
  const { url } = await serve({ validation: { extra: 'forbid', maxErrors: 2, maxItems: 3 } });
  expect(await post(`${url}/items`, { name: 'a', more: 1 })).toMatchObject([
    422,
    { detail: [{ type: 'extra_forbidden', loc: ['body', 'more'], input: 1 }] },
  ]);
  expect(await post(`${url}/items/many`, [{}, {}, {}])).toMatchObject([422, { detail: { length: 2 } }]);
  expect(await post(`${url}/items/many`, [{}, {}, {}, {}])).toMatchObject([
    422,
    { detail: [{ type: 'too_long' }] },
  ]);
});

test.each([[{ maxDepth: 0 }], [{ maxItems: 1.5 }], [{ maxErrors: -1 }], [{ extra: 'allow' }]])(
  'refuses the option %j',
  async (validation) => {
    await expect(serve({ validation: validation as never })).rejects.toMatchObject({
      faults: [{ code: 'OPTIONS_INVALID' }],
    });
  },
);

test('gives a host’s own error handler the error with its details', async () => {
  const seen: unknown[] = [];
  const { url } = await serve({}, (app) =>
    app.setErrorHandler((error, _request, reply) => {
      seen.push(error);
      const { statusCode, detail } = error as HTTPException;
      return reply.code(statusCode).send({ faults: (detail as unknown[]).length });
    }),
  );
  expect(await post(`${url}/items`, { count: 0 })).toEqual([422, { faults: 2 }]);
  expect(seen[0]).toBeInstanceOf(RequestValidationError);
});

async function postText(url: string, type: string, body: string): Promise<[status: number, json: unknown]> {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': type }, body });
  return [response.status, await response.json()];
}

test.each(['/items', '/items/many', '/items/pair'])(
  'refuses text in place of JSON on %s, by its content type and once',
  async (path) => {
    const { url } = await serve();
    expect(await postText(url + path, 'text/plain; charset=utf-8', '{"name":"a"}')).toEqual([
      422,
      {
        detail: [
          {
            type: 'media_type',
            loc: ['header', 'content-type'],
            msg: 'The body has a content type that this route does not read',
            input: 'text/plain; charset=utf-8',
          },
        ],
      },
    ]);
  },
);

test('text is what a parameter of text takes, and JSON text is no object', async () => {
  const { url } = await serve();
  expect(await postText(`${url}/items/text`, 'text/plain', 'words')).toEqual([200, { text: 'words' }]);
  expect(await postText(`${url}/items`, 'application/json', '"words"')).toMatchObject([
    422,
    { detail: [{ type: 'model_attributes_type', loc: ['body'], input: 'words' }] },
  ]);
});

test('tells faults in the order of the parameters, whichever took longer to find', async () => {
  const { url } = await serve();
  expect(await post(`${url}/items/pair`, { item: { name: 'a', count: 0 }, count: 'x' })).toMatchObject([
    422,
    { detail: [{ loc: ['body', 'item', 'count'] }, { loc: ['body', 'count'] }] },
  ]);
});
