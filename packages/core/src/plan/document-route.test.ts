import { IsString } from 'class-validator';

import { Controller } from '../decorators/controller.js';
import { Depends, dependency } from '../decorators/dependencies.js';
import { Get, Post } from '../decorators/routes.js';
import { Body, Header, Query } from '../decorators/sources.js';
import type { SetupFault } from '../errors/setup-error.js';
import type { ControllerOptions, RouteOptions } from '../metadata/route-options.js';
import { EventSourceResponse } from '../responses/event-source-response.js';
import { FileResponse } from '../responses/file-response.js';
import { HTMLResponse } from '../responses/html-response.js';
import { JSONResponse } from '../responses/json-response.js';
import { RedirectResponse } from '../responses/redirect-response.js';
import { Response } from '../responses/response.js';
import { StreamingResponse } from '../responses/streaming-response.js';
import { compileController } from './compile-controller.js';
import { createAppScope } from './create-app-scope.js';
import type { RoutePlan } from './route-plan.js';

class Item {
  @IsString() name!: string;
}

function compile(
  route: RouteOptions,
  controller: ControllerOptions = {},
): { plan: RoutePlan; faults: readonly SetupFault[] } {
  @Controller('/items', controller)
  class ItemsController {
    @Get('/', route)
    readItem(@Query('q', { optional: true, description: 'Words' }) q: string, @Header('x-id') id: number) {
      return [q, id];
    }
  }
  const faults: SetupFault[] = [];
  const app = createAppScope({ overrides: new Map(), container: undefined });
  const options = { responseClass: undefined, mountPath: '', dependencies: undefined, app };
  const [plan] = compileController(ItemsController, options, faults);
  return { plan: plan!, faults };
}

const bodyOf = (route: RouteOptions) => compile(route).plan.documentation.body;

test('a route that says nothing has the words of its method, and its inputs', () => {
  const { plan } = compile({});

  expect(plan.documentation).toEqual({
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
  });
  expect(plan.inputs).toEqual([
    { kind: 'query', name: 'q', type: String, required: false, default: undefined, description: 'Words' },
    {
      kind: 'header',
      name: 'x-id',
      type: Number,
      required: true,
      default: undefined,
      description: undefined,
    },
  ]);
});

test('what a route says comes over what its controller says; tags and responses of both are there', () => {
  const { plan } = compile(
    {
      tags: ['own', 'shared'],
      security: [],
      includeInSchema: true,
      responses: { 404: { description: 'own' } },
    },
    {
      tags: ['shared', 'all'],
      deprecated: true,
      security: [{ bearer: [] }],
      includeInSchema: false,
      responses: { 404: { description: 'shared' }, 503: {} },
    },
  );

  expect(plan.documentation).toMatchObject({
    hidden: false,
    tags: ['shared', 'all', 'own'],
    deprecated: true,
    security: [],
    responses: { 404: { description: 'own' }, 503: {} },
  });
});

test('the inputs of dependencies are those of the route, before its own', () => {
  const user = dependency({ token: Header('x-token', { description: 'Who calls' }) }, ({ token }) => token);

  @Controller('/items', { dependencies: [user] })
  class ItemsController {
    @Get('/') list(@Query('q') q: string, @Depends(user) caller: string) {
      return [q, caller];
    }
  }
  const app = createAppScope({ overrides: new Map(), container: undefined });
  const options = { responseClass: undefined, mountPath: '', dependencies: undefined, app };
  const [plan] = compileController(ItemsController, options, []);

  expect(plan?.inputs.map(({ kind, name, description }) => [kind, name, description])).toEqual([
    ['header', 'x-token', 'Who calls'],
    ['query', 'q', undefined],
  ]);
});

test('the groups by which a model is read go with each of its inputs', () => {
  const groups = { groups: ['create'] };

  @Controller('/items')
  class ItemsController {
    @Post('/') create(@Query(Item, groups) query: Item, @Body(groups) item: Item) {
      return [query, item];
    }
  }
  const app = createAppScope({ overrides: new Map(), container: undefined });
  const options = { responseClass: undefined, mountPath: '', dependencies: undefined, app };
  const [plan] = compileController(ItemsController, options, []);

  expect(plan?.inputs.map(({ kind, name, groups: told }) => [kind, name, told])).toEqual([
    ['query', 'name', ['create']],
    ['body', undefined, ['create']],
  ]);
});

class PictureResponse extends StreamingResponse {
  static override readonly mediaType: string | undefined = 'image/png';
}

class ProblemResponse extends JSONResponse {
  static override readonly mediaType: string | undefined = 'application/problem+json';
}

