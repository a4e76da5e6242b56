// The examples of FastAPI's documentation that read requests, under the headings that they have there.
import {
  Body,
  Controller,
  Cookie,
  dependency,
  Depends,
  Get,
  Header,
  HTTPException,
  nullable,
  Param,
  Post,
  Put,
  Query,
  record,
  union,
} from '@sluice/core';
import { Expose, Type } from 'class-transformer';
import {
  Allow,
  IsArray,
  IsBoolean,
  IsDate,
  IsEmail,
  IsIn,
  IsInt,
  IsNumber,
  IsOptional,
  IsPositive,
  IsString,
  IsUrl,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';

enum ModelName {
  Alexnet = 'alexnet',
  Resnet = 'resnet',
  Lenet = 'lenet',
}

/** Path Parameters, and Path Parameters and Numeric Validations. */
@Controller('/path')
export class PathController {
  @Get('/items/:item_id')
  item(@Param('item_id', { type: 'integer' }) itemId: number) {
    return { item_id: itemId };
  }

  @Get('/models/:model_name')
  model(@Param('model_name', { type: ModelName }) modelName: ModelName) {
    return {
      model_name: modelName,
      message: modelName === ModelName.Alexnet ? 'Deep Learning FTW!' : 'Other',
    };
  }

  @Get('/files/*')
  file(@Param('*') path: string) {
    return { file_path: path };
  }

  @Get('/ranged/:item_id')
  ranged(
    @Param('item_id', { type: 'integer', exclusiveMin: 0, max: 1000 }) itemId: number,
    @Query('q') q: string,
    @Query('size', { exclusiveMin: 0, exclusiveMax: 10.5, optional: true }) size?: number,
  ) {
    return { item_id: itemId, q, size };
  }

  @Get('/uuid/:item_id')
  uuid(@Param('item_id', { pattern: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i }) itemId: string) {
    return { item_id: itemId };
  }
}

/** Query Parameters, and Query Parameters and String Validations. */
@Controller('/query')
export class QueryController {
  @Get('/paged')
  paged(
    @Query('skip', { type: 'integer', default: 0 }) skip: number,
    @Query('limit', { type: 'integer', default: 10 }) limit: number,
  ) {
    return { skip, limit };
  }

  @Get('/short/:item_id')
  short(
    @Param('item_id') itemId: string,
    @Query('q', { type: String, optional: true }) q: string | undefined,
    @Query('short', { type: Boolean, default: false }) short: boolean,
  ) {
    return { item_id: itemId, q, short };
  }

  @Get('/needy/:item_id')
  needy(
    @Param('item_id') itemId: string,
    @Query('needy') needy: string,
    @Query('skip', { type: 'integer', default: 0 }) skip: number,
    @Query('limit', { type: 'integer', optional: true }) limit?: number,
  ) {
    return { item_id: itemId, needy, skip, limit: limit ?? null };
  }

  @Get('/text')
  text(
    @Query('item-query', { minLength: 3, maxLength: 50, pattern: '^fixedquery$', optional: true }) q?: string,
  ) {
    return { q: q ?? null };
  }

  @Get('/lengths')
  lengths(@Query('q', { minLength: 3, maxLength: 50 }) q: string) {
    return { q };
  }

  @Get('/list')
  list(@Query('q', { type: [String], default: ['foo', 'bar'] }) q: string[]) {
    return { q };
  }

  @Get('/numbers')
  numbers(@Query('n', { type: ['integer'], minItems: 1, maxItems: 2 }) n: number[]) {
    return { n };
  }

  @Get('/when')
  when(@Query('at') at: Date) {
    return { at };
  }
}

class Item {
  @IsString() name!: string;
  @IsOptional() @IsString() description?: string;
  @IsNumber() price!: number;
  @IsOptional() @IsNumber() tax?: number;
}

class User {
  @IsString() username!: string;
  @IsOptional() @IsString() full_name?: string;
}

class LimitedItem {
  @IsString() name!: string;
  @IsOptional() @MaxLength(300) description?: string;
  @IsNumber() @IsPositive() price!: number;
  @IsOptional() @IsNumber() tax?: number;
}

class Image {
  @IsUrl() url!: string;
  @IsString() name!: string;
}

class NestedItem extends Item {
  @IsArray() @IsString({ each: true }) tags: string[] = [];
  @IsOptional() @ValidateNested() @Type(() => Image) image?: Image;
  @IsOptional() @IsArray() @ValidateNested({ each: true }) @Type(() => Image) images?: Image[];
}

class Offer {
  @IsString() name!: string;
  @IsNumber() price!: number;
  @IsArray() @ValidateNested({ each: true }) @Type(() => NestedItem) items!: NestedItem[];
}

class Sized {
  @IsString() title!: string;
  @IsInt() size!: number;
}

class Account {
  @IsString() username!: string;
  @IsString() password!: string;
  @IsEmail() email!: string;
}

class Span {
  @IsDate() start_datetime!: Date;
  @IsOptional() @IsDate() end_datetime?: Date;
}

abstract class Pet {
  @IsString() pet_type!: string;
}
class Cat extends Pet {
  @IsInt() lives!: number;
}
class Dog extends Pet {
  @IsNumber() barks!: number;
}
class Owner {
  @ValidateNested()
  @Type(() => Pet, {
    discriminator: {
      property: 'pet_type',
      subTypes: [
        { name: 'cat', value: Cat },
        { name: 'dog', value: Dog },
      ],
    },
    keepDiscriminatorProperty: true,
  })
  pet!: Cat | Dog;

  @IsInt() n!: number;
}

class CarItem {
  @IsString() description!: string;
  @IsIn(['car']) type = 'car';
}
class PlaneItem {
  @IsString() description!: string;
  @IsIn(['plane']) type = 'plane';
  @IsInt() size!: number;
}
class Vehicle {
  @IsString() description!: string;
}
class Truck extends Vehicle {
  @IsInt() load!: number;
}

/** Request Body, Multiple Parameters, Fields, Nested Models, Extra Data Types, and Handling Errors. */
@Controller('/body')
export class BodyController {
  @Post('/items')
  create(@Body() item: Item) {
    return item;
  }

  @Put('/items/:item_id')
  update(
    @Param('item_id', { type: 'integer', min: 0, max: 1000 }) itemId: number,
    @Body({ optional: true }) item?: Item,
    @Query('q', { optional: true }) q?: string,
  ) {
    return { item_id: itemId, q, item };
  }

  @Put('/multiple/:item_id')
  multiple(
    @Param('item_id', { type: 'integer' }) itemId: number,
    @Body('item') item: Item,
    @Body('user') user: User,
    @Body('importance', { type: 'integer', exclusiveMin: 0 }) importance: number,
  ) {
    return { item_id: itemId, item, user, importance };
  }

  @Put('/embedded')
  embedded(@Body('item') item: LimitedItem) {
    return { item };
  }

  @Put('/nested')
  nested(@Body() item: NestedItem) {
    return item;
  }

  @Post('/offers')
  offer(@Body() offer: Offer) {
    return offer;
  }

  @Post('/images')
  images(@Body([Image]) images: Image[]) {
    return images;
  }

  @Post('/sized')
  sized(@Body() item: Sized) {
    return item;
  }

  @Post('/accounts')
  account(@Body() account: Account) {
    return { username: account.username };
  }

  @Put('/span')
  span(@Body() span: Span) {
    return span;
  }

  @Post('/owner')
  owner(@Body() owner: Owner) {
    return owner;
  }

  @Post('/strict')
  strict(@Body({ extra: 'forbid' }) item: Item) {
    return item;
  }

  @Post('/vehicles')
  vehicle(@Body(union(PlaneItem, CarItem)) item: PlaneItem | CarItem) {
    return { class: item.constructor.name, item };
  }

  @Post('/trucks')
  truck(@Body(union(Vehicle, Truck)) item: Vehicle | Truck) {
    return { class: item.constructor.name, item };
  }

  @Post('/fleet')
  fleet(@Body([union(PlaneItem, CarItem)]) items: (PlaneItem | CarItem)[]) {
    return items;
  }

  @Post('/index-weights')
  weights(@Body(record(Number)) weights: Record<string, number>) {
    return weights;
  }

  @Post('/word')
  word(@Body('value', { type: union('integer', String) }) value: number | string) {
    return { value };
  }

  @Post('/null')
  nothing(@Body(nullable(Item)) item: Item | null) {
    return { item };
  }

  @Post('/any')
  any(@Body(Object) value: object) {
    return value;
  }
}

class FilterParams {
  @IsInt() @Min(1) @Max(100) limit = 100;
  @IsInt() @Min(0) offset = 0;
  @IsIn(['created_at', 'updated_at']) order_by = 'created_at';
  @IsArray() @IsString({ each: true }) tags: string[] = [];
}

class Cookies {
  @IsString() session_id!: string;
  @IsOptional() @IsString() fatebook_tracker?: string;
  @IsOptional() @IsString() googall_tracker?: string;
}

class CommonHeaders {
  @IsString() host!: string;
  @IsBoolean() saveData!: boolean;
  @IsOptional() @IsString() ifModifiedSince?: string;
  @IsArray() @IsString({ each: true }) xTag: string[] = [];
  @IsOptional() @IsString() @Expose({ name: 'traceparent' }) trace?: string;
}

/** Query, Cookie and Header Parameter Models; Cookie and Header Parameters. */
@Controller('/models')
export class ModelsController {
  @Get('/query')
  query(@Query() filter: FilterParams) {
    return filter;
  }

  @Get('/strict')
  strict(@Query({ extra: 'forbid' }) filter: FilterParams) {
    return filter;
  }

  @Get('/cookies')
  cookies(@Cookie() cookies: Cookies) {
    return cookies;
  }

  @Get('/strict-cookies')
  strictCookies(@Cookie({ extra: 'forbid' }) cookies: Cookies) {
    return cookies;
  }

  @Get('/headers')
  headers(@Header() headers: CommonHeaders) {
    return Object.assign(headers, { host: undefined });
  }

  @Get('/one-cookie')
  cookie(@Cookie('ads_id', { optional: true }) adsId?: string) {
    return { ads_id: adsId ?? null };
  }

  @Get('/one-header')
  header(@Header('x-token', { type: [String], optional: true }) tokens?: string[]) {
    return { 'X-Token values': tokens ?? null };
  }
}

class Loose {
  @Allow() anything: unknown;
}

const verifyToken = dependency({ token: Header('x-token') }, ({ token }) => {
  if (token !== 'fake-super-secret-token') throw new HTTPException(400, 'X-Token header invalid');
});
const verifyKey = dependency({ key: Header('x-key') }, ({ key }) => {
  if (key !== 'fake-super-secret-key') throw new HTTPException(400, 'X-Key header invalid');
  return key;
});
const commons = dependency(
  {
    q: Query('q', { optional: true }),
    skip: Query('skip', { type: 'integer', default: 0 }),
    limit: Query('limit', { type: 'integer', default: 100 }),
  },
  (read) => read,
);

/** Dependencies. */
@Controller('/dependencies')
export class DependenciesController {
  @Get('/items', { dependencies: [verifyToken, verifyKey] })
  items() {
    return [{ item: 'Foo' }, { item: 'Bar' }];
  }

  @Get('/commons')
  read(@Depends(commons) read: unknown) {
    return read;
  }

  @Post('/loose')
  loose(@Body() value: Loose, @Depends(commons) read: unknown) {
    return { value, read };
  }
}
