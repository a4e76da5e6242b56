// What dependencies do to a request: what they are given, what they give, what they do with errors, and what the log says.
import { AsyncLocalStorage } from 'node:async_hooks';

import * as core from '@sluice/core';
import {
  BackgroundTasks,
  Body,
  Controller,
  dependency,
  Depends,
  Get,
  Header,
  HTTPException,
  Inject,
  Post,
  Query,
  Req,
  StreamingResponse,
  type Constructor,
} from '@sluice/core';
import type { SluiceOptions } from '@sluice/fastify-adapter';
import { IsInt } from 'class-validator';
import type { FastifyInstance, FastifyRequest } from 'fastify';

import { start, type TestServer } from './support/start.js';

let server: TestServer | undefined;
let events: string[];
beforeEach(() => (events = []));
afterEach(async () => {
  await server?.app.close();
  server = undefined;
});

async function serve(
  controller: Constructor,
  options: Partial<SluiceOptions> = {},
  prepare?: (app: FastifyInstance) => void,
): Promise<TestServer> {
  return (server = await start([controller], options, prepare));
}

const read = async (path: string, init?: RequestInit): Promise<[number, string]> => {
  const response = await fetch(`${server?.url ?? ''}${path}`, init);
  return [response.status, await response.text()];
};

/** Messages of the log from level error on. */
const errors = () => server?.log.filter(({ level }) => level >= 50).map(({ msg }) => msg);

const count = { made: 0 };
const counter = () => (count.made += 1);
beforeEach(() => (count.made = 0));

test('are given once to all who ask, and anew to who wants no cache', async () => {
  const twice = dependency({ one: counter, two: Depends(counter) }, ({ one, two }) => [one, two]);
  @Controller()
  class C {
    @Get('/')
    read(
      @Depends(counter) one: number,
      @Depends(twice) two: number[],
      @Depends(counter, { useCache: false }) own: number,
      @Depends(counter) again: number,
    ) {
      return [one, two, own, again];
    }
  }
  await serve(C);
  expect(await read('/')).toEqual([200, '[1,[1,1],2,1]']);
  expect(await read('/')).toEqual([200, '[3,[3,3],4,3]']);
});

test('are functions, promises, generators, classes and their constructors’ sources', async () => {
  class Store {
    readonly name = 'store';
  }
  class Page {
    constructor(
      @Query('limit', { type: 'integer', default: 20 }) readonly limit: number,
      readonly store: Store,
      @Depends(counter) readonly made: number,
    ) {}
  }
  @Controller()
  class C {
    @Get('/')
    read(
      @Depends() page: Page,
      @Depends(async () => 'promise') promise: string,
      @Depends(function* () {
        yield 'generator';
      })
      generator: string,
      @Depends(async function* () {
        yield 'async generator';
      })
      asyncGenerator: string,
    ) {
      return [
        page instanceof Page,
        page.limit,
        page.store.name,
        page.made,
        promise,
        generator,
        asyncGenerator,
      ];
    }
  }
  await serve(C);
  expect(await read('/?limit=5')).toEqual([
    200,
    '[true,5,"store",1,"promise","generator","async generator"]',
  ]);
});

describe('of the request itself', () => {
  const all = dependency(
    {
      request: Req<FastifyRequest>(),
      response: core.Response,
      tasks: Inject(BackgroundTasks),
      signal: AbortSignal,
    },
    (own) => {
      own.response.headers.set('x-dependency', own.request.url);
      own.tasks.addTask(() => events.push('task of the dependency'));
      return own;
    },
  );
  const deep = dependency({ all }, (inputs) => inputs.all);

  test('are the same for a dependency at any depth and for the handler', async () => {
    @Controller()
    class C {
      @Get('/')
      read(
        @Req() request: FastifyRequest,
        response: core.Response,
        tasks: BackgroundTasks,
        signal: AbortSignal,
        @Depends(deep) own: { request: unknown; response: unknown; tasks: unknown; signal: unknown },
      ) {
        tasks.addTask(() => events.push('task of the handler'));
        return [
          own.request === request,
          own.response === response,
          own.tasks === tasks,
          own.signal === signal,
        ];
      }
    }
    await serve(C);
    const response = await fetch(`${server?.url ?? ''}/`);
    expect([await response.text(), response.headers.get('x-dependency')]).toEqual([
      '[true,true,true,true]',
      '/',
    ]);
    await server?.app.close();
    expect(events).toEqual(['task of the dependency', 'task of the handler']);
  });
});

