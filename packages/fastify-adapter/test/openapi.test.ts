import swagger from '@fastify/swagger';
import {
  Body,
  Controller,
  Cookie,
  Delete,
  EventSourceResponse,
  FileResponse,
  Get,
  Header,
  HTMLResponse,
  nullable,
  Param,
  PlainTextResponse,
  Post,
  Put,
  Query,
  record,
  RedirectResponse,
  SetupError,
  StreamingResponse,
  union,
} from '@sluice/core';
import { refResolver, sluice } from '@sluice/fastify-adapter';
import { Type } from 'class-transformer';
import { Equals, IsIn, IsInt, IsOptional, IsString, Min, ValidateNested } from 'class-validator';
import Fastify from 'fastify';

import { createDocumented, documentOf } from './support/documents.js';
import { validateDocument } from './support/validate-document.js';

class Tag {
  @IsString() name!: string;
}

class Item {
  @IsInt() @Min(1) id!: number;
  @IsString() name!: string;
  @ValidateNested({ each: true }) @Type(() => Tag) tags!: Tag[];
  @IsOptional() @ValidateNested() @Type(() => Item) parent?: Item;
}

class Done {
  @IsInt() count!: number;
}

@Controller('/items', { tags: ['items'], responses: { 503: { description: 'Closing' } } })
class ItemsController {
  @Get('/', { responseModel: [Item] })
  list(
    @Query('limit', { default: 20, type: 'integer', description: 'At most so many' }) limit: number,
    @Header('x-token') token: string,
    @Cookie('session', { optional: true }) session: string,
  ) {
    return [limit, token, session];
  }

  @Post('/', {
    statusCode: 201,
    responseModel: Item,
    operationId: 'createItem',
    description: 'Stores an item.',
    responses: { 409: { description: 'It is there already', model: Tag } },
  })
  create(@Body() item: Item) {
    return item;
  }

  @Put('/:id', { deprecated: true, summary: 'Replace' })
  replace(@Param('id', { type: 'integer' }) id: number, @Body({ type: Item, optional: true }) item: unknown) {
    return [id, item];
  }

  @Delete('/:id', { statusCode: 204 })
  remove(@Param('id') id: string) {
    return id;
  }

  @Get('/page', { responseClass: HTMLResponse }) page() {
    return '<p>';
  }

  @Get('/text', { responseClass: PlainTextResponse }) text() {
    return 'text';
  }

  @Get('/go', { responseClass: RedirectResponse }) go() {
    return '/';
  }

  @Get('/file', { responseClass: FileResponse }) file() {
    return 'file';
  }

  @Get('/picture', { responseClass: StreamingResponse, mediaType: 'image/png' }) *picture() {
    yield Buffer.from('png');
  }

  @Get('/lines', { responseModel: Tag }) *lines() {
    yield { name: 'a' };
  }

  @Get('/events', { responseClass: EventSourceResponse, events: { item_update: Item, done: Done } })
  *events() {
    yield 1;
  }

  @Get('/hidden', { includeInSchema: false }) hidden() {
    return 1;
  }

  @Get('/raw/:name/*') raw(@Param('*') rest: string) {
    return rest;
  }
}

const ITEM = { $ref: '#/components/schemas/Item' };
const FAULTS = { $ref: '#/components/schemas/HTTPValidationError' };

test('a document of every kind of route is valid OpenAPI 3.1', async () => {
  const document = await documentOf(await createDocumented([ItemsController], {}, { prefix: '/api' }));

  expect(validateDocument(document)).toBe('3.1');
  expect(Object.keys(document.paths)).toContain('/api/items/{id}');
  expect(Object.keys(document.paths)).not.toContain('/api/items/hidden');
});

