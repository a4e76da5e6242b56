import { IsString } from 'class-validator';

import { BackgroundTasks } from '../background/background-tasks.js';
import { Controller } from '../decorators/controller.js';
import { Get, Head, Post } from '../decorators/routes.js';
import { Body, Inject, Param, Query } from '../decorators/sources.js';
import type { AppScope } from '../dependencies/app-scope.js';
import type { SetupFault } from '../errors/setup-error.js';
import type { Constructor } from '../metadata/types.js';
import { HTMLResponse } from '../responses/html-response.js';
import { JSONResponse } from '../responses/json-response.js';
import { RedirectResponse } from '../responses/redirect-response.js';
import { Response } from '../responses/response.js';
import { StreamingResponse } from '../responses/streaming-response.js';
import { compileController, type CompileOptions } from './compile-controller.js';
import { createAppScope } from './create-app-scope.js';
import type { RequestContext, RequestInput, RoutePlan } from './route-plan.js';

class Item {
  @IsString()
  name!: string;
}

const context: RequestContext = {
  response: new Response(),
  tasks: new BackgroundTasks(),
  signal: new AbortController().signal,
};
const request = (input: Partial<RequestInput> = {}): RequestInput => ({
  params: {},
  query: {},
  headers: {},
  body: undefined,
  ...input,
});

const apps: AppScope[] = [];

beforeAll(async () => {
  for (const app of apps) await app.open(() => {});
});

function compile(target: Constructor, options: Partial<CompileOptions> = {}): RoutePlan[] {
  const app = createAppScope({ overrides: new Map(), container: undefined });
  apps.push(app);
  const faults: SetupFault[] = [];
  const plans = compileController(
    target,
    {
      responseClass: undefined,
      mountPath: '',
      app,
      ...options,
    },
    faults,
  );
  expect(faults).toEqual([]);
  return plans;
}

const paths = (plans: readonly RoutePlan[]) =>
  plans.map(({ method, path, name }) => `${method} ${path} ${name}`);

class Store {
  readonly items = ['a'];
}

@Controller('/items', { fastify: { bodyLimit: 1 } })
class ItemsController {
  constructor(readonly store: Store) {}

  @Get('/', { fastify: { logLevel: 'warn' } })
  list() {
    return this.store.items;
  }

  @Get('/:id', { statusCode: 203, headers: { 'X-A': '1' } })
  @Head('/by-id/:id')
  read(@Param('id') id: number, response: Response, tasks: BackgroundTasks) {
    return [id, response, tasks];
  }

  @Post()
  async create(@Body() item: Item, @Query('dry', { default: false }) dry: boolean) {
    return [this.store, item, dry];
  }
}

describe('a controller', () => {
  const plans = compile(ItemsController);
  const [list, read, byId, create] = plans as [RoutePlan, RoutePlan, RoutePlan, RoutePlan];

  test('has a plan for each of its routes, in their order', () => {
    expect(paths(plans)).toEqual([
      'GET /items ItemsController.list',
      'GET /items/:id ItemsController.read',
      'HEAD /items/by-id/:id ItemsController.read',
      'POST /items ItemsController.create',
    ]);
  });

  test('is called on one instance, with the values of its parameters', async () => {
    expect(list.call(request(), context)).toEqual(['a']);
    expect(read.call(request({ params: { id: '7' } }), context)).toEqual([
      7,
      context.response,
      context.tasks,
    ]);
    const [store, item, dry] = (await create.call(request({ body: { name: 'x' } }), context)) as unknown[];
    expect((store as Store).items).toBe(list.call(request(), context));
    expect(item).toBeInstanceOf(Item);
    expect(dry).toBe(false);
  });

  test('throws the faults of all parameters before it is called', async () => {
    const bad = request({ body: { name: 5 }, query: { dry: 'maybe' } });
    await expect(create.call(bad, context)).rejects.toMatchObject({
      statusCode: 422,
      detail: [{ loc: ['body', 'name'] }, { loc: ['query', 'dry'] }],
    });
  });

  test('says what its routes need of a request', () => {
    expect(list.needs).toEqual({ response: false, tasks: false, signal: false, scopes: false });
    expect(read.needs).toEqual({ response: true, tasks: true, signal: false, scopes: false });
    expect(create.needs).toEqual({ response: false, tasks: false, signal: false, scopes: false });
  });

  test('hands the options of controller and route to the server, in this order', () => {
    expect(list.server).toEqual([{ bodyLimit: 1 }, { logLevel: 'warn' }]);
    expect(create.server).toEqual([{ bodyLimit: 1 }]);
  });

  test('has the status and the headers that a route names', () => {
    expect([list.statusCode, list.headers, list.init.statusCode]).toEqual([200, undefined, undefined]);
    expect([read.statusCode, read.init.statusCode]).toEqual([203, 203]);
    expect([...(read.headers ?? [])]).toEqual([['x-a', '1']]);
    expect(byId.headers).toBeUndefined();
  });

  test('is compiled into plans that cannot be changed', () => {
    for (const plan of plans) expect([plan, plan.init, plan.needs].every(Object.isFrozen)).toBe(true);
  });
});

