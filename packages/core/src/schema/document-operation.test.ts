import { IsInt, IsOptional, IsString, Max, MinLength } from 'class-validator';

import type { RouteInput } from '../metadata/source.js';
import { ShapeReader } from '../shapes/compile-shape.js';
import { Components } from './components.js';
import { documentOperation } from './document-operation.js';
import type { Operation } from './operation.js';
import type { RouteDocumentation } from './route-documentation.js';
import { SchemaNames } from './schema-names.js';
import { toDocument } from './shape-schema.js';

class Item {
  @IsString() name!: string;
}

const ITEM = { $ref: 'sluice:Item#' };

function input(
  kind: RouteInput['kind'],
  name: string | undefined,
  more: Partial<RouteInput> = {},
): RouteInput {
  return { kind, name, type: String, required: true, default: undefined, description: undefined, ...more };
}

function document(
  inputs: readonly RouteInput[],
  documentation: Partial<RouteDocumentation> = {},
  pathParameters: readonly string[] = [],
): Operation {
  const whole: RouteDocumentation = {
    hidden: false,
    tags: [],
    summary: 'Read Item',
    description: undefined,
    deprecated: false,
    operationId: undefined,
    security: undefined,
    responseDescription: 'Successful Response',
    body: { kind: 'json', mediaType: 'application/json', model: undefined },
    responses: {},
    ...documentation,
  };
  const route = { inputs, statusCode: 200, documentation: whole };
  return documentOperation(route, pathParameters, new Components(new SchemaNames()));
}

describe('parameters', () => {
  test('tells place, name, type, default and description', () => {
    const at = new Date(0);
    const { parameters } = document([
      input('query', 'limit', { type: 'integer', required: false, default: 20, description: 'How many' }),
      input('header', 'x-tags', { type: [String], required: false }),
      input('cookie', 'since', { type: Date, required: false, default: at }),
      input('query', 'big', { type: BigInt, required: false, default: 3n }),
    ]);

    expect(parameters).toEqual([
      {
        in: 'query',
        name: 'limit',
        required: false,
        description: 'How many',
        schema: { type: 'integer', default: 20 },
      },
      {
        in: 'header',
        name: 'x-tags',
        required: false,
        description: undefined,
        schema: { type: 'array', items: { type: 'string' } },
      },
      {
        in: 'cookie',
        name: 'since',
        required: false,
        description: undefined,
        schema: { type: 'string', format: 'date-time', default: '1970-01-01T00:00:00.000Z' },
      },
      {
        in: 'query',
        name: 'big',
        required: false,
        description: undefined,
        schema: { type: 'integer', default: 3 },
      },
    ]);
  });

  test('has the rules at a source, those of values on the items of a list', () => {
    const schemaOf = (type: unknown, rules: RouteInput['rules']): unknown =>
      document([input('query', 'q', { type, rules })]).parameters[0]?.schema;

    expect(schemaOf(Number, { min: 0, exclusiveMax: 10.5, multipleOf: 0.5 })).toEqual({
      type: 'number',
      minimum: 0,
      exclusiveMaximum: 10.5,
      multipleOf: 0.5,
    });
    expect(schemaOf(BigInt, { exclusiveMin: 0n, max: 9n })).toEqual({
      type: 'integer',
      exclusiveMinimum: 0,
      maximum: 9,
    });
    expect(schemaOf(String, { minLength: 1, maxLength: 5, pattern: /^a/ })).toEqual({
      type: 'string',
      minLength: 1,
      maxLength: 5,
      pattern: '^a',
    });
    expect(schemaOf(String, { pattern: /^a/i })).toEqual({ type: 'string' });
    expect(schemaOf(Date, { min: new Date(0) })).toEqual({ type: 'string', format: 'date-time' });
    expect(schemaOf(['integer'], { min: 1, minItems: 1, maxItems: 3 })).toEqual({
      type: 'array',
      items: { type: 'integer', minimum: 1 },
      minItems: 1,
      maxItems: 3,
    });
    expect(schemaOf([Item], { maxItems: 3 })).toEqual({ type: 'array', items: ITEM, maxItems: 3 });
  });

  test('those of a group are the fields of its model', () => {
    class Filter {
      @IsInt() @Max(100) limit = 20;
      @MinLength(2) q!: string;
      @IsOptional() @IsString({ each: true }) tags?: string[];
    }
    const field = (property: string): RouteInput =>
      input('query', property, { required: false, field: { model: Filter, property } });
    const { parameters, responses } = document(['limit', 'q', 'tags', 'other'].map(field));

    expect(parameters.map(({ name, required, schema }) => [name, required, schema])).toEqual([
      ['limit', false, { type: 'integer', maximum: 100, default: 20 }],
      ['q', true, { type: 'string', minLength: 2 }],
      ['tags', false, { type: ['array', 'null'], items: { type: 'string' } }],
      ['other', false, {}],
    ]);
    expect(Object.keys(responses)).toContain('422');
  });

  test('has every parameter of the path, read or not, and always requires it', () => {
    const { parameters } = document([input('path', 'id', { type: 'integer', required: false })], {}, [
      'owner',
      'id',
    ]);

    expect(parameters.map(({ name, required, schema }) => ({ name, required, schema }))).toEqual([
      { name: 'owner', required: true, schema: { type: 'string' } },
      { name: 'id', required: true, schema: { type: 'integer' } },
    ]);
  });

  test('one value that several read is one parameter, required if one of them requires it', () => {
    const { parameters } = document([
      input('header', 'X-Token', { required: false }),
      input('header', 'x-token'),
      input('query', 'x-token', { required: false }),
    ]);

    expect(parameters.map(({ in: place, name, required }) => [place, name, required])).toEqual([
      ['header', 'X-Token', true],
      ['query', 'x-token', false],
    ]);
  });
});

