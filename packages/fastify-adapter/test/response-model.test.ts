import {
  Channel,
  Controller,
  EventSourceResponse,
  Get,
  Holds,
  HTMLResponse,
  JSONResponse,
  Post,
  Response,
  ServerSentEvent,
} from '@sluice/core';
import { sluice } from '@sluice/fastify-adapter';
import { Exclude, Type } from 'class-transformer';
import { IsArray, IsDate, IsInt, IsObject, IsOptional, IsString, ValidateNested } from 'class-validator';

import { createServer, start, type TestServer } from './support/start.js';

class Owner {
  @IsString() name!: string;
  @IsString() @Exclude({ toPlainOnly: true }) password!: string;
}
class Item {
  @IsInt() id!: number;
  @IsString() name!: string;
  @IsOptional() @IsDate() made?: Date;
  @IsOptional() @ValidateNested() @Type(() => Owner) owner?: Owner;
  @IsOptional() @ValidateNested({ each: true }) @Type(() => Owner) others?: Owner[];
  @IsOptional() @IsArray() tags?: unknown[];
  @IsOptional() @IsObject() anything?: object;
}

const STORED = {
  id: 1,
  name: 'lock',
  secret: 's',
  made: new Date(0),
  owner: { name: 'o', password: 'p', hash: 'h' },
  others: [{ name: 'a', password: 'p' }],
  tags: ['x'],
  anything: { a: { b: 1 } },
};
const SENT = {
  id: 1,
  name: 'lock',
  made: '1970-01-01T00:00:00.000Z',
  owner: { name: 'o' },
  others: [{ name: 'a' }],
  tags: ['x'],
  anything: { a: { b: 1 } },
};

@Controller('/m')
class ModelsController {
  @Get('/one', { responseModel: Item }) one(): unknown {
    return STORED;
  }
  @Get('/list', { responseModel: [Item] }) async list(): Promise<unknown> {
    await Promise.resolve();
    return [STORED, Object.assign(new Item(), { id: 2, name: 'gate', secret: 's' })];
  }
  @Get('/lines', { responseModel: Item }) *lines(): Generator {
    yield STORED;
  }
  @Get('/events', { responseModel: Item, responseClass: EventSourceResponse }) *events(): Generator {
    yield STORED;
  }
  @Get('/injected', { responseModel: Item }) injected(response: Response): unknown {
    response.headers.set('x-a', '1');
    return STORED;
  }
  @Get('/itself', { responseModel: Item }) itself(): unknown {
    return new JSONResponse(STORED);
  }
  @Get('/unfit', { responseModel: [Item] }) unfit(): unknown {
    return STORED;
  }
  @Get('/unknown', { responseModel: Item }) unknown(): unknown {
    return { id: 1, name: 'x', tags: [{ secret: 's' }] };
  }
  @Get('/nothing', { responseModel: Item }) nothing(): unknown {
    return null;
  }
}

let server: TestServer;
beforeAll(async () => {
  server = await start([ModelsController]);
});
afterAll(() => server.app.close());
const text = async (path: string): Promise<string> => (await fetch(server.url + path)).text();

describe('a response model', () => {
  it('lets out what it names, at any depth, of objects, lists, lines and events', async () => {
    expect(JSON.parse(await text('/m/one'))).toEqual(SENT);
    expect(JSON.parse(await text('/m/list'))).toEqual([SENT, { id: 2, name: 'gate' }]);
    expect(JSON.parse(await text('/m/lines'))).toEqual(SENT);
    expect(JSON.parse((await text('/m/events')).replace('data: ', ''))).toEqual(SENT);
    expect(JSON.parse(await text('/m/injected'))).toEqual(SENT);
  });

  it('leaves a returned Response as it is', async () => {
    expect(await text('/m/itself')).toContain('"secret"');
  });

  it.each(['/m/unfit', '/m/unknown', '/m/nothing'])(
    'answers 500 and sends nothing of what does not fit: %s',
    async (path) => {
      server.log.length = 0;
      expect(JSON.parse(await text(path))).toEqual({ detail: 'Internal Server Error' });
      expect(server.log.find(({ level }) => level === 50)?.err?.message).toMatch(/^RESPONSE_MODEL_UNFIT/);
    },
  );

  it('is refused where it cannot apply', async () => {
    class Empty {
      name?: string;
    }
    @Controller('/w')
    class WrongController {
      @Post('/none', { responseModel: Item, statusCode: 204 }) none(): void {
        return undefined;
      }
      @Get('/html', { responseModel: Item, responseClass: HTMLResponse }) html(): void {
        return undefined;
      }
      @Get('/empty', { responseModel: Empty }) empty(): void {
        return undefined;
      }
    }
    const { app } = createServer();
    await expect(app.register(sluice, { controllers: [WrongController] })).rejects.toThrow(
      /3 faults:\n.*STATUS_WITHOUT_BODY: WrongController.none.*\n.*RESPONSE_MODEL_INVALID: WrongController.html.*\n.*RESPONSE_MODEL_INVALID: WrongController.empty/,
    );
    await app.close();
  });
});