test.each<[string, RouteOptions, RoutePlan['documentation']['body']]>([
  ['HTML', { responseClass: HTMLResponse }, { kind: 'text', mediaType: 'text/html' }],
  ['a file', { responseClass: FileResponse }, { kind: 'binary', mediaType: 'application/octet-stream' }],
  [
    'a file with a media type',
    { responseClass: FileResponse, mediaType: 'text/csv' },
    { kind: 'binary', mediaType: 'text/csv' },
  ],
  [
    'a stream',
    { responseClass: StreamingResponse },
    { kind: 'binary', mediaType: 'application/octet-stream' },
  ],
  [
    'a stream of text',
    { responseClass: StreamingResponse, mediaType: 'text/csv' },
    { kind: 'text', mediaType: 'text/csv' },
  ],
  ['a class of ones own', { responseClass: PictureResponse }, { kind: 'binary', mediaType: 'image/png' }],
  [
    'JSON of another media type',
    { responseClass: ProblemResponse, responseModel: Item },
    {
      kind: 'json',
      mediaType: 'application/problem+json',
      model: expect.objectContaining({ excludeNone: false }) as never,
    },
  ],
  ['a redirect', { responseClass: RedirectResponse }, { kind: 'redirect' }],
  ['a redirect with a status', { responseClass: RedirectResponse, statusCode: 303 }, { kind: 'redirect' }],
  ['no content', { statusCode: 204 }, { kind: 'none' }],
  ['bytes', { responseClass: Response }, { kind: 'binary', mediaType: 'application/octet-stream' }],
  [
    'a content type among the headers',
    { headers: { 'content-type': 'application/hal+json' } },
    { kind: 'json', mediaType: 'application/hal+json', model: undefined },
  ],
  [
    'events',
    { responseClass: EventSourceResponse, events: { done: String } },
    {
      kind: 'items',
      framing: 'events',
      mediaType: 'text/event-stream',
      model: undefined,
      events: { done: String },
    },
  ],
])('knows the body of %s', (_name, route, body) => {
  expect(bodyOf(route)).toEqual(body);
});

test('says of which event a model cannot be one', () => {
  const events = { done: class Empty {}, item: Item, other: Symbol as never };
  expect(compile({ responseClass: EventSourceResponse, events }).faults).toEqual([
    expect.objectContaining({
      code: 'RESPONSE_MODEL_INVALID',
      problem: 'events.done is Empty, which names no field, so nothing would be sent',
    }),
    expect.objectContaining({
      code: 'RESPONSE_MODEL_INVALID',
      problem: 'events.other is Symbol, which is no type of a response',
    }),
  ]);
});

test.each<[string, RouteOptions]>([
  ['`responses` has 99, which is no status', { responses: { 99: {} } }],
  [
    'responses[404].model is Empty, which names no field, so nothing would be sent',
    { responses: { 404: { model: class Empty {} } } },
  ],
  [
    "responses[429].headers['retry-after'].type is Function, which is no type of a response",
    { responses: { 429: { headers: { 'retry-after': { type: Function as never } } } } },
  ],
  ['`events` says nothing of JSONResponse', { events: { done: String } }],
  ['`events` names no event', { responseClass: EventSourceResponse, events: {} }],
  [
    '`events` and `responseModel` both say what the events hold',
    { responseClass: EventSourceResponse, events: { done: String }, responseModel: Item },
  ],
])('%s', (problem, route) => {
  expect(compile(route).faults).toEqual([
    expect.objectContaining({
      code: 'DOCUMENTATION_INVALID',
      where: 'ItemsController.readItem (GET /)',
      problem,
    }),
  ]);
});

test('a body that is read of the request itself is documented, and what cannot be meant of it is refused', () => {
  class Form {
    @IsString() title!: string;
  }
  class Bare {}
  const compileUpload = (requestBody: unknown) => {
    @Controller('/files')
    class FilesController {
      @Post('/', { requestBody: requestBody as never }) upload() {}
      @Post('/two', { requestBody: { mediaType: 'text/csv' } }) two(@Body(Form) form: Form) {
        return form;
      }
      @Get('/', { requestBody: { mediaType: 'text/csv' } }) read() {}
    }
    const faults: SetupFault[] = [];
    const app = createAppScope({ overrides: new Map(), container: undefined });
    const options = { responseClass: undefined, mountPath: '', dependencies: undefined, app };
    const [plan] = compileController(FilesController, options, faults);
    return { plan: plan!, problems: faults.map(({ code, problem }) => `${code} ${problem}`) };
  };
  const form = { mediaType: 'multipart/form-data', model: Form };
  const others = [
    'DOCUMENTATION_INVALID `requestBody` and @Body both say what the body is',
    'DOCUMENTATION_INVALID `requestBody` says what the body of GET is, which has none',
  ];
  expect(compileUpload(form).plan.documentation.requestBody).toEqual(form);
  expect(compileUpload(form).problems).toEqual(others);
  expect(compileUpload({ model: Bare }).problems).toEqual([
    'DOCUMENTATION_INVALID `requestBody` has the media type undefined',
    'DOCUMENTATION_INVALID `requestBody.model` is Bare, which is no type of a request',
    ...others,
  ]);
  for (const none of [null, 'text/csv', {}])
    expect(compileUpload(none).problems).toEqual([
      'DOCUMENTATION_INVALID `requestBody` has the media type undefined',
      ...others,
    ]);
  for (const mediaType of [
    'csv',
    '/',
    'text/',
    'text/csv\r\nx-a: b',
    'text/csv; a="\0"',
    ' text/csv',
    'text /csv',
  ])
    expect(compileUpload({ mediaType }).problems).toHaveLength(3);
  for (const mediaType of ['text/csv; charset=utf-8', 'application/vnd.a+json', 'image/*', 'a/b;x="y z"'])
    expect(compileUpload({ mediaType }).problems).toEqual(others);
});
