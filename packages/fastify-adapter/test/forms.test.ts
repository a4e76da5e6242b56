// Forms and uploads, as @fastify/formbody and @fastify/multipart of the host parse them.
import formbody from '@fastify/formbody';
import multipart from '@fastify/multipart';
import { Body, Controller, Post } from '@sluice/core';
import { Expose } from 'class-transformer';
import { IsArray, IsBoolean, IsInstance, IsInt, IsOptional, IsString, Min } from 'class-validator';
import type { FastifyInstance } from 'fastify';

import { createDocumented, documentOf } from './support/documents.js';
import { start } from './support/start.js';
import { validateDocument } from './support/validate-document.js';

const URLENCODED = 'application/x-www-form-urlencoded';
const MULTIPART = 'multipart/form-data';

class Login {
  @IsString() username!: string;
  @IsBoolean() remember = false;
  @IsOptional() @IsInt() @Min(1) age?: number;
  @IsArray() @IsInt({ each: true }) numbers: number[] = [];
  @IsOptional() @IsString() @Expose({ name: 'full-name' }) fullName?: string;
}

class Upload {
  @IsString() title!: string;
  @IsInstance(Buffer) file!: Buffer;
}

@Controller('/forms')
class FormsController {
  @Post('/login')
  login(@Body({ mediaType: URLENCODED }) form: Login) {
    return Object.assign(form, { isLogin: form instanceof Login });
  }

  @Post('/strict')
  strict(@Body({ mediaType: URLENCODED, extra: 'forbid' }) form: Login) {
    return form;
  }

  @Post('/fields')
  fields(
    @Body('name', { mediaType: URLENCODED, minLength: 2 }) name: string,
    @Body('n', { mediaType: URLENCODED, type: ['integer'], default: [7] }) n: number[],
    @Body('nick', { mediaType: URLENCODED, optional: true }) nick?: string,
  ) {
    return { name, n, nick };
  }

  @Post('/upload')
  upload(@Body({ mediaType: MULTIPART }) { title, file }: Upload) {
    return { title, text: file.toString() };
  }
}

let app: FastifyInstance;
let url: string;

beforeAll(async () => {
  ({ app, url } = await start([FormsController], {}, async (host) => {
    await host.register(formbody);
    await host.register(multipart, { attachFieldsToBody: 'keyValues', limits: { fileSize: 100 } });
  }));
});
afterAll(() => app.close());

async function send(path: string, body: string | FormData, type?: string): Promise<[number, unknown]> {
  const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type };
  const response = await fetch(`${url}/forms${path}`, { method: 'POST', body, headers });
  const json = (await response.json()) as { detail?: { type: string; loc: string[] }[] };
  return [
    response.status,
    Array.isArray(json.detail) ? json.detail.map(({ type: word, loc }) => `${word} ${loc.join('.')}`) : json,
  ];
}
const form = (path: string, body: string): Promise<[number, unknown]> => send(path, body, URLENCODED);

test('fields are converted; a list has one value too, a scalar the last, and empty text is none', async () => {
  expect(
    await form('/login', 'username=a&username=ada&remember=on&age=&numbers=5&full-name=Ada%20L&more=1'),
  ).toEqual([200, { username: 'ada', remember: true, numbers: [5], fullName: 'Ada L', isLogin: true }]);
  expect(await form('/login', 'username=ada&numbers=5&numbers=6')).toMatchObject([200, { numbers: [5, 6] }]);
});

test('faults are told of the body’s fields', async () => {
  expect(await form('/login', 'username=&age=0&numbers=1&numbers=x')).toEqual([
    422,
    ['missing body.username', 'greater_than_equal body.age', 'int_parsing body.numbers.1'],
  ]);
  expect(await form('/strict', 'username=ada&more=1&__proto__=2')).toEqual([
    422,
    ['extra_forbidden body.more'],
  ]);
});

test('a form without anything is told by its fields', async () => {
  expect(await form('/login', '')).toEqual([422, ['missing body.username']]);
});

test('fields of their own', async () => {
  expect(await form('/fields', 'name=lock&n=1&n=2')).toEqual([200, { name: 'lock', n: [1, 2] }]);
  expect(await form('/fields', 'name=lock&n=1&nick=')).toEqual([200, { name: 'lock', n: [1] }]);
  expect(await form('/fields', 'name=x')).toEqual([422, ['string_too_short body.name']]);
  expect(await form('/fields', 'n=x')).toEqual([422, ['missing body.name', 'int_parsing body.n.0']]);
});

test('another content type is refused, once', async () => {
  const refused = [422, ['media_type header.content-type']];
  expect(await send('/login', '{"username":"ada"}', 'application/json')).toEqual(refused);
  expect(await send('/fields', 'text', 'text/plain')).toEqual(refused);
  expect(await form('/upload', 'title=a')).toEqual(refused);
  expect(await send('/login', 'username=ada', `${URLENCODED}; charset=utf-8`)).toMatchObject([200, {}]);
});

test('files are bytes; text in place of one, a missing one and a large one are refused', async () => {
  const upload = (fields: Readonly<Record<string, string | Blob>>): Promise<[number, unknown]> => {
    const data = new FormData();
    for (const [name, value] of Object.entries(fields)) data.append(name, value);
    return send('/upload', data);
  };
  expect(await upload({ title: 'a', file: new Blob(['bytes']) })).toEqual([
    200,
    { title: 'a', text: 'bytes' },
  ]);
  expect(await upload({ title: 'a', file: 'text' })).toEqual([422, ['is_instance_of body.file']]);
  expect(await upload({ title: 'a' })).toEqual([422, ['missing body.file']]);
  expect(await upload({ title: 'a', file: new Blob(['x'.repeat(101)]) })).toMatchObject([413, {}]);
});

test('are documented with their content type, and files as binary', async () => {
  const document = await documentOf(await createDocumented([FormsController]));
  const bodyOf = (path: string): unknown => document.paths[`/forms${path}`]?.post?.requestBody;

  expect(validateDocument(document)).toBe('3.1');
  expect(bodyOf('/login')).toEqual({
    required: true,
    content: { [URLENCODED]: { schema: { $ref: '#/components/schemas/Login' } } },
  });
  expect(bodyOf('/fields')).toEqual({
    required: true,
    content: {
      [URLENCODED]: {
        schema: {
          type: 'object',
          properties: {
            name: { type: 'string', minLength: 2 },
            n: { type: 'array', items: { type: 'integer' }, default: [7] },
            nick: { type: 'string' },
          },
          required: ['name'],
        },
      },
    },
  });
  expect(bodyOf('/upload')).toMatchObject({ content: { [MULTIPART]: {} } });
  expect(document.components.schemas.Upload?.properties).toEqual({
    title: { type: 'string' },
    file: { type: 'string', format: 'binary' },
  });
});

test('a host without the parser refuses the content type', async () => {
  const { app: bare, url: address } = await start([FormsController]);
  const response = await fetch(`${address}/forms/login`, {
    method: 'POST',
    body: 'username=a',
    headers: { 'content-type': URLENCODED },
  });
  expect(await response.json()).toMatchObject({ detail: [{ type: 'media_type' }] });
  await bare.close();
});