test('come from plugin, controller and route, in this order, before those of parameters', async () => {
  const named = (name: string) => () => events.push(name);
  const outer = named('outer');
  @Controller('', { dependencies: [named('controller'), outer] })
  class C {
    @Get('/', { dependencies: [Depends(named('route'))] })
    read(@Depends(named('parameter')) _parameter: unknown) {
      events.push('handler');
    }
  }
  await serve(C, { dependencies: [outer] });
  await read('/');
  expect(events).toEqual(['outer', 'controller', 'route', 'parameter', 'handler']);
});

describe('a request at fault', () => {
  class Item {
    @IsInt() price!: number;
  }
  const filter = dependency({ limit: Query('limit', { type: 'integer' }) }, ({ limit }) => {
    events.push('filter');
    return limit;
  });
  const outer = dependency({ filter, token: Header('x-token') }, () => events.push('outer'));
  const login = dependency({ token: Header('x-user', { optional: true }) }, ({ token }) => {
    events.push('login');
    if (token === undefined) throw new HTTPException(401);
  });
  @Controller()
  class C {
    @Post('/', { dependencies: [outer] })
    create(@Body() item: Item, @Depends(login) _user: unknown) {
      events.push('handler');
      return item;
    }
  }
  const post = (headers: Record<string, string>) =>
    read('/?limit=x', {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: '{"price":"a"}',
    });

  test('gets the faults of all dependencies and of the handler in one answer', async () => {
    await serve(C);
    const [status, body] = await post({ 'x-user': 'me' });
    const { detail } = JSON.parse(body) as { detail: { loc: unknown }[] };
    expect([status, detail.map(({ loc }) => loc)]).toEqual([
      422,
      [
        ['query', 'limit'],
        ['header', 'x-token'],
        ['body', 'price'],
      ],
    ]);
    expect(events).toEqual(['login']);
  });

  test('gets the HTTPException of a dependency first', async () => {
    await serve(C);
    expect(await post({})).toEqual([401, '{"detail":"Unauthorized"}']);
  });
});