test('parameters have their place, type, default and description', async () => {
  const { paths } = await documentOf(await createDocumented([ItemsController]));

  expect(paths['/items']?.get?.parameters).toEqual([
    {
      in: 'query',
      name: 'limit',
      required: false,
      description: 'At most so many',
      schema: { type: 'integer', default: 20 },
    },
    { in: 'header', name: 'x-token', required: true, schema: { type: 'string' } },
    { in: 'cookie', name: 'session', required: false, schema: { type: 'string' } },
  ]);
  expect(paths['/items/raw/{name}/{*}']?.get?.parameters?.map(({ name }) => name)).toEqual(['name', '*']);
});

test('a route has the words of its options, and its controller’s tags and responses', async () => {
  const { paths } = await documentOf(await createDocumented([ItemsController]));

  expect(paths['/items']?.post).toMatchObject({
    operationId: 'createItem',
    summary: 'Create',
    description: 'Stores an item.',
    tags: ['items'],
  });
  expect(paths['/items/{id}']?.put).toMatchObject({ deprecated: true, summary: 'Replace' });
  expect(paths['/items']?.get?.operationId).toBe('ItemsController_list');
});

test('models are components with the names of their classes, referred to and not repeated', async () => {
  const { paths, components } = await documentOf(await createDocumented([ItemsController]));

  expect(Object.keys(components.schemas).sort()).toEqual([
    'Done',
    'HTTPValidationError',
    'Item',
    'Tag',
    'ValidationError',
  ]);
  expect(components.schemas.Item?.properties).toEqual({
    id: { type: 'integer', minimum: 1 },
    name: { type: 'string' },
    tags: { type: 'array', items: { $ref: '#/components/schemas/Tag' } },
    parent: { anyOf: [ITEM, { type: 'null' }] },
  });
  expect(paths['/items']?.post?.requestBody).toEqual({
    required: true,
    content: { 'application/json': { schema: ITEM } },
  });
});

test('a body of several types is oneOf with its discriminator, or anyOf', async () => {
  class Cat {
    @IsIn(['cat', 'kitten']) kind!: string;
  }
  class Dog {
    @Equals('dog') kind!: string;
  }
  @Controller('/pets')
  class PetsController {
    @Post('/one') one(@Body(union(Cat, Dog)) pet: Cat | Dog) {
      return pet;
    }
    @Post('/list') list(@Body([union(Cat, Tag)]) pets: (Cat | Tag)[]) {
      return pets;
    }
    @Post('/record') named(@Body('pets', { type: record(nullable(Cat)) }) pets: Record<string, Cat | null>) {
      return pets;
    }
  }
  const document = await documentOf(await createDocumented([PetsController]));
  const schemaOf = (path: string) => document.paths[path]?.post?.requestBody?.content['application/json'];
  const [cat, dog, tag] = ['Cat', 'Dog', 'Tag'].map((name) => ({ $ref: `#/components/schemas/${name}` }));

  expect(validateDocument(document)).toBe('3.1');
  expect(schemaOf('/pets/one')).toEqual({
    schema: {
      oneOf: [cat, dog],
      discriminator: {
        propertyName: 'kind',
        mapping: { cat: cat?.$ref, kitten: cat?.$ref, dog: dog?.$ref },
      },
    },
  });
  expect(schemaOf('/pets/list')).toEqual({ schema: { type: 'array', items: { anyOf: [cat, tag] } } });
  expect(schemaOf('/pets/record')).toEqual({
    schema: {
      type: 'object',
      properties: {
        pets: { type: 'object', additionalProperties: { anyOf: [cat, { type: 'null' }] } },
      },
      required: ['pets'],
    },
  });
});

