// The examples of FastAPI's documentation that say what is sent, under the headings that they have there.
import {
  Body,
  Controller,
  EventSourceResponse,
  Get,
  HTMLResponse,
  JSONResponse,
  nullable,
  Param,
  PlainTextResponse,
  Post,
  Put,
  Query,
  record,
  RedirectResponse,
  Response,
  ServerSentEvent,
  union,
} from '@sluice/core';
import { Expose, Type } from 'class-transformer';
import {
  IsArray,
  IsDate,
  IsEmail,
  IsIn,
  IsInt,
  IsNumber,
  IsOptional,
  IsString,
  IsUUID,
  ValidateNested,
} from 'class-validator';

export class Item {
  @IsString() name!: string;
  @IsOptional() @IsString() description: string | null = null;
  @IsNumber() price!: number;
  @IsOptional() @IsNumber() tax: number | null = null;
  @IsArray() @IsString({ each: true }) tags: string[] = [];
}

class TaxedItem {
  @IsString() name!: string;
  @IsOptional() @IsString() description: string | null = null;
  @IsNumber() price!: number;
  @IsNumber() tax = 10.5;
  @IsArray() @IsString({ each: true }) tags: string[] = [];
}

class UserOut {
  @IsString() username!: string;
  @IsEmail() email!: string;
  @IsOptional() @IsString() full_name: string | null = null;
}

class UserIn extends UserOut {
  @IsString() password!: string;
}

/** Response Model - Return Type. */
@Controller('/model')
export class ResponseModelController {
  static readonly ITEMS: Readonly<Record<string, object>> = {
    foo: { name: 'Foo', price: 50.2 },
    bar: { name: 'Bar', description: 'The bartenders', price: 62, tax: 20.2 },
    baz: { name: 'Baz', description: null, price: 50.2, tax: 10.5, tags: [] },
  };

  @Post('/items', { responseModel: Item })
  create(@Body() item: Item) {
    return item;
  }

  @Get('/items', { responseModel: [Item] })
  list() {
    return [
      { name: 'Portal Gun', price: 42.0 },
      { name: 'Plumbus', price: 32.0 },
    ];
  }

  @Post('/user', { responseModel: UserOut })
  createUser(@Body() user: UserIn) {
    return user;
  }

  @Get('/portal')
  portal(@Query('teleport', { default: false }) teleport: boolean) {
    if (teleport) return new RedirectResponse('https://www.youtube.com/watch?v=dQw4w9WgXcQ');
    return new JSONResponse({ message: "Here's your interdimensional portal." });
  }

  @Get('/unset/:id', { responseModel: TaxedItem, responseModelExcludeUnset: true })
  unset(@Param('id') id: string) {
    return ResponseModelController.ITEMS[id];
  }

  @Get('/defaults/:id', { responseModel: TaxedItem, responseModelExcludeDefaults: true })
  defaults(@Param('id') id: string) {
    return ResponseModelController.ITEMS[id];
  }

  @Get('/none/:id', { responseModel: TaxedItem, responseModelExcludeNone: true })
  none(@Param('id') id: string) {
    return ResponseModelController.ITEMS[id];
  }

  @Get('/items/:id/name', { responseModel: TaxedItem, responseModelInclude: ['name', 'description'] })
  name(@Param('id') id: string) {
    return ResponseModelController.ITEMS[id];
  }

  @Get('/items/:id/public', { responseModel: TaxedItem, responseModelExclude: ['tax'] })
  public(@Param('id') id: string) {
    return ResponseModelController.ITEMS[id];
  }
}

class BaseItem {
  @IsString() description!: string;
  @IsString() type!: string;
}
class CarItem extends BaseItem {
  @IsIn(['car']) override type = 'car';
}
class PlaneItem extends BaseItem {
  @IsIn(['plane']) override type = 'plane';
  @IsInt() size!: number;
}
class NamedItem {
  @IsString() name!: string;
  @IsString() description!: string;
}

/** Extra Models. */
@Controller('/extra')
export class ExtraModelsController {
  static readonly ITEMS: Readonly<Record<string, object>> = {
    item1: { description: 'All my friends drive a low rider', type: 'car' },
    item2: { description: "Music is my aeroplane, it's my aeroplane", type: 'plane', size: 5 },
  };

  @Post('/user', { responseModel: UserOut })
  create(@Body() user: UserIn) {
    const { password, ...rest } = user;
    return { ...rest, hashed_password: `supersecret${password}` };
  }

  @Get('/items/:id', { responseModel: union(PlaneItem, CarItem) })
  read(@Param('id') id: string) {
    return ExtraModelsController.ITEMS[id];
  }

  @Get('/items', { responseModel: [NamedItem] })
  list() {
    return [
      { name: 'Foo', description: 'There comes my hero' },
      { name: 'Red', description: "It's my aeroplane" },
    ];
  }

  @Get('/keyword-weights', { responseModel: record(Number) })
  weights() {
    return { foo: 2.3, bar: 3.4 };
  }
}

class Image {
  @IsString() url!: string;
  @IsString() name!: string;
}
class ImagedItem extends Item {
  @IsArray() @ValidateNested({ each: true }) @Type(() => Image) images: Image[] = [];
}
class Offer {
  @IsString() name!: string;
  @IsOptional() @IsString() description: string | null = null;
  @IsNumber() price!: number;
  @IsArray() @ValidateNested({ each: true }) @Type(() => ImagedItem) items!: ImagedItem[];
}
class Author {
  @IsString() name!: string;
  @IsArray() @ValidateNested({ each: true }) @Type(() => NamedItem) items: NamedItem[] = [];
}