describe('a dependency with a clean-up', () => {
  const life = (name: string, onError: (error: unknown) => void = rethrow, end: () => void = () => {}) =>
    dependency(
      {},
      async function* () {
        try {
          yield name;
          events.push(`${name} ends`);
        } catch (error) {
          events.push(`${name} gets ${(error as Error).message}`);
          onError(error);
        }
        end();
      },
      { name },
    );
  const rethrow = (error: unknown) => {
    throw error;
  };
  const inFunction = (target: core.DependencyTarget) => Depends(target, { scope: 'function' });

  function controllerOf(dependencies: NonNullable<core.RouteOptions['dependencies']>): Constructor {
    @Controller('', { dependencies })
    class C {
      @Get('/')
      read(tasks: BackgroundTasks) {
        tasks.addTask(() => events.push('task'));
        events.push('handler');
        return 'value';
      }

      @Get('/fails')
      fail() {
        throw new Error('handler');
      }

      @Get('/stream', { responseClass: StreamingResponse })
      async *stream(@Query('fail', { default: false }) fail: boolean) {
        yield 'one';
        events.push('item');
        await new Promise((resolve) => setTimeout(resolve, 5));
        if (fail) throw new Error('mid-stream');
      }

      @Get('/returned')
      returned() {
        return new StreamingResponse(
          (function* () {
            events.push('item');
            yield 'one';
          })(),
        );
      }
    }
    return C;
  }

  async function serveWithHead(dependencies: NonNullable<core.RouteOptions['dependencies']>) {
    await serve(controllerOf(dependencies), {}, (app) => {
      app.addHook('onSend', async () => {
        events.push('head');
      });
    });
  }

  test('of function scope ends before the head, one of request scope after the tasks', async () => {
    await serveWithHead([life('request'), inFunction(life('function'))]);
    expect(await read('/')).toEqual([200, '"value"']);
    await server?.app.close();
    expect(events).toEqual(['handler', 'function ends', 'head', 'task', 'request ends']);
  });

  test('of function scope ends with the iteration of a method that yields', async () => {
    await serveWithHead([life('request'), inFunction(life('function'))]);
    expect(await read('/stream')).toEqual([200, 'one']);
    await server?.app.close();
    expect(events).toEqual(['head', 'item', 'function ends', 'request ends']);
  });

  test('of function scope ends before a stream that was returned', async () => {
    await serveWithHead([inFunction(life('function'))]);
    expect(await read('/returned')).toEqual([200, 'one']);
    expect(events.slice(0, 1)).toEqual(['function ends']);
  });

  test('makes an error of the handler when its clean-up in function scope fails', async () => {
    const failing = life('function', rethrow, () => {
      throw new HTTPException(409, 'not committed');
    });
    await serveWithHead([life('request'), inFunction(failing)]);
    expect(await read('/')).toEqual([409, '{"detail":"not committed"}']);
    expect(events).toEqual(['handler', 'function ends', 'request gets not committed', 'head']);
  });

  test('gets an error of the handler, last first, before the answer, and may replace it', async () => {
    const replacing = life('inner', () => {
      throw new HTTPException(418, 'replaced');
    });
    await serveWithHead([life('outer'), replacing]);
    expect(await read('/fails')).toEqual([418, '{"detail":"replaced"}']);
    expect(events).toEqual(['inner gets handler', 'outer gets replaced', 'head']);
  });

  test('does not stop an error by catching it, and is told so in the log', async () => {
    await serveWithHead([life('swallowing', () => undefined)]);
    expect((await read('/fails'))[0]).toBe(500);
    expect(errors()).toEqual([
      'C.fail: dependency swallowing caught this error and ended as if there had been none: the error goes on. Rethrow it there, or throw an HTTPException in its place',
      'handler',
    ]);
  });

  test('gets an error in mid-stream once the response has ended', async () => {
    await serveWithHead([life('request'), inFunction(life('function'))]);
    await expect(read('/stream?fail=true')).rejects.toThrow();
    await server?.app.close();
    expect(events).toEqual(['head', 'item', 'function gets mid-stream', 'request gets mid-stream']);
    expect(errors()).toEqual(['C.stream: the body failed after the head was sent']);
  });

  test('has its errors after the response logged, and the others end all the same', async () => {
    const failing = life('inner', rethrow, () => {
      throw new Error('cannot end');
    });
    await serveWithHead([life('outer'), failing]);
    expect((await read('/'))[0]).toBe(200);
    await server?.app.close();
    expect(events.slice(-2)).toEqual(['inner ends', 'outer gets cannot end']);
    expect(errors()).toEqual(['C.read: the clean-up of a dependency failed']);
  });
});

test('of scope app are made at the start, shared by all requests, and ended in reverse at the close', async () => {
  const pool = dependency(
    {},
    async function* () {
      events.push('+pool');
      yield { name: 'pool' };
      events.push('-pool');
    },
    { scope: 'app' },
  );
  const cache = dependency(
    { pool },
    function* (inputs) {
      events.push('+cache');
      yield { pool: inputs.pool };
      events.push('-cache');
    },
    { scope: 'app' },
  );
  @Controller()
  class C {
    constructor(@Depends(cache) private readonly own: { pool: object }) {}

    @Get('/')
    read(@Depends(pool) given: object) {
      return given === this.own.pool;
    }
  }
  await serve(C);
  expect(events).toEqual(['+pool', '+cache']);
  expect(await read('/')).toEqual([200, 'true']);
  await server?.app.close();
  expect(events).toEqual(['+pool', '+cache', '-cache', '-pool']);
});