test('every response has its status, content type and schema', async () => {
  const { paths } = await documentOf(await createDocumented([ItemsController]));
  const contentOf = (path: string) => paths[`/items${path}`]?.get?.responses[200]?.content;

  expect(paths['/items']?.post?.responses).toEqual({
    201: { description: 'Successful Response', content: { 'application/json': { schema: ITEM } } },
    409: {
      description: 'It is there already',
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Tag' } } },
    },
    422: { description: 'Validation Error', content: { 'application/json': { schema: FAULTS } } },
    503: { description: 'Closing' },
  });
  expect(contentOf('')).toEqual({ 'application/json': { schema: { type: 'array', items: ITEM } } });
  expect(contentOf('/page')).toEqual({ 'text/html': { schema: { type: 'string' } } });
  expect(contentOf('/text')).toEqual({ 'text/plain': { schema: { type: 'string' } } });
  expect(contentOf('/file')).toEqual({
    'application/octet-stream': { schema: { type: 'string', format: 'binary' } },
  });
  expect(contentOf('/picture')).toEqual({ 'image/png': { schema: { type: 'string', format: 'binary' } } });
  expect(paths['/items/go']?.get?.responses[307]).toMatchObject({
    headers: { Location: { schema: { type: 'string', format: 'uri-reference' } } },
  });
  expect(paths['/items/{id}']?.delete?.responses).toEqual({
    204: { description: 'Successful Response' },
    503: { description: 'Closing' },
  });
});

test('the shape of a 422 is that of a 422 that is sent', async () => {
  const app = await createDocumented([ItemsController]);
  const sent = (await app.inject({ url: '/items?limit=many' })).json<{ detail: Record<string, unknown>[] }>();
  const { components } = await documentOf(app);
  const fault = components.schemas.ValidationError;

  expect(Object.keys(sent)).toEqual(components.schemas.HTTPValidationError?.required);
  for (const detail of sent.detail) {
    expect(Object.keys(detail)).toEqual(expect.arrayContaining(fault?.required as string[]));
    expect(Object.keys(fault?.properties as object)).toEqual(expect.arrayContaining(Object.keys(detail)));
  }
});

describe('the items of a stream', () => {
  const lines = { $ref: '#/components/schemas/Tag' };
  const eventNamed = (name: string, model: string) => ({
    type: 'object',
    properties: {
      event: { type: 'string', enum: [name] },
      data: {
        type: 'string',
        contentMediaType: 'application/json',
        contentSchema: { $ref: `#/components/schemas/${model}` },
      },
      id: { type: 'string' },
      retry: { type: 'integer', minimum: 0 },
    },
    required: ['event', 'data'],
  });
  const events = { oneOf: [eventNamed('item_update', 'Item'), eventNamed('done', 'Done')] };

  test('are an extension and words in OpenAPI 3.1', async () => {
    const { paths } = await documentOf(await createDocumented([ItemsController]));

    expect(paths['/items/lines']?.get?.responses[200]).toEqual({
      description: 'Successful Response: each line is JSON of Tag',
      content: { 'application/jsonl': { schema: { type: 'string' }, 'x-item-schema': lines } },
    });
    expect(paths['/items/events']?.get?.responses[200]).toEqual({
      description: 'Successful Response: events `item_update` (Item), `done` (Done)',
      content: { 'text/event-stream': { schema: { type: 'string' }, 'x-item-schema': events } },
    });
  });

  test('are itemSchema in OpenAPI 3.2', async () => {
    const document = await documentOf(await createDocumented([ItemsController], { openapi: '3.2.0' }));

    expect(validateDocument(document)).toBe('3.2');
    expect(document.paths['/items/lines']?.get?.responses[200]?.content).toEqual({
      'application/jsonl': { schema: { type: 'string' }, itemSchema: lines },
    });
    expect(document.paths['/items/events']?.get?.responses[200]?.content).toEqual({
      'text/event-stream': { schema: { type: 'string' }, itemSchema: events },
    });
  });
});

test('a body that may be left out is not required', async () => {
  const { paths } = await documentOf(await createDocumented([ItemsController]));

  expect(paths['/items/{id}']?.put?.requestBody?.required).toBe(false);
});

test('a document without the refResolver, of the version that @fastify/swagger takes by itself, is valid too', async () => {
  const app = Fastify();
  await app.register(swagger, { openapi: { info: { title: 'Items', version: '1.0.0' } } });
  await app.register(sluice, { controllers: [ItemsController] });
  const document = await documentOf(app);

  expect(validateDocument(document)).toBe('3.0');
  expect(Object.values(document.components.schemas).map(({ title }) => title)).toContain('Item');
});