class Types {
  @IsUUID() id!: string;
  @IsDate() start!: Date;
  @IsDate() repeat_at!: Date;
}
class Aliased {
  @Expose({ name: 'item_name' }) @IsString() itemName!: string;
}

/** Body - Nested Models, Dataclasses, Extra Data Types, aliases. */
@Controller('/nested')
export class NestedModelsController {
  @Get('/offer', { responseModel: Offer })
  offer() {
    const image = { url: 'http://a.example/b.png', name: 'b', bytes: 17 };
    return {
      name: 'O',
      price: '3',
      items: [{ name: 'I', price: 1, images: [image], cost: 0.5 }],
      margin: 0.2,
    };
  }

  @Get('/offer/images', {
    responseModel: Offer,
    responseModelInclude: { name: true, items: { name: true, images: ['url'] } },
  })
  images() {
    return this.offer();
  }

  @Get('/offer/private', {
    responseModel: Offer,
    responseModelExclude: { price: true, items: { images: true, tags: true } },
  })
  private() {
    return this.offer();
  }

  @Get('/authors', { responseModel: [Author] })
  authors() {
    return [
      { name: 'Breaters', items: [{ name: 'Island In The Moon', description: 'A place to be' }] },
      { name: 'Augurs' },
    ];
  }

  @Get('/types', { responseModel: Types })
  types() {
    const start = new Date('2024-01-02T03:04:05Z');
    return {
      id: '3fa85f64-5717-4562-b3fc-2c963f66afa6',
      start,
      repeat_at: '2024-01-02T03:04:05+02:00',
      secret: 1,
    };
  }

  @Get('/aliases', { responseModel: [Aliased] })
  aliases() {
    return [{ itemName: 'Foo' }, Object.assign(new Aliased(), { itemName: 'Bar', item_name: 'Baz' })];
  }
}

/** Custom Response, Response Status Code, Additional Responses, Return a Response Directly, Change Status Code. */
@Controller('/custom')
export class CustomResponseController {
  @Get('/html', { responseClass: HTMLResponse })
  html() {
    return '<h1>Look ma! HTML!</h1>';
  }

  @Get('/text', { responseClass: PlainTextResponse })
  text() {
    return 'Hello World';
  }

  @Get('/redirect', { responseClass: RedirectResponse })
  redirect() {
    return 'https://fastapi.tiangolo.com';
  }

  @Get('/bypass', { responseModel: Item })
  bypass() {
    return new JSONResponse({ secret: 'as it is' });
  }

  @Get('/xml', { responseModel: Item })
  xml() {
    return new Response('<a/>', { mediaType: 'application/xml' });
  }

  @Post('/items', { statusCode: 201, responseModel: Item })
  created() {
    return { name: 'Foo', price: 1 };
  }

  @Put('/get-or-create/:id', { responseModel: nullable(String) })
  change(@Param('id') id: string, response: Response) {
    if (id !== 'foo') response.statusCode = 201;
    return id === 'null' ? null : id;
  }

  @Get('/items/:id', { responseModel: NamedItem })
  found(@Param('id') id: string) {
    if (id === 'foo') return { name: 'foo', description: 'there goes my hero' };
    return new JSONResponse({ message: 'Item not found' }, { statusCode: 404 });
  }

  @Get('/problem', { responseModel: Item, mediaType: 'application/problem+json' })
  problem() {
    return { name: 'Foo', price: 1, secret: 1 };
  }
}

/** Stream JSON Lines, Server-Sent Events. */
@Controller('/stream')
export class StreamController {
  @Get('/lines', { responseModel: NamedItem })
  *lines() {
    yield { name: 'a', description: 'b', secret: 1 };
    yield { name: 'c', description: 'd', secret: 2 };
  }

  @Get('/events', { responseModel: NamedItem, responseClass: EventSourceResponse })
  *events() {
    yield { name: 'a', description: 'b', secret: 1 };
    yield new ServerSentEvent({ data: { name: 'c', description: 'd', secret: 2 }, event: 'e', id: '1' });
    yield new ServerSentEvent({ rawData: '[DONE]' });
  }

  @Get('/numbers', { responseModel: 'integer' })
  async *numbers() {
    for (const number of ['1', 2n, 3]) yield await Promise.resolve(number);
  }

  @Get('/broken', { responseModel: NamedItem })
  *broken() {
    yield { name: 1, secret: 'x' };
  }
}

/** Models of a controller, which its routes share or leave. */
@Controller('/shared', { responseModel: Item, responseModelExcludeNone: true })
export class SharedModelController {
  static readonly ITEM = { name: 'Foo', price: 1, secret: 1 };

  @Get('/item') item() {
    return SharedModelController.ITEM;
  }
  @Get('/nulls', { responseModelExcludeNone: false }) nulls() {
    return SharedModelController.ITEM;
  }
  @Get('/list', { responseModel: [Item], responseModelExclude: ['tags'] }) list() {
    return [SharedModelController.ITEM];
  }
  @Get('/without', { responseModel: null }) without() {
    return SharedModelController.ITEM;
  }
  @Get('/html', { responseClass: HTMLResponse }) html() {
    return '<p>';
  }
  @Get('/gone', { statusCode: 204 }) gone() {
    return undefined;
  }
}
