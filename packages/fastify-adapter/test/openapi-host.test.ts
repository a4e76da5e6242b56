// The schema of a route is there to be read: what the host does with schemas goes on, and nothing of it touches Sluice's routes.
import { Body, Controller, Get, Header, Param, Post, Query } from '@sluice/core';
import { sluice } from '@sluice/fastify-adapter';
import { IsInt, IsString } from 'class-validator';
import Fastify, { type FastifyInstance, type RouteOptions } from 'fastify';

import { createServer } from './support/start.js';

class Item {
  @IsInt() id!: number;
  @IsString() name!: string;
}

@Controller('/items')
class ItemsController {
  @Get('/:id', { responses: { 404: { model: Item } } })
  read(@Param('id', { type: 'integer' }) id: number, @Query('deep', { default: false }) deep: boolean) {
    return { id, deep, beside: 'the model' };
  }

  @Post('/') create(@Body() item: Item, @Header('x-count', { type: 'integer' }) count: number) {
    return { item, count };
  }
}

async function serve(prepare: (app: FastifyInstance) => unknown): Promise<FastifyInstance> {
  const { app } = createServer();
  await prepare(app);
  await app.register(sluice, { controllers: [ItemsController] });
  return app;
}

test('Fastify neither validates nor converts by the schema: the 422 is Sluice’s', async () => {
  const app = await serve(() => undefined);

  const wrong = await app.inject({ method: 'POST', url: '/items', payload: { id: 'one', extra: 1 } });
  expect(wrong.statusCode).toBe(422);
  const { detail } = wrong.json<{ detail: { loc: string[] }[] }>();
  expect(detail.map(({ loc }) => loc.join('.')).sort()).toEqual(['body.id', 'body.name', 'header.x-count']);
  expect((await app.inject('/items/1?deep=yes')).json()).toEqual({ id: 1, deep: true, beside: 'the model' });
  await app.close();
});

test('a schema drops no field of a response, and `preSerialization` hooks still get the value', async () => {
  const seen: unknown[] = [];
  const app = await serve((host) => {
    host.addHook('preSerialization', async (_request, _reply, payload) => {
      seen.push(payload);
      return { ...(payload as object), added: true };
    });
  });

  expect((await app.inject('/items/1')).json()).toEqual({
    id: 1,
    deep: false,
    beside: 'the model',
    added: true,
  });
  expect(seen).toEqual([{ id: 1, deep: false, beside: 'the model' }]);
  await app.close();
});

test('compilers of the host go on with the host’s routes, and do not get Sluice’s', async () => {
  const compiled = new Set<string>();
  const app = await serve((host) => {
    host.setValidatorCompiler(({ url }) => {
      compiled.add(`validator ${url}`);
      return () => true;
    });
    host.setSerializerCompiler(({ url }) => {
      compiled.add(`serializer ${url}`);
      return () => '"by the host"';
    });
    const schema = { querystring: { type: 'object' }, response: { 200: { type: 'string' } } };
    host.get('/mine', { schema }, () => ({ mine: true }));
  });

  expect((await app.inject('/mine')).body).toBe('"by the host"');
  expect((await app.inject('/items/1')).json()).toMatchObject({ id: 1 });
  expect([...compiled]).toEqual(['validator /mine', 'serializer /mine']);
  await app.close();
});

test('a reply serializer of the host serializes', async () => {
  const app = await serve((host) =>
    host.setReplySerializer((payload) => JSON.stringify({ wrapped: payload })),
  );

  expect((await app.inject('/items/1')).json()).toMatchObject({ wrapped: { id: 1 } });
  await app.close();
});

test('a host’s error handler may answer with any object', async () => {
  const app = await serve((host) =>
    host.setErrorHandler((error: { statusCode?: number }, _request, reply) =>
      reply.code(error.statusCode ?? 500).send({ mine: true, detail: 'text' }),
    ),
  );

  expect((await app.inject('/items/one')).json()).toEqual({ mine: true, detail: 'text' });
  await app.close();
});

describe('a schema of the route’s own', () => {
  async function routeOf(
    fastify: object,
  ): Promise<{ app: FastifyInstance; route: RouteOptions | undefined }> {
    @Controller('/own')
    class OwnController {
      @Post('/', { fastify, summary: 'Ours', tags: ['ours'] })
      create(@Body(Object) body: unknown, @Query('n', { default: 1 }) n: number) {
        return { body, n };
      }
    }
    const app = Fastify();
    let route: RouteOptions | undefined;
    app.addHook('onRoute', (options) => {
      if (options.method === 'POST') route = options;
    });
    await app.register(sluice, { controllers: [OwnController] });
    return { app, route };
  }

  test('says its words in place of Sluice’s', async () => {
    const { app, route } = await routeOf({ schema: { summary: 'Theirs' } });

    expect(route?.schema).toMatchObject({ summary: 'Theirs', tags: ['ours'], body: { type: 'object' } });
    await app.close();
  });

  test('validates as it would without Sluice', async () => {
    const body = { type: 'object', properties: { age: { type: 'integer' } }, required: ['age'] };
    const { app, route } = await routeOf({ schema: { body } });

    expect(route?.schema).not.toHaveProperty('querystring');
    expect((await app.inject({ method: 'POST', url: '/own', payload: {} })).statusCode).toBe(400);
    expect((await app.inject({ method: 'POST', url: '/own', payload: { age: 3 } })).json()).toEqual({
      body: { age: 3 },
      n: 1,
    });
    await app.close();
  });

  test('serializes as it would without Sluice', async () => {
    const response = { 200: { type: 'object', properties: { n: { type: 'number' } } } };
    const { app } = await routeOf({ schema: { response } });

    expect((await app.inject({ method: 'POST', url: '/own', payload: { age: 3 } })).json()).toEqual({ n: 1 });
    await app.close();
  });
});