describe('names', () => {
  test('classes of one name are two components, across registrations too', async () => {
    const first = ((): new () => object => {
      class Thing {
        @IsString() text!: string;
      }
      return Thing;
    })();
    const second = ((): new () => object => {
      class Thing {
        @IsInt() number!: number;
      }
      return Thing;
    })();
    @Controller('/first')
    class FirstController {
      @Get('/', { responseModel: first }) read() {
        return {};
      }
    }
    @Controller('/second')
    class SecondController {
      @Get('/', { responseModel: second }) read() {
        return {};
      }
    }
    const app = await createDocumented([FirstController]);
    await app.register(sluice, { controllers: [SecondController] });
    const { paths, components } = await documentOf(app);

    expect(paths['/first']?.get?.responses[200]?.content).toEqual({
      'application/json': { schema: { $ref: '#/components/schemas/Thing' } },
    });
    expect(paths['/second']?.get?.responses[200]?.content).toEqual({
      'application/json': { schema: { $ref: '#/components/schemas/ThingOutput' } },
    });
    expect(Object.keys(components.schemas).sort()).toEqual(['Thing', 'ThingOutput']);
  });

  test('a schema of the host and a model of one name stay two', async () => {
    const app = Fastify();
    app.addSchema({ $id: 'Item', type: 'object', properties: { mine: { type: 'boolean' } } });
    await app.register(swagger, { openapi: { openapi: '3.1.0' }, refResolver });
    await app.register(sluice, { controllers: [ItemsController] });
    app.get('/mine', { schema: { response: { 200: { $ref: 'Item#' } } } }, () => ({ mine: true }));
    const { paths, components } = await documentOf(app);
    const nameIn = (content: unknown): string =>
      /"#\/components\/schemas\/([^"]+)"/.exec(JSON.stringify(content))?.[1] ?? '';
    const [hosts, models] = [paths['/mine']?.get?.responses[200], paths['/items']?.post?.responses[201]];

    expect(components.schemas[nameIn(hosts)]?.properties).toEqual({ mine: { type: 'boolean' } });
    expect(components.schemas[nameIn(models)]?.properties).toHaveProperty('tags');
  });

  test('an operationId that was made is made another one where it is taken', async () => {
    @Controller('/both')
    class BothController {
      @Get('/') @Post('/') both() {
        return 1;
      }
    }
    const { paths } = await documentOf(await createDocumented([BothController]));

    expect([paths['/both']?.get, paths['/both']?.post].map((operation) => operation?.operationId)).toEqual([
      'BothController_both',
      'BothController_both_post',
    ]);
  });

  test('an operationId that is given twice stops the start', async () => {
    @Controller('/twice')
    class TwiceController {
      @Get('/a', { operationId: 'read' }) a() {
        return 1;
      }

      @Get('/b', { operationId: 'read' }) b() {
        return 2;
      }
    }

    await expect(createDocumented([TwiceController])).rejects.toThrow(
      'DOCUMENTATION_INVALID: TwiceController.a and TwiceController.b → both have the operationId read',
    );
  });
});

describe('@fastify/swagger', () => {
  test('registered after Sluice stops the start', async () => {
    const app = Fastify();
    await app.register(sluice, { controllers: [ItemsController] });
    await app.register(swagger, { openapi: { openapi: '3.1.0' } });
    const error: unknown = await app.ready().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );

    expect(error).toBeInstanceOf(SetupError);
    expect((error as SetupError).code).toBe('SWAGGER_TOO_LATE');
    await app.close();
  });

  test('that belongs to another part of the host is none of Sluice’s', async () => {
    const app = Fastify();
    await app.register(sluice, { controllers: [ItemsController] });
    await app.register(async (part) => {
      await part.register(swagger, { openapi: { openapi: '3.1.0' } });
    });

    await app.ready();
    await app.close();
  });

  test('that is not there is not missed', async () => {
    const app = Fastify();
    await app.register(sluice, { controllers: [ItemsController] });

    expect((await app.inject('/items/text')).body).toBe('text');
    await app.close();
  });
});