describe('what a route with a model sends', () => {
  class Count {
    @Holds(() => BigInt) count!: bigint;
  }
  const LARGE = 12345678901234567890n;
  const value = { count: LARGE, secret: 's' };

  it('goes through hooks as plain data, which may put it into something else', async () => {
    @Controller('/h')
    class HookedController {
      @Get('/', { responseModel: [Item] }) list(): unknown {
        return [STORED];
      }
      @Get('/large', { responseModel: Count }) large(): unknown {
        return value;
      }
    }
    const seen: unknown[] = [];
    const { app } = await start([HookedController], {}, (host) => {
      host.addHook('preSerialization', async (_request, _reply, payload) => {
        seen.push(payload);
        return Promise.resolve({ data: payload, wrapped: true });
      });
    });
    expect((await app.inject('/h')).json()).toEqual({ data: [SENT], wrapped: true });
    expect(JSON.stringify(seen)).not.toContain('secret');
    expect((await app.inject('/h/large')).body).toBe(`{"data":{"count":${LARGE}},"wrapped":true}`);
    await app.close();
  });

  it('has its integers whole, of whatever status and media type', async () => {
    @Controller('/s')
    class StatusController {
      @Get('/status', { responseModel: Count }) status(response: Response): unknown {
        response.statusCode = 202;
        return value;
      }
      @Get('/type', { responseModel: Count, mediaType: 'application/hal+json' }) type(): unknown {
        return value;
      }
      @Get('/fails', { responseModel: Count }) fails(response: Response): unknown {
        response.statusCode = 202;
        return value;
      }
    }
    const { app } = await start([StatusController], {}, (host) => {
      host.addHook('preSerialization', async (request, _reply, payload) => {
        if (request.url.endsWith('fails')) throw new Error('hook');
        return Promise.resolve(payload);
      });
    });
    for (const [path, status] of [
      ['/s/status', 202],
      ['/s/type', 200],
    ] as const) {
      const response = await app.inject(path);
      expect([response.statusCode, response.body]).toEqual([status, `{"count":${LARGE}}`]);
      expect(response.headers['content-type']).toMatch(/json; charset=utf-8$/);
    }
    const failed = await app.inject('/s/fails');
    expect([failed.statusCode, failed.json()]).toEqual([500, { detail: 'Internal Server Error' }]);
    await app.close();
  });

  it('is what a channel publishes by the model, save its own notices', async () => {
    const channel = new Channel<object>({ name: 'items', history: 2 });
    for (const id of [1, 2, 3]) await channel.publish({ ...STORED, id }, { event: 'item' });
    await channel.publish(new ServerSentEvent({ rawData: 'as it is' }));
    @Controller('/c')
    class ChannelController {
      @Get('/', { responseModel: Item, responseClass: EventSourceResponse }) listen(): unknown {
        const feed = channel.subscribe({ lastEventId: 'unknown' });
        void channel.close();
        return feed;
      }
    }
    const { app } = await start([ChannelController]);
    const { body } = await app.inject('/c');
    await app.close();
    expect(body).toContain('data: {"reason":"expired"}');
    expect(body).toContain('data: as it is');
    expect(body).toContain('event: item\ndata: {"id":3,');
    expect(body).not.toContain('secret');
  });

  it('is said in the log, by place and kind, where it does not fit', async () => {
    @Controller('/l')
    class LoggedController {
      @Get('/', { responseModel: [Item] }) list(): unknown {
        return [STORED, { ...STORED, owner: { name: 17, secret: 'value' } }];
      }
    }
    const { app, log } = await start([LoggedController]);
    expect((await app.inject('/l')).json()).toEqual({ detail: 'Internal Server Error' });
    const message = 'RESPONSE_MODEL_UNFIT: [1].owner.name: expected text, got an integer.';
    expect(log.find(({ level }) => level === 50)?.err?.message).toBe(message);
    await app.close();
  });

  it('is not looked at with responseModelCheck: false, but for what no model names', async () => {
    @Controller('/u')
    class UncheckedController {
      @Get('/', { responseModel: [Item] }) list(): unknown {
        return [{ id: 'one', secret: 's', owner: { name: { secret: 's' }, password: 'p' } }];
      }
    }
    const { app } = await start([UncheckedController], { responseModelCheck: false });
    expect((await app.inject('/u')).json()).toEqual([{ id: 'one', owner: {} }]);
    await app.close();
    await expect(start([UncheckedController], { responseModelCheck: 'no' as never })).rejects.toThrow(
      'OPTIONS_INVALID: register(sluice, options) → `responseModelCheck` is neither true nor false',
    );
  });
});