describe('the request body', () => {
  test.each([
    ['a model', Item, ['application/json'], ITEM],
    ['a list', [Item], ['application/json'], { type: 'array', items: ITEM }],
    ['any object', Object, ['application/json'], { type: 'object' }],
    ['bytes', Buffer, ['application/octet-stream'], { type: 'string', format: 'binary' }],
    ['text', String, ['text/plain', 'application/json'], { type: 'string' }],
  ])('of %s has its media type', (_name, type, mediaTypes, schema) => {
    expect(document([input('body', undefined, { type })]).body).toEqual({
      required: true,
      mediaTypes,
      schema,
    });
  });

  test('of several keys is an object of them', () => {
    const { body } = document([
      input('body', 'item', { type: Item }),
      input('body', 'note', { required: false, description: 'For the log' }),
    ]);

    expect(body).toEqual({
      required: true,
      mediaTypes: ['application/json'],
      schema: {
        type: 'object',
        properties: { item: ITEM, note: { type: 'string', description: 'For the log' } },
        required: ['item'],
      },
    });
  });

  test('may be left out where nothing of it is required', () => {
    expect(document([input('body', undefined, { type: Item, required: false })]).body?.required).toBe(false);
    expect(document([input('body', 'item', { type: Item, required: false })]).body?.required).toBe(false);
  });
});

describe('422', () => {
  test.each([
    ['a number', input('query', 'limit', { type: Number, required: false }), true],
    ['required text', input('query', 'q'), true],
    ['a body', input('body', undefined, { type: Object, required: false }), true],
    ['a number in the path', input('path', 'id', { type: 'integer' }), true],
    ['text that may be left out', input('query', 'q', { required: false }), false],
    ['a list of text that may be left out', input('query', 'q', { type: [String], required: false }), false],
    ['text in the path', input('path', 'name'), false],
  ])('of %s', (_name, read, fails) => {
    expect(Object.keys(document([read]).responses).includes('422')).toBe(fails);
  });

  test('has the shape that is sent', () => {
    expect(document([input('query', 'q')]).responses[422]).toEqual({
      description: 'Validation Error',
      headers: undefined,
      content: {
        mediaType: 'application/json',
        schema: { $ref: 'sluice:HTTPValidationError#' },
        item: undefined,
      },
    });
  });
});

const documentOf = (spec: unknown) => toDocument(new ShapeReader().compile(spec, ''));