test('are overridden wherever they are asked for', async () => {
  class Store {
    name = 'real';
  }
  const user = dependency({ token: Header('x-token') }, ({ token }) => token);
  const greeting = dependency({ user }, (inputs) => `hello ${inputs.user}`);
  @Controller()
  class C {
    constructor(private readonly store: Store) {}

    @Get('/')
    read(@Depends(greeting) text: string) {
      return [text, this.store.name];
    }
  }
  class FakeStore extends Store {
    override name = 'fake';
  }
  await serve(C, {
    overrides: new Map<core.DependencyTarget, core.DependencyTarget>([
      [user, () => 'someone'],
      [Store, FakeStore],
    ]),
  });
  expect(await read('/')).toEqual([200, '["hello someone","fake"]']);
});

test('provide a context to the handler, to what it streams, to tasks and to clean-ups', async () => {
  const storage = new AsyncLocalStorage<string>();
  const seen = (where: string) => events.push(`${where} ${String(storage.getStore())}`);
  const inside = async function* () {
    seen('dependency');
    yield 1;
    seen('clean-up');
  };
  const context = dependency({ user: Header('x-user') }, async ({ user }) => user, { provides: storage });

  async function* body() {
    for (let row = 0; row < 3000; row += 1) {
      yield 'x'.repeat(1000);
      if (storage.getStore() !== 'me') seen(`row ${row}`);
    }
    seen('stream');
  }
  @Controller('', { dependencies: [context, inside] })
  class C {
    @Get('/')
    async read(tasks: BackgroundTasks) {
      await Promise.resolve();
      seen('handler');
      tasks.addTask(() => seen('task'));
      return new StreamingResponse(body());
    }
  }
  await serve(C);
  const [status, text] = await read('/', { headers: { 'x-user': 'me' } });
  expect([status, text.length]).toEqual([200, 3_000_000]);
  await server?.app.close();
  expect(events).toEqual(['dependency me', 'handler me', 'stream me', 'task me', 'clean-up me']);
});

describe('a function that returns a generator', () => {
  function* session() {
    events.push('open');
    yield 'session';
    events.push('closed');
  }
  const named = { name: 'session' };
  @Controller()
  class C {
    @Get('/arrow') arrow(@Depends(() => session()) value: unknown) {
      return { value };
    }
    @Get('/later') later(@Depends(dependency({}, () => Promise.resolve(session()), named)) value: unknown) {
      return { value };
    }
    @Get('/opened') opened(@Depends(dependency({}, () => session(), { yields: true })) value: unknown) {
      return { value };
    }
    @Get('/given') given(@Depends(dependency({}, () => session(), { yields: false })) value: unknown) {
      return { value: [...(value as Iterable<unknown>)] };
    }
  }

  it('is an error that says what to write, unless it says whether it yields', async () => {
    await serve(C);
    expect(await read('/arrow')).toEqual([500, '{"detail":"Internal Server Error"}']);
    expect((await read('/later'))[0]).toBe(500);
    expect(errors()).toEqual([
      expect.stringMatching(/^DEPENDENCY_YIELD: dependency an unnamed dependency returned a generator/),
      expect.stringMatching(/^DEPENDENCY_YIELD: dependency session returned a generator/),
    ]);
    expect(events).toEqual([]);
    expect(await read('/opened')).toEqual([200, '{"value":"session"}']);
    expect(await read('/given')).toEqual([200, '{"value":["session"]}']);
    expect(events).toEqual(['open', 'closed', 'open', 'closed']);
  });

  it('stops the start where the app has it', async () => {
    @Controller()
    class App {
      @Get() m(@Depends(() => session(), { scope: 'app' }) value: unknown) {
        return value;
      }
    }
    await expect(serve(App)).rejects.toThrow('DEPENDENCY_YIELD');
  });
});
