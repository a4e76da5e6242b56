import 'reflect-metadata';

import {
  Body,
  Controller,
  Delete,
  Get,
  HTMLResponse,
  Inject,
  Param,
  Post,
  Query,
  Response as SluiceResponse,
  SetupError,
} from '@sluice/core';
import { sluice } from '@sluice/fastify-adapter';
import type { FastifyInstance } from 'fastify';
import { Container, injectable } from 'inversify';
import { container as tsyringe, injectable as tsyringeInjectable } from 'tsyringe';

import { createServer, start } from './support/start.js';

/** The message with which registration fails. */
async function faultOf(...controllers: (new (...args: never[]) => unknown)[]): Promise<string> {
  const { app } = createServer();
  try {
    await app.register(sluice, { controllers });
    return 'no fault';
  } catch (error) {
    expect(error).toBeInstanceOf(SetupError);
    return (error as SetupError).message;
  } finally {
    await app.close();
  }
}

async function read(app: FastifyInstance, url: string): Promise<unknown> {
  const response = await app.inject(url);
  return response.statusCode === 200 ? response.json() : response.statusCode;
}

describe('paths', () => {
  @Controller('/things')
  class ThingsController {
    @Get('/') index(): string {
      return 'index';
    }
    @Get('/:id') read(@Param('id') id: string): string {
      return id;
    }
    @Get('/files/*') wild(@Param('*') rest: string): string {
      return rest;
    }
  }
  @Controller()
  class RootController {
    @Get() root(): string {
      return 'root';
    }
  }

  it('put `/` at the prefix itself', async () => {
    const { app } = createServer();
    await app.register(sluice, { controllers: [ThingsController, RootController] });
    expect(await read(app, '/things')).toBe('index');
    expect(await read(app, '/things/')).toBe('');
    expect(await read(app, '/things/files/a/b.txt')).toBe('a/b.txt');
    expect(await read(app, '/')).toBe('root');
    await app.close();
  });

  it('lie below the prefix of the plugin, in two registrations and two servers at once', async () => {
    const { app } = createServer();
    const { app: other } = createServer();
    await app.register(sluice, { controllers: [ThingsController, RootController], prefix: '/v1' });
    await app.register(sluice, {
      controllers: [ThingsController],
      prefix: '/v2',
      responseClass: HTMLResponse,
    });
    await other.register(sluice, { controllers: [ThingsController] });
    expect(await read(app, '/v1/things')).toBe('index');
    expect(await read(app, '/v1')).toBe('root');
    expect(await read(app, '/things')).toBe(404);
    expect((await app.inject('/v2/things')).headers['content-type']).toBe('text/html; charset=utf-8');
    expect(await read(other, '/things')).toBe('index');
    expect(await read(other, '/v1/things')).toBe(404);
    await app.close();
    await other.close();
  });

  it('know the parameters of the prefix of the plugin', async () => {
    @Controller('/things')
    class TenantController {
      @Get('/:id') read(
        @Param('tenant') tenant: string,
        @Param('id', { type: 'integer' }) id: number,
      ): unknown {
        return [tenant, id];
      }
    }
    const { app } = createServer();
    await app.register(sluice, { controllers: [TenantController], prefix: '/tenants/:tenant' });
    expect(await read(app, '/tenants/acme/things/5')).toEqual(['acme', 5]);
    await app.close();
  });
});

describe('inheritance', () => {
  class Base {
    @Get('/')
    list(): string {
      return `list of ${this.constructor.name}`;
    }
    @Get('/:id')
    read(@Param('id', { type: 'integer' }) id: number): unknown {
      return id;
    }
  }
  @Controller('/cats')
  class Cats extends Base {
    override read(id: number): unknown {
      return `cat ${String(id)}`;
    }
    @Delete('/:id')
    @Post('/:id/delete')
    remove(@Param('id') id: string): string {
      return `removed ${id}`;
    }
  }
  @Controller('/dogs')
  class Dogs extends Base {
    @Get('/all')
    override list(): string {
      return 'all dogs';
    }
  }

  it('gives a controller the routes of its base, and each controller its own', async () => {
    const { app } = createServer();
    await app.register(sluice, { controllers: [Cats, Dogs] });
    expect(await read(app, '/cats')).toBe('list of Cats');
    expect(await read(app, '/cats/3')).toBe('cat 3');
    expect(await read(app, '/dogs/all')).toBe('all dogs');
    expect(await read(app, '/dogs')).toBe(404);
    expect(await read(app, '/dogs/3')).toBe(3);
    expect((await app.inject({ method: 'DELETE', url: '/cats/1' })).json()).toBe('removed 1');
    expect((await app.inject({ method: 'POST', url: '/cats/1/delete' })).json()).toBe('removed 1');
    await app.close();
  });
});

