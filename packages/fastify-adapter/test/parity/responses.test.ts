// Responses of FastAPI's documentation, with the status and the JSON that it gives; and of Pydantic's types what they become.
import {
  Controller,
  Get,
  Holds,
  nullable,
  record,
  union,
  type ModelSpec,
  type RouteOptions,
} from '@sluice/core';
import { sluice } from '@sluice/fastify-adapter';
import { Exclude, Expose, Transform, Type } from 'class-transformer';
import {
  Allow,
  IsArray,
  IsBoolean,
  IsDate,
  IsEnum,
  IsIn,
  IsInt,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import Fastify, { type InjectOptions } from 'fastify';

import {
  CustomResponseController,
  ExtraModelsController,
  Item,
  NestedModelsController,
  ResponseModelController,
  SharedModelController,
  StreamController,
} from './response-controllers.js';

enum Colour {
  Red = 'red',
  Blue = 'blue',
}
class Strict {
  @IsString() @MaxLength(3) name!: string;
  @IsInt() @Min(1) count!: number;
}
class Cat {
  @IsIn(['cat']) kind!: 'cat';
  @IsInt() lives!: number;
}
class Dog {
  @IsIn(['dog']) kind!: 'dog';
  @IsString() breed!: string;
}
class Cents {
  @IsInt() cents!: number;
}
class Euros {
  @IsNumber() euros!: number;
}
class Tree {
  @IsString() name!: string;
  @IsArray() @ValidateNested({ each: true }) @Type(() => Tree) children: Tree[] = [];
}
class Everything {
  @IsString() text!: string;
  @IsInt() whole!: number;
  @IsNumber() number!: number;
  @IsBoolean() flag!: boolean;
  @IsDate() at!: Date;
  @IsEnum(Colour) colour!: Colour;
  @IsObject() data!: object;
  @Allow() any: unknown;
  @Holds(() => BigInt) big!: bigint;
  @Holds(() => Buffer) bytes!: Buffer;
  @Holds(() => [[Number]]) matrix!: number[][];
  @Holds(() => nullable(Cents)) cents!: Cents | null;
  @Holds(() => record(union(Cat, Dog))) pets!: unknown;
}
class Private {
  @IsString() name!: string;
  @Exclude() @IsString() password!: string;
  @Exclude({ toPlainOnly: true }) @IsString() token!: string;
  @Expose({ groups: ['admin'] }) @IsString() note!: string;
  @Transform(({ value }: { value: number }) => value / 100, { toPlainOnly: true }) @IsNumber() price!: number;
  @Expose() @IsString() get shout(): string {
    return this.name.toUpperCase();
  }
}
class Optional {
  @IsOptional() @IsString() a?: string;
  @IsOptional() @IsString() b: string | null = null;
  @IsOptional() @IsInt() c = 3;
}
class Holder {
  @ValidateNested() @Type(() => Optional) one!: Optional;
  @IsOptional() @ValidateNested() @Type(() => Optional) two: Optional | null = null;
}

const date = new Date('2024-02-29T12:00:00Z');
const iso = '2024-02-29T12:00:00.000Z';
const dog = { kind: 'dog', breed: 'pug', lives: 1, secret: 's' };
const whole = {
  text: 'a',
  whole: '1',
  number: '1.5',
  flag: 'yes',
  at: iso,
  colour: 'red',
  data: { a: [1] },
  any: [null],
};
const rest = {
  big: 5n,
  bytes: Buffer.from('hi'),
  matrix: [[1], []],
  cents: null,
  pets: new Map([['rex', dog]]),
};
const account = { name: 'a', password: 'p', token: 't', note: 'n', price: 150, other: 1 };
const UNFIT = 'unfit';

/** What a route declares and returns, and what is sent; `unfit` is a 500. */
const MODELS: readonly [
  name: string,
  model: ModelSpec,
  value: unknown,
  sent: unknown,
  options?: RouteOptions,
][] = [
  // Types: what Pydantic converts, and what it does not
  ['text', String, 'a', 'a'],
  ['text of a number', String, 1, UNFIT],
  ['null for text', String, null, UNFIT],
  ['a float', Number, 1.5, 1.5],
  ['a float of text', Number, '1.5', 1.5],
  ['a float of words', Number, 'one', UNFIT],
  ['a float that is none', Number, NaN, UNFIT],
  ['an infinite float', Number, Infinity, UNFIT],
  ['an integer', 'integer', 3, 3],
  ['an integer of text', 'integer', '3', 3],
  ['an integer of a whole float', 'integer', 3.0, 3],
  ['an integer of a fraction', 'integer', 3.5, UNFIT],
  ['an integer of bool text', 'integer', 'true', UNFIT],
  ['a boolean', Boolean, true, true],
  ['a boolean of a word', Boolean, 'off', false],
  ['a boolean of 1', Boolean, 1, true],
  ['a boolean of 2', Boolean, 2, UNFIT],
  ['a datetime', Date, date, iso],
  ['a datetime of text', Date, iso, iso],
  ['a datetime of words', Date, 'today', UNFIT],
  ['an enum', Colour, 'blue', 'blue'],
  ['an enum of another value', Colour, 'green', UNFIT],
  ['a large integer', BigInt, 9007199254740991n, 9007199254740991],
  ['bytes', Buffer, Buffer.from('hello'), 'aGVsbG8='],
  ['a dict', Object, { a: 1, b: [date] }, { a: 1, b: [iso] }],
  ['a list for a dict', Object, [], UNFIT],
  // Lists, dicts, null
  ['list[int]', ['integer'], [1, '2'], [1, 2]],
  ['list[int] of a set', ['integer'], new Set([1, 2]), [1, 2]],
  ['list[int] with a word', ['integer'], [1, 'two'], UNFIT],
  ['list[list[float]]', [[Number]], [[1.5], []], [[1.5], []]],
  ['list[str | None]', [nullable(String)], ['a', null], ['a', null]],
  ['dict[str, int]', record('integer'), { a: 1, b: '2' }, { a: 1, b: 2 }],
  ['dict[str, int] with a word', record('integer'), { a: 'b' }, UNFIT],
  ['dict[str, Item]', record(Cents), { a: { cents: 1, secret: 1 } }, { a: { cents: 1 } }],
  [
    'dict[str, list[Item]]',
    record([Cents]),
    new Map([['a', [{ cents: 1, secret: 1 }]]]),
    { a: [{ cents: 1 }] },
  ],
  ['Item | None of null', nullable(Cents), null, null],
  ['Item | None of an item', nullable(Cents), { cents: '1', secret: 1 }, { cents: 1 }],
  ['an item of null', Cents, null, UNFIT],
  ['an item of a list', Cents, [{ cents: 1 }], UNFIT],
  ['a list of an item', [Cents], { cents: 1 }, UNFIT],
  // Unions
  ['a union by discriminator', union(Cat, Dog), dog, { kind: 'dog', breed: 'pug' }],
  ['a union with an unknown tag', union(Cat, Dog), { kind: 'fish' }, UNFIT],
  ['a union by its fields', union(Cents, Euros), { euros: 1.5, secret: 1 }, { euros: 1.5 }],
  ['int | str of text of digits', union('integer', String), '1', '1'],
  ['int | str of an integer', union('integer', String), 1, 1],
  ['int | float', [union('integer', Number)], [1, 1.5], [1, 1.5]],
  [
    'a list of a union',
    [union(Cat, Dog)],
    [dog, { kind: 'cat', lives: '9' }],
    [
      { kind: 'dog', breed: 'pug' },
      { kind: 'cat', lives: 9 },
    ],
  ],
  ['Union | None', nullable(union(Cat, Dog)), null, null],
  // Fields
  ['constraints that hold', Strict, { name: 'abc', count: 1 }, { name: 'abc', count: 1 }],
  ['a text too long', Strict, { name: 'abcd', count: 1 }, UNFIT],
  ['a number too small', Strict, { name: 'abc', count: 0 }, UNFIT],
  ['a missing field', Strict, { name: 'abc' }, UNFIT],
  [
    'all types of fields',
    Everything,
    { ...whole, ...rest, secret: 1 },
    {
      ...whole,
      ...rest,
      whole: 1,
      number: 1.5,
      flag: true,
      big: 5,
      bytes: 'aGk=',
      pets: { rex: { kind: 'dog', breed: 'pug' } },
    },
  ],
  [
    'a model in itself',
    Tree,
    { name: 'a', children: [{ name: 'b', secret: 1 }] },
    { name: 'a', children: [{ name: 'b', children: [] }] },
  ],
  ['private and computed fields', Private, account, { name: 'a', price: 1.5, shout: 'A' }],
  [
    'fields of a group',
    Private,
    account,
    { name: 'a', note: 'n', price: 1.5, shout: 'A' },
    { responseModelGroups: ['admin'] },
  ],
  ['an instance', Private, Object.assign(new Private(), account), { name: 'a', price: 1.5, shout: 'A' }],
  // exclude_unset, exclude_defaults, exclude_none
  ['optional fields', Optional, {}, { b: null, c: 3 }],
  ['optional fields that are set', Optional, { a: 'x', b: 'y', c: 4 }, { a: 'x', b: 'y', c: 4 }],
  ['exclude_unset of nothing set', Optional, {}, {}, { responseModelExcludeUnset: true }],
  [
    'exclude_unset of defaults set',
    Optional,
    { b: null, c: 3 },
    { b: null, c: 3 },
    { responseModelExcludeUnset: true },
  ],
  [
    'exclude_defaults of defaults set',
    Optional,
    { b: null, c: 3 },
    {},
    { responseModelExcludeDefaults: true },
  ],
  [
    'exclude_defaults of others',
    Optional,
    { b: 'x', c: 4 },
    { b: 'x', c: 4 },
    { responseModelExcludeDefaults: true },
  ],
  ['exclude_none', Optional, { a: null, b: null }, { c: 3 }, { responseModelExcludeNone: true }],
  [
    'exclude_none in a field',
    Holder,
    { one: { b: null } },
    { one: { c: 3 } },
    { responseModelExcludeNone: true },
  ],
  [
    'exclude_unset in a field',
    Holder,
    { one: { c: 3 } },
    { one: { c: 3 } },
    { responseModelExcludeUnset: true },
  ],
  ['exclude_unset in a list', [Holder], [{ one: {} }], [{ one: {} }], { responseModelExcludeUnset: true }],
  [
    'exclude_defaults in a field',
    Holder,
    { one: { b: null, c: 4 }, two: null },
    { one: { c: 4 } },
    { responseModelExcludeDefaults: true },
  ],
  // response_model_include, response_model_exclude
  ['include', Optional, { a: 'x' }, { a: 'x', c: 3 }, { responseModelInclude: ['a', 'c'] }],
  [
    'include of a field',
    Holder,
    { one: { a: 'x' } },
    { one: { a: 'x' } },
    { responseModelInclude: { one: ['a'] } },
  ],
  [
    'exclude of a field',
    Holder,
    { one: { a: 'x' } },
    { one: { a: 'x' } },
    { responseModelExclude: { one: { b: true, c: true }, two: true } },
  ],
  [
    'include and exclude',
    Optional,
    { a: 'x' },
    { c: 3 },
    { responseModelInclude: ['a', 'c'], responseModelExclude: ['a'] },
  ],
];

class Table {}
Controller('/table')(Table);
for (const [index, [, responseModel, value, , options]] of MODELS.entries()) {
  const name = `row${String(index)}`;
  Object.defineProperty(Table.prototype, name, { value: () => value });
  Get(`/${name}`, { ...options, responseModel })(Table.prototype, name);
}

const app = Fastify();

beforeAll(async () => {
  await app.register(sluice, {
    controllers: [
      ResponseModelController,
      ExtraModelsController,
      NestedModelsController,
      CustomResponseController,
      StreamController,
      SharedModelController,
      Table,
    ],
  });
});
afterAll(() => app.close());

const get = (url: string): InjectOptions => ({ method: 'GET', url });
const post = (url: string, payload: object): InjectOptions => ({ method: 'POST', url, payload });
const put = (url: string): InjectOptions => ({ method: 'PUT', url });
const portal = { name: 'Portal Gun', description: null, price: 42, tax: null, tags: [] };
const user = { username: 'johndoe', email: 'john@example.com', password: 'secret' };
const userOut = { username: 'johndoe', email: 'john@example.com', full_name: null };
const bar = { name: 'Bar', description: 'The bartenders', price: 62, tax: 20.2 };
const baz = { name: 'Baz', description: null, price: 50.2, tax: 10.5, tags: [] };
const cost = { description: null, tax: null, tags: [] };

/** A request, with the status and the JSON, or the text, of its response. */
const REQUESTS: readonly [request: InjectOptions, status: number, sent: unknown][] = [
  // Response Model
  [post('/model/items', { name: 'Foo', price: 1, more: 1 }), 200, { ...cost, name: 'Foo', price: 1 }],
  [get('/model/items'), 200, [portal, { ...portal, name: 'Plumbus', price: 32 }]],
  [post('/model/user', user), 200, userOut],
  [get('/model/portal'), 200, { message: "Here's your interdimensional portal." }],
  [get('/model/portal?teleport=true'), 307, ''],
  [get('/model/unset/foo'), 200, { name: 'Foo', price: 50.2 }],
  [get('/model/unset/bar'), 200, bar],
  [get('/model/unset/baz'), 200, baz],
  [get('/model/defaults/foo'), 200, { name: 'Foo', price: 50.2 }],
  [get('/model/defaults/bar'), 200, bar],
  [get('/model/defaults/baz'), 200, { name: 'Baz', price: 50.2 }],
  [get('/model/none/foo'), 200, { name: 'Foo', price: 50.2, tax: 10.5, tags: [] }],
  [get('/model/none/baz'), 200, { name: 'Baz', price: 50.2, tax: 10.5, tags: [] }],
  [get('/model/items/foo/name'), 200, { name: 'Foo', description: null }],
  [get('/model/items/bar/name'), 200, { name: 'Bar', description: 'The bartenders' }],
  [get('/model/items/bar/public'), 200, { name: 'Bar', description: 'The bartenders', price: 62, tags: [] }],
  [get('/model/unset/none'), 500, { detail: 'Internal Server Error' }],
  // Extra Models
  [post('/extra/user', user), 200, userOut],
  [get('/extra/items/item1'), 200, ExtraModelsController.ITEMS.item1],
  [get('/extra/items/item2'), 200, ExtraModelsController.ITEMS.item2],
  [
    get('/extra/items'),
    200,
    [
      { name: 'Foo', description: 'There comes my hero' },
      { name: 'Red', description: "It's my aeroplane" },
    ],
  ],
  [get('/extra/keyword-weights'), 200, { foo: 2.3, bar: 3.4 }],
  // Nested Models
  [
    get('/nested/offer'),
    200,
    {
      name: 'O',
      description: null,
      price: 3,
      items: [{ ...cost, name: 'I', price: 1, images: [{ url: 'http://a.example/b.png', name: 'b' }] }],
    },
  ],
  [
    get('/nested/offer/images'),
    200,
    { name: 'O', items: [{ name: 'I', images: [{ url: 'http://a.example/b.png' }] }] },
  ],
  [
    get('/nested/offer/private'),
    200,
    { name: 'O', description: null, items: [{ name: 'I', description: null, price: 1, tax: null }] },
  ],
  [
    get('/nested/authors'),
    200,
    [
      { name: 'Breaters', items: [{ name: 'Island In The Moon', description: 'A place to be' }] },
      { name: 'Augurs', items: [] },
    ],
  ],
  [
    get('/nested/types'),
    200,
    {
      id: '3fa85f64-5717-4562-b3fc-2c963f66afa6',
      start: '2024-01-02T03:04:05.000Z',
      repeat_at: '2024-01-02T01:04:05.000Z',
    },
  ],
  [get('/nested/aliases'), 200, [{ item_name: 'Foo' }, { item_name: 'Bar' }]],
  // Custom Response, Status Code
  [get('/custom/html'), 200, '<h1>Look ma! HTML!</h1>'],
  [get('/custom/text'), 200, 'Hello World'],
  [get('/custom/redirect'), 307, ''],
  [get('/custom/bypass'), 200, { secret: 'as it is' }],
  [get('/custom/xml'), 200, '<a/>'],
  [post('/custom/items', {}), 201, { ...cost, name: 'Foo', price: 1 }],
  [put('/custom/get-or-create/foo'), 200, 'foo'],
  [put('/custom/get-or-create/bar'), 201, 'bar'],
  [put('/custom/get-or-create/null'), 201, null],
  [get('/custom/items/foo'), 200, { name: 'foo', description: 'there goes my hero' }],
  [get('/custom/items/bar'), 404, { message: 'Item not found' }],
  [get('/custom/problem'), 200, { ...cost, name: 'Foo', price: 1 }],
  // Streams
  [get('/stream/lines'), 200, '{"name":"a","description":"b"}\n{"name":"c","description":"d"}\n'],
  [
    get('/stream/events'),
    200,
    'data: {"name":"a","description":"b"}\n\nevent: e\ndata: {"name":"c","description":"d"}\nid: 1\n\ndata: [DONE]\n\n',
  ],
  [get('/stream/numbers'), 200, '1\n2\n3\n'],
  [get('/stream/broken'), 500, { detail: 'Internal Server Error' }],
  // A controller's model
  [get('/shared/item'), 200, { name: 'Foo', price: 1, tags: [] }],
  [get('/shared/nulls'), 200, { ...cost, name: 'Foo', price: 1 }],
  [get('/shared/list'), 200, [{ name: 'Foo', price: 1 }]],
  [get('/shared/without'), 200, SharedModelController.ITEM],
  [get('/shared/html'), 200, '<p>'],
  [get('/shared/gone'), 204, ''],
];

test('the table is not smaller than it was', () => {
  expect(MODELS.length + REQUESTS.length).toBeGreaterThanOrEqual(120);
  expect(new Item().tags).toEqual([]);
});

test.each(MODELS.map(([name, , , sent], index) => [name, `/table/row${String(index)}`, sent] as const))(
  '%s',
  async (_name, url, sent) => {
    const response = await app.inject(url);
    const expected = sent === UNFIT ? [500, { detail: 'Internal Server Error' }] : [200, toJson(sent)];
    expect([response.statusCode, response.json()]).toEqual(expected);
  },
);

test.each(
  REQUESTS.map(
    ([request, ...answer]) =>
      [`${String(request.method)} ${JSON.stringify(request.url)}`, request, ...answer] as const,
  ),
)('%s', async (_name, request, status, sent) => {
  const response = await app.inject(request);
  const isJson = /[/+]json\b/.test(String(response.headers['content-type']));
  expect([response.statusCode, isJson ? response.json<unknown>() : response.body]).toEqual([status, sent]);
});

function toJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