describe('the response class', () => {
  @Controller('', { responseClass: HTMLResponse })
  class Pages {
    @Get('/own', { responseClass: RedirectResponse })
    own() {}

    @Get('/controller')
    controller() {}
  }
  @Controller()
  class Plain {
    @Get('/typed', { mediaType: 'application/problem+json' })
    typed() {}

    @Get('/json', { responseClass: JSONResponse })
    json() {}

    @Get('/plain')
    plain() {}

    @Get('/yields')
    *yields() {}

    @Get('/async')
    async *asynchronous() {}
  }

  test('is the nearest one: of the route, the controller, the server', () => {
    expect(compile(Pages).map(({ responseClass }) => responseClass)).toEqual([
      RedirectResponse,
      HTMLResponse,
    ]);
    const [typed] = compile(Plain, { responseClass: StreamingResponse });
    expect(typed?.responseClass).toBe(StreamingResponse);
  });

  test('gives the status of a route that names none', () => {
    expect(compile(Pages).map(({ statusCode }) => statusCode)).toEqual([307, 200]);
  });

  test('leaves a value to the serializer of the server only where it is plain JSON', () => {
    const shown = compile(Plain).map(({ path, rendersJson, yields }) => [path, rendersJson, yields]);
    expect(shown).toEqual([
      ['/typed', false, false],
      ['/json', true, false],
      ['/plain', true, false],
      ['/yields', true, true],
      ['/async', true, true],
    ]);
    expect(compile(Pages).some(({ rendersJson }) => rendersJson)).toBe(false);
  });
});

describe('a derived controller', () => {
  @Controller('/derived')
  class Derived extends ItemsController {
    override list() {
      return ['of the derived one'];
    }

    @Get('/other/:id')
    override read(@Param('id') id: number) {
      return [id];
    }
  }
  class Silent extends ItemsController {}

  test('has the routes of its base under its own prefix, or under that of its base', () => {
    expect(paths(compile(Derived))).toEqual([
      'GET /derived Derived.list',
      'GET /derived/other/:id Derived.read',
      'POST /derived Derived.create',
    ]);
    expect(paths(compile(Silent))[0]).toBe('GET /items Silent.list');
  });

  test('is called by its own methods, on an instance of its own', () => {
    const [list, read] = compile(Derived);
    expect(list?.call(request(), context)).toEqual(['of the derived one']);
    expect(read?.call(request({ params: { id: '1' } }), context)).toEqual([1]);
  });

  test('leaves its base as it was', () => {
    expect(paths(compile(ItemsController))).toHaveLength(4);
  });
});

test('knows the parameters of the path that it is mounted under', () => {
  @Controller('/:project')
  class Files {
    @Get('/*')
    read(@Param('tenant') tenant: string, @Param('project') project: string, @Param('*') file: string) {
      return [tenant, project, file];
    }
  }
  const [plan] = compile(Files, { mountPath: '/:tenant' });
  expect(plan?.path).toBe('/:project/*');
  const params = { tenant: 't', project: 'p', '*': 'a/b' };
  expect(plan?.call(request({ params }), context)).toEqual(['t', 'p', 'a/b']);
});

test('leaves what has no source to its initializer, and fills what has one', () => {
  @Controller()
  class Preset {
    @Get()
    m(signal: AbortSignal, limit = 5, @Query('q', { type: String, optional: true }) q = 'preset') {
      return [signal, limit, q];
    }
  }
  const [plan] = compile(Preset);
  expect(plan?.call(request(), context)).toEqual([context.signal, 5, 'preset']);
  expect(plan?.call(request({ query: { q: 'a' } }), context)).toEqual([context.signal, 5, 'a']);
  expect(plan?.needs).toEqual({ response: false, tasks: false, signal: true, scopes: false });
});

test('takes the types from the sources alone where the compiler writes none', () => {
  class Untyped {
    read(id: unknown, item: unknown, page = 1) {
      return [id, item, page];
    }
  }
  Param('id', { type: Number })(Untyped.prototype, 'read', 0);
  Inject(Response)(Untyped.prototype, 'read', 1);
  Query('page', { type: 'integer' })(Untyped.prototype, 'read', 2);
  Get('/:id')(Untyped.prototype, 'read');
  Controller()(Untyped);
  const [plan] = compile(Untyped);
  const input = request({ params: { id: '5' }, query: { page: '2' } });
  expect(plan?.call(input, context)).toEqual([5, context.response, 2]);
});
