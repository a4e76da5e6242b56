import swagger from '@fastify/swagger';
import { Body, Controller, Get, Post } from '@sluice/core';
import { sluice, type DocsOptions, type SluiceOptions } from '@sluice/fastify-adapter';
import { IsString } from 'class-validator';
import Fastify from 'fastify';

import type { Document } from './support/documents.js';
import { start } from './support/start.js';
import { validateDocument } from './support/validate-document.js';

class Item {
  @IsString() name!: string;
}

@Controller('/items')
class ItemsController {
  @Get('/', { security: [{ bearer: [] }] }) list() {
    return [];
  }

  @Post('/', { responseModel: Item }) create(@Body() item: Item) {
    return item;
  }
}

@Controller('/open')
class OpenController {
  @Get('/') read() {
    return 1;
  }
}

const docs: DocsOptions = {
  title: 'Items',
  version: '1.0.0',
  securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
};

test('serves a valid document of named components, and a page that reads it', async () => {
  const { app, url } = await start([ItemsController], {
    docs: {
      ...docs,
      description: 'All *items*',
      servers: [{ url: 'https://example.org' }],
      tags: [{ name: 'items', description: 'Things' }],
      security: [{ bearer: [] }],
    },
  });
  const response = await fetch(`${url}/openapi.json`);
  const document = (await response.json()) as Document;
  const page = await fetch(`${url}/docs`);
  const initializer = await (await fetch(`${url}/docs/static/swagger-initializer.js`)).text();

  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(validateDocument(document)).toBe('3.1');
  expect(document).toMatchObject({
    info: { title: 'Items', version: '1.0.0', description: 'All *items*' },
    servers: [{ url: 'https://example.org' }],
    tags: [{ name: 'items', description: 'Things' }],
    security: [{ bearer: [] }],
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
  });
  expect(Object.keys(document.paths)).toEqual(['/items']);
  expect(Object.keys(document.components.schemas)).toEqual([
    'Item',
    'ValidationError',
    'HTTPValidationError',
  ]);
  expect(page.status).toBe(200);
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(initializer).toContain('SwaggerUIBundle');
  await app.close();
});

test('lies below the prefix; each registration has a document of its own', async () => {
  const { app, url } = await start([ItemsController], { docs, prefix: '/api' }, (host) =>
    host.register(sluice, { controllers: [OpenController], prefix: '/v2', docs: { ...docs, title: 'Open' } }),
  );
  const titles = await Promise.all(
    ['/api', '/v2'].map(async (prefix) => {
      const document = (await (await fetch(`${url}${prefix}/openapi.json`)).json()) as Document;
      return [document, (await fetch(`${url}${prefix}/docs/json`)).status];
    }),
  );

  expect(titles).toEqual([
    [expect.objectContaining({ info: { title: 'Items', version: '1.0.0' } }), 200],
    [expect.objectContaining({ info: { title: 'Open', version: '1.0.0' } }), 200],
  ]);
  await app.close();
});

test.each(['', '/api'])('the page under the prefix %j finds its scripts', async (prefix) => {
  const { app, url } = await start([ItemsController], { docs, prefix });
  const page = await (await fetch(`${url}${prefix}/docs`)).text();
  const scripts = [...page.matchAll(/<script src="([^"]+)"/g)].map(([, src = '']) => src);
  const statuses = await Promise.all(
    scripts.map(async (src) => {
      const response = await fetch(new URL(src, `${url}${prefix}/docs`));
      // Read to its end: closing the server waits for a response that is on its way.
      await response.arrayBuffer();
      return response.status;
    }),
  );

  expect(page).toContain('<title>Items</title>');
  expect(statuses).toEqual([200, 200, 200]);
  await app.close();
});

test('has addresses of one’s own, or none', async () => {
  const { app, url } = await start([ItemsController], {
    docs: { ...docs, openapi: '3.2.0', openapiUrl: '/schema.json', docsUrl: null },
  });

  expect(validateDocument(await (await fetch(`${url}/schema.json`)).json())).toBe('3.2');
  expect((await fetch(`${url}/openapi.json`)).status).toBe(404);
  expect((await fetch(`${url}/docs`)).status).toBe(404);
  await app.close();
});

test('the document can be left out, and the page stays', async () => {
  const { app, url } = await start([ItemsController], { docs: { ...docs, openapiUrl: null } });

  expect((await fetch(`${url}/openapi.json`)).status).toBe(404);
  expect((await fetch(`${url}/docs`)).status).toBe(200);
  await app.close();
});

describe('stops the start', () => {
  async function faultsOf(options: Partial<SluiceOptions>, withSwagger = false): Promise<string> {
    const app = Fastify();
    if (withSwagger) await app.register(swagger, { openapi: {} });
    const error: unknown = await app
      .register(sluice, { controllers: [ItemsController], ...options })
      .then(undefined, (thrown: unknown) => thrown);
    await app.close();
    return (error as Error).message;
  }

  test('without title and version', async () => {
    const message = await faultsOf({ docs: { securitySchemes: docs.securitySchemes } as never });

    expect(message).toContain('OPTIONS_INVALID: register(sluice, options) → `docs.title` is missing');
    expect(message).toContain('`docs.version` is missing');
  });

  test('with an address that is no path', async () => {
    expect(await faultsOf({ docs: { ...docs, openapiUrl: 'openapi.json' } })).toContain(
      "`docs.openapiUrl` openapi.json is no path → write a path such as '/openapi.json'",
    );
    expect(await faultsOf({ docs: { ...docs, docsUrl: '/' } })).toContain("write a path such as '/docs'");
  });

  test('with a host’s @fastify/swagger beside it', async () => {
    expect(await faultsOf({ docs }, true)).toContain('the host has @fastify/swagger');
  });

  test('with the name of a security scheme that is not there', async () => {
    expect(await faultsOf({ docs: { title: 'Items', version: '1' } })).toContain(
      'DOCUMENTATION_INVALID: ItemsController.list → `security` names bearer, which is not in `docs.securitySchemes`',
    );
  });
});
