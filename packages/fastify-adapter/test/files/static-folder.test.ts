// A whole folder by @fastify/static, and files of Sluice, on one server.
import 'reflect-metadata';

import fastifyStatic from '@fastify/static';
import { FileResponse } from '@sluice/core';

import { FileServer } from '../support/file-server.js';
import { ask } from '../support/raw-request.js';

let files: FileServer;

beforeAll(async () => {
  files = await FileServer.start({ prefix: '/api' }, async (app) => {
    await app.register(fastifyStatic, { root: __dirname, prefix: '/folder' });
  });
});

afterAll(() => files.close());

it('serves the folder beside the routes of Sluice, each with its own answers', async () => {
  const own = await files.write('own.txt');
  const path = `/api${files.route(() => new FileResponse(own))}`;
  expect((await ask(files.port, path)).body.toString()).toBe('own.txt');
  const folder = await ask(files.port, '/folder/static-folder.test.ts');
  expect([folder.status, folder.headers['content-type']]).toEqual([200, 'video/mp2t']);
  // Not in Sluice's shape: the route is not Sluice's.
  expect((await ask(files.port, '/folder/missing')).body.toString()).toContain('Route GET:/folder/missing');
  const missing = files.route(() => new FileResponse('missing', { root: files.folder }));
  expect((await ask(files.port, `/api${missing}`)).body.toString()).toBe('{"detail":"Not Found"}');
});