describe('constructor injection', () => {
  let made: string[] = [];
  class Clock {
    constructor() {
      made.push('Clock');
    }
  }
  class Store {
    constructor(@Inject(Clock) readonly clock: Clock) {
      made.push('Store');
    }
  }
  @Controller('/a')
  class A {
    constructor(
      readonly store: Store,
      readonly clock: Clock,
    ) {}
    @Get() same(@Inject(Clock) clock: Clock): boolean {
      return clock === this.clock && this.store.clock === clock;
    }
  }
  @Controller('/b')
  class B {
    constructor(readonly store: Store) {}
    @Get() name(): string {
      return this.store.constructor.name;
    }
  }
  beforeEach(() => {
    made = [];
  });

  it('makes each class once per server, with what its constructor asks for', async () => {
    const { app } = createServer();
    await app.register(sluice, { controllers: [A, B] });
    await app.register(sluice, { controllers: [A], prefix: '/again' });
    expect(made.sort()).toEqual(['Clock', 'Store']);
    expect([await read(app, '/a'), await read(app, '/b'), await read(app, '/again/a')]).toEqual([
      true,
      'Store',
      true,
    ]);
    await app.close();
    const { app: other } = createServer();
    await other.register(sluice, { controllers: [A] });
    expect(made.sort()).toEqual(['Clock', 'Clock', 'Store', 'Store']);
    await other.close();
  });

  it('takes controllers from tsyringe', async () => {
    tsyringeInjectable()(Store);
    tsyringeInjectable()(A);
    const server = await start([A], { container: tsyringe.createChildContainer() });
    expect((await fetch(`${server.url}/a`)).status).toBe(200);
    await server.app.close();
  });

  it('takes controllers from inversify', async () => {
    class Engine {
      readonly power = 5;
    }
    injectable()(Engine);
    @Controller('/car')
    class Car {
      constructor(readonly engine: Engine) {}
      @Get() power(): number {
        return this.engine.power;
      }
    }
    injectable()(Car);
    const container = new Container({ defaultScope: 'Singleton' });
    container.bind(Engine).toSelf();
    container.bind(Car).toSelf();
    const server = await start([Car], { container: { resolve: (target) => container.get(target) } });
    expect(await (await fetch(`${server.url}/car`)).json()).toBe(5);
    await server.app.close();
  });

  it('says what a container could not do', async () => {
    const { app } = createServer();
    const failing = {
      resolve: () => {
        throw new Error('nothing is bound');
      },
    };
    await expect(app.register(sluice, { controllers: [A], container: failing })).rejects.toThrow(
      /CONTAINER_FAILED: A → the container failed: nothing is bound → register the controller/,
    );
    await app.close();
  });

  it('refuses a circle by name, and a parameter that is no class', async () => {
    class Hen {}
    class Egg {
      constructor(readonly hen: Hen) {}
    }
    Reflect.defineMetadata('design:paramtypes', [Hen], Egg);
    Reflect.defineMetadata('design:paramtypes', [Egg], Hen);
    @Controller()
    class Farm {
      constructor(readonly egg: Egg) {}
      @Get() get(): void {
        return undefined;
      }
    }
    expect(await faultOf(Farm)).toMatch(/^CONSTRUCTOR_CIRCLE: Farm → Egg > Hen > Egg ask for each other/);
    @Controller()
    class Port {
      constructor(readonly port: number) {}
      @Get() get(): void {
        return undefined;
      }
    }
    expect(await faultOf(Port)).toMatch(
      /^CONSTRUCTOR_PARAMETER: Port, constructor parameter 1 → Number is no class/,
    );
  });
});

