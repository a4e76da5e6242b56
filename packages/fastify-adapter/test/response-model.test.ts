import {
  Controller,
  EventSourceResponse,
  Get,
  HTMLResponse,
  JSONResponse,
  Post,
  Response,
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