describe('the response of the method', () => {
  const responseOf = (body: RouteDocumentation['body']) => document([], { body }).responses[200];

  test('has the model, and the media type without its parameters', () => {
    const body = {
      kind: 'json',
      mediaType: 'application/problem+json; charset=utf-8',
      model: documentOf([Item]),
    } as const;

    expect(responseOf(body)?.content).toEqual({
      mediaType: 'application/problem+json',
      schema: { type: 'array', items: ITEM },
      item: undefined,
    });
  });

  test('is text, or bytes', () => {
    expect(responseOf({ kind: 'text', mediaType: 'text/html' })?.content?.schema).toEqual({ type: 'string' });
    expect(responseOf({ kind: 'binary', mediaType: 'image/png' })?.content).toMatchObject({
      mediaType: 'image/png',
      schema: { type: 'string', format: 'binary' },
    });
  });

  test('is nothing, or a Location', () => {
    expect(responseOf({ kind: 'none' })).toMatchObject({ headers: undefined, content: undefined });
    expect(responseOf({ kind: 'redirect' })).toMatchObject({
      headers: { Location: { type: 'string', format: 'uri-reference' } },
      content: undefined,
    });
  });

  const lines = {
    kind: 'items',
    framing: 'lines',
    mediaType: 'application/jsonl',
    events: undefined,
  } as const;
  const events = {
    kind: 'items',
    framing: 'events',
    mediaType: 'text/event-stream',
    model: undefined,
  } as const;

  test('of lines has the schema of a line, and says it in words', () => {
    expect(responseOf({ ...lines, model: documentOf(Item) })).toEqual({
      description: 'Successful Response: each line is JSON of Item',
      headers: undefined,
      content: { mediaType: 'application/jsonl', schema: { type: 'string' }, item: ITEM },
    });
    expect(responseOf({ ...lines, model: undefined })?.content?.item).toBeUndefined();
  });

  test('of events has one schema for each name', () => {
    const response = responseOf({ ...events, events: { item_update: Item, message: String } });

    expect(response?.description).toBe(
      'Successful Response: events `item_update` (Item), `message` (String)',
    );
    expect(response?.content?.item).toEqual({
      oneOf: [
        expect.objectContaining({ required: ['event', 'data'] }),
        // The default event needs no name.
        expect.objectContaining({ required: ['data'] }),
      ],
    });
  });

  test('of events of one kind has the schema of that', () => {
    expect(responseOf({ ...events, model: documentOf(Item), events: undefined })?.content?.item).toEqual({
      type: 'object',
      properties: {
        event: { type: 'string', const: 'message' },
        data: { type: 'string', contentMediaType: 'application/json', contentSchema: ITEM },
        id: { type: 'string' },
        retry: { type: 'integer', minimum: 0 },
      },
      required: ['data'],
    });
    expect(responseOf({ ...events, events: undefined })?.content?.item).toBeUndefined();
  });
});

describe('declared responses', () => {
  test('have the phrase of their status, a model, headers and a media type', () => {
    const { responses } = document([], {
      responses: {
        404: {},
        409: { description: 'It is there already', model: Item },
        429: { headers: { 'retry-after': { type: 'integer', description: 'Seconds' }, 'x-note': {} } },
        default: { mediaType: 'text/plain' },
      },
    });

    expect(responses).toMatchObject({
      404: { description: 'Not Found', content: undefined },
      409: { description: 'It is there already', content: { mediaType: 'application/json', schema: ITEM } },
      429: {
        description: 'Too Many Requests',
        headers: { 'retry-after': { type: 'integer', description: 'Seconds' }, 'x-note': { type: 'string' } },
      },
      default: { description: 'Response', content: { mediaType: 'text/plain', schema: { type: 'string' } } },
    });
  });

  test('of the same status add to what is known', () => {
    const { responses } = document([input('query', 'q')], {
      responses: { 200: { headers: { etag: {} } }, 422: { description: 'Not like this' } },
    });

    expect(responses[200]).toMatchObject({
      description: 'Successful Response',
      headers: { etag: { type: 'string' } },
      content: { mediaType: 'application/json' },
    });
    expect(responses[422]).toMatchObject({
      description: 'Not like this',
      content: { schema: { $ref: 'sluice:HTTPValidationError#' } },
    });
  });
});

test('a body that no input reads is that which the route declares: bytes, or the fields of a form', () => {
  const mediaType = 'application/pdf';
  expect(document([], { requestBody: { mediaType, description: 'A page', required: false } }).body).toEqual({
    required: false,
    mediaTypes: [mediaType],
    schema: { type: 'string', format: 'binary', description: 'A page' },
  });
  expect(document([], { requestBody: { mediaType: 'multipart/form-data', model: Item } })).toMatchObject({
    body: { required: true, mediaTypes: ['multipart/form-data'], schema: ITEM },
  });
});