describe('faults', () => {
  it('of all controllers are told at once, with where, what and the fix', async () => {
    @Controller('/a')
    class Faulty {
      @Get('/:id') read(@Param('key') key: string, response: Response): unknown {
        return [key, response];
      }
      @Get('/:other') same(@Body(Object) body: object): unknown {
        return body;
      }
      @Post('/', { statusCode: 204, responseClass: HTMLResponse }) create(@Body() body: unknown): unknown {
        return body;
      }
      @Get('/nothing') nothing(value: number, @Query('list') list: string[]): unknown {
        return [value, list];
      }
    }
    class Undecorated {}
    const message = await faultOf(Faulty, Undecorated);
    expect(message.split('\n').map((line) => line.trim())).toEqual([
      '9 faults:',
      expect.stringMatching(/^GLOBAL_RESPONSE: Faulty.read, parameter 2 → .* → import \{ Response \}/),
      expect.stringMatching(
        /^PATH_PARAM_UNKNOWN: Faulty.read \(GET \/:id\), parameter 1 \(@Param\('key'\)\) → there is no :key in the path \/a\/:id, which has :id → /,
      ),
      expect.stringMatching(/^BODY_ON_BODYLESS_METHOD: Faulty.same \(GET \/:other\) → /),
      expect.stringMatching(
        /^PARAM_TYPE_ERASED: Faulty.create, parameter 1 \(@Body\) → its type is not known at run time → write @Body\(TheClass\)/,
      ),
      expect.stringMatching(/^STATUS_WITHOUT_BODY: Faulty.create \(POST \/\) → /),
      expect.stringMatching(
        /^PARAM_NOT_FILLED: Faulty.nothing, parameter 1 → it has Number and no source → /,
      ),
      expect.stringMatching(
        /^PARAM_TYPE_ERASED: Faulty.nothing, parameter 2 \(@Query\('list'\)\) → .* → write @Query\('list', \{ type: \[String\] \}\)/,
      ),
      expect.stringMatching(/^NOT_A_CONTROLLER: Undecorated → /),
      expect.stringMatching(
        /^DUPLICATE_ROUTE: Faulty.read and Faulty.same → both answer GET \/a\/:id and GET \/a\/:other → /,
      ),
    ]);
  });

  it('two routes alike are one', async () => {
    @Controller('/a')
    class Twice {
      @Get('/:id') first(): void {
        return undefined;
      }
      @Get('/:name') second(): void {
        return undefined;
      }
    }
    expect(await faultOf(Twice)).toMatch(
      /^DUPLICATE_ROUTE: Twice.first and Twice.second → both answer GET \/a\/:id and GET \/a\/:name → /,
    );
    expect(await faultOf(Twice, Twice)).toMatch(/DUPLICATE_ROUTE/);
  });

  it('of a parameter that nothing fills are seen without type metadata', async () => {
    @Controller()
    class Bare {
      get(_value: unknown): void {
        return undefined;
      }
    }
    Get('/')(Bare.prototype, 'get');
    expect(await faultOf(Bare)).toMatch(
      /^PARAM_NOT_FILLED: Bare.get, parameter 1 → it has a type that is not known/,
    );
  });

  it('of options are told', async () => {
    const { app } = createServer();
    await expect(
      app.register(sluice, { controllers: undefined as never, prefix: 'x', drainTimeout: -1 }),
    ).rejects.toThrow(/3 faults:\n.*OPTIONS_INVALID.*\n.*OPTIONS_INVALID.*\n.*OPTIONS_INVALID/);
    await app.close();
    const { app: other } = createServer();
    await expect(
      other.register(sluice, { controllers: [], taskConcurrency: 0, taskTimeout: 0 }),
    ).rejects.toThrow(
      /2 faults:\n.*`taskConcurrency` is not a number of tasks.*\n.*`taskTimeout` is not a number of milliseconds/,
    );
    await other.close();
  });

  it.each(['drainTimeout', 'stallTimeout', 'taskTimeout'])(
    'of %s are told for what no timer can wait',
    async (name) => {
      for (const time of [-1, NaN, Infinity, 2 ** 31, '5', 5n, {}]) {
        const { app } = createServer();
        await expect(app.register(sluice, { controllers: [], [name]: time })).rejects.toThrow(
          `OPTIONS_INVALID: register(sluice, options) → \`${name}\` is not a number of milliseconds`,
        );
        await app.close();
      }
    },
  );

  it.each([
    { drainTimeout: 0 },
    { taskTimeout: null },
    { stallTimeout: 2 ** 31 - 1, drainTimeout: 2 ** 31 - 1 },
  ])('of times are none in %p', async (options) => {
    const { app } = createServer();
    await app.register(sluice, { controllers: [], ...options });
    await app.close();
  });
});

describe('a request', () => {
  it('is what @Req gives, and the injected response is one per request', async () => {
    @Controller('/x')
    class RequestController {
      @Get('/:id')
      read(response: SluiceResponse, @Inject(SluiceResponse) same: SluiceResponse): boolean {
        return response === same;
      }
    }
    const { app } = createServer();
    await app.register(sluice, { controllers: [RequestController] });
    expect(await read(app, '/x/1')).toBe(true);
    await app.close();
  });
});
