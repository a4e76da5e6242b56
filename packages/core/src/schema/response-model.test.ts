import { Readable } from 'node:stream';

import 'reflect-metadata';
import { Exclude, Expose, Transform, Type } from 'class-transformer';
import {
  Allow,
  Equals,
  IsArray,
  IsBoolean,
  IsDate,
  IsDateString,
  IsIn,
  IsInt,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Min,
  MinDate,
  ValidateIf,
  ValidateNested,
} from 'class-validator';

import { Holds } from '../decorators/holds.js';
import { nullable, record, union, type ModelSpec } from '../metadata/model-spec.js';
import { compileResponseModel, type ResponseModel, type ResponseModelOptions } from './response-model.js';

const DEFAULTS: Omit<ResponseModelOptions, 'spec'> = {
  include: undefined,
  exclude: undefined,
  excludeNone: false,
  excludeUnset: false,
  excludeDefaults: false,
  groups: [],
  check: true,
};

function compile(spec: ModelSpec, options: Partial<ResponseModelOptions> = {}): ResponseModel {
  const compiled = compileResponseModel({ ...DEFAULTS, ...options, spec });
  if ('faults' in compiled) throw new Error(JSON.stringify(compiled.faults));
  return compiled.model;
}

/** The text of a value by a model, which the compiled serializer and JSON.stringify write alike. */
function send(spec: ModelSpec, value: unknown, options: Partial<ResponseModelOptions> = {}): string {
  const model = compile(spec, options);
  const projected = model.project(value);
  const text = model.serialize(projected);
  // No more what was projected last: JSON.stringify writes it.
  expect(JSON.parse(model.serialize(projected))).toEqual(JSON.parse(text));
  return text;
}

enum Colour {
  Red = 'red',
  Blue = 'blue',
}
enum Size {
  Small = 1,
  Large = 2,
}
class Tag {
  @IsString() label!: string;
}
class Item {
  @IsString() name!: string;
  @IsOptional() @IsNumber() price?: number;
  @IsOptional() @ValidateNested() @Type(() => Tag) tag?: Tag;
  @IsOptional() @ValidateNested({ each: true }) @Type(() => Tag) tags?: Tag[];
  @IsOptional() @IsObject() extra?: object;
  @IsOptional() untyped?: unknown;
  @IsOptional() @IsDate() made?: Date;
  secret?: string;
}
class Priced extends Item {
  @IsString() currency!: string;
}
class Node {
  @IsInt() id!: number;
  @IsOptional() @ValidateNested() @Type(() => Node) next?: Node;
  @IsOptional() @ValidateNested({ each: true }) @Type(() => Node) children?: Node[];
}
class Cat {
  @IsIn(['cat']) kind = 'cat';
  @IsBoolean() indoor!: boolean;
}
class Dog {
  @Equals('dog') kind = 'dog';
  @IsString() breed!: string;
}
class Point {
  @IsNumber() x!: number;
  @IsNumber() y!: number;
}
class Space extends Point {
  @IsNumber() z!: number;
}

describe('what is sent of a value', () => {
  const date = new Date('2024-02-29T12:00:00Z');
  const iso = '2024-02-29T12:00:00.000Z';
  test.each<[string, ModelSpec, unknown, unknown]>([
    // Scalars
    ['text', String, 'a', 'a'],
    ['text with quotes, a line separator and half a character', String, '"\u2028\ud800', '"\u2028\ud800'],
    ['a String object', String, new String('a'), 'a'],
    ['a URL as text', String, new URL('http://a.example/b'), 'http://a.example/b'],
    ['a number', Number, 3.5, 3.5],
    ['text of a number', Number, '3.5', 3.5],
    ['a number that brings its own JSON', Number, { toJSON: () => '3.5' }, 3.5],
    ['an integer', 'integer', 3, 3],
    ['text of an integer', 'integer', '3', 3],
    ['a bigint of an integer', 'integer', 3n, 3],
    ['a boolean', Boolean, false, false],
    ['a word for a boolean', Boolean, 'yes', true],
    ['a date', Date, date, iso],
    ['ISO text of a date', Date, '2024-02-29', '2024-02-29T00:00:00.000Z'],
    ['a bigint', BigInt, 7n, 7],
    ['text of a bigint', BigInt, '7', 7],
    ['bytes', Buffer, Buffer.from('abc'), 'YWJj'],
    ['a view of bytes', Buffer, new Uint8Array([97, 98, 99, 100]).subarray(1, 3), 'YmM='],
    ['a value of an enum', Colour, 'red', 'red'],
    ['a number of an enum', Size, 2, 2],
    ['text of a number of an enum', Size, '2', 2],
    ['any object', Object, { a: [1, { b: null }] }, { a: [1, { b: null }] }],
    ['a Map as any object', Object, new Map([['a', new Set([1])]]), { a: [1] }],
    // Lists, records, null
    ['a list', ['integer'], [1, '2'], [1, 2]],
    ['a Set', [String], new Set(['a', 'b']), ['a', 'b']],
    ['an empty list', [Item], [], []],
    ['a list of lists', [[Number]], [[1], []], [[1], []]],
    ['a record', record(Number), { a: 1, b: '2', c: undefined }, { a: 1, b: 2 }],
    ['a Map of a record', record(Point), new Map([['a', { x: 1, y: 2, z: 3 }]]), { a: { x: 1, y: 2 } }],
    ['a Map with keys of numbers', record(String), new Map([[1, 'a']]), { 1: 'a' }],
    ['null', nullable(Item), null, null],
    ['nothing where null may be', nullable(Item), undefined, null],
    ['holes as null', [nullable(Number)], Object.assign([], { length: 2 }), [null, null]],
    [
      'nested types',
      record([nullable(Point)]),
      { a: [null, { x: 1, y: 2, z: 3 }] },
      { a: [null, { x: 1, y: 2 }] },
    ],
    // Models
    ['the fields that a model names', Item, { name: 'a', secret: 'x', admin: true }, { name: 'a' }],
    ['null of an optional field', Item, { name: 'a', price: null }, { name: 'a', price: null }],
    ['nothing of what is undefined', Item, { name: 'a', price: undefined }, { name: 'a' }],
    [
      'fields of nested models',
      Item,
      { name: 'a', tag: { label: 'x', secret: 1 } },
      { name: 'a', tag: { label: 'x' } },
    ],
    [
      'models in a list',
      Item,
      { name: 'a', tags: [{ label: 'x', secret: 1 }] },
      { name: 'a', tags: [{ label: 'x' }] },
    ],
    [
      'any object that is declared so',
      Item,
      { name: 'a', extra: { a: { b: 1 } } },
      { name: 'a', extra: { a: { b: 1 } } },
    ],
    ['dates', Item, { name: 'a', made: date }, { name: 'a', made: iso }],
    [
      'lists of no type',
      Item,
      { name: 'a', untyped: [1, 'a', [null, date]] },
      { name: 'a', untyped: [1, 'a', [null, iso]] },
    ],
    ['fields of a base', Priced, { name: 'a', currency: 'EUR', secret: 'x' }, { name: 'a', currency: 'EUR' }],
    [
      'no more of a derived class',
      Item,
      Object.assign(new Priced(), { name: 'a', currency: 'EUR' }),
      { name: 'a' },
    ],
    [
      'an object without a prototype',
      Point,
      Object.assign(Object.create(null) as object, { x: 1, y: 2, z: 3 }),
      { x: 1, y: 2 },
    ],
    ['a frozen object', Point, Object.freeze({ x: 1, y: 2, z: 3 }), { x: 1, y: 2 }],
    [
      'an object behind a Proxy',
      Point,
      new Proxy({}, { get: (_target, key) => (key === 'x' ? 1 : 2) }),
      { x: 1, y: 2 },
    ],
    ['what a prototype has', Point, Object.create({ x: 1, y: 2 }), { x: 1, y: 2 }],
    [
      'an object with toJSON, by its fields',
      Point,
      { x: 1, y: 2, toJSON: () => ({ secret: 1 }) },
      { x: 1, y: 2 },
    ],
    ['an own __proto__', Object, JSON.parse('{"__proto__":{"a":1}}'), JSON.parse('{"__proto__":{"a":1}}')],
    // Unions
    [
      'a member of a union by its discriminator',
      union(Cat, Dog),
      { kind: 'dog', breed: 'pug', indoor: true },
      { kind: 'dog', breed: 'pug' },
    ],
    [
      'a member of a union by its class',
      union(Point, Space),
      Object.assign(new Space(), { x: 1, y: 2, z: 3 }),
      { x: 1, y: 2, z: 3 },
    ],
    [
      'the member with the most fields',
      union(Point, Space),
      { x: 1, y: 2, z: 3, w: 4 },
      { x: 1, y: 2, z: 3 },
    ],
    ['the member that fits', union(Space, Point), { x: 1, y: 2 }, { x: 1, y: 2 }],
    ['the type of a value without conversion', union(Number, String), '1', '1'],
    ['a type by conversion', union(Number, Point), '1', 1],
    ['a date and not text', union(String, Date), date, iso],
    ['null of a union', union(Number, nullable(String)), null, null],
    [
      'one of a list of several',
      [union(Cat, Dog)],
      [
        { kind: 'cat', indoor: 'on' },
        { kind: 'dog', breed: 'b' },
      ],
      [
        { kind: 'cat', indoor: true },
        { kind: 'dog', breed: 'b' },
      ],
    ],
  ])('%s', (_name, spec, value, sent) => {
    expect(JSON.parse(send(spec, value))).toEqual(sent);
  });

  test('digits of an integer that no double holds, wherever it is', () => {
    const large = 12345678901234567890n;
    expect(send(BigInt, large)).toBe('12345678901234567890');
    expect(send([union(BigInt, String)], [large, '1'])).toBe('[12345678901234567890,"1"]');
    expect(send(Object, { a: large, b: 'x' })).toBe('{"a":12345678901234567890,"b":"x"}');
  });

  test('does not change the value', () => {
    const value = { name: 'a', secret: 'x', tag: { label: 'l', secret: 1 } };
    send(Item, value);
    expect(value).toEqual({ name: 'a', secret: 'x', tag: { label: 'l', secret: 1 } });
  });

  test('a list of 100,000', () => {
    const items = Array.from({ length: 100_000 }, (_, x) => ({ x, y: 0, secret: 's' }));
    const model = compile([Point]);
    const text = model.serialize(model.project(items));
    expect(text === JSON.stringify(items.map(({ x, y }) => ({ x, y })))).toBe(true);
  });
});

describe('what does not fit', () => {
  const circle: Record<string, unknown> = { id: 1 };
  circle.next = circle;
  const any: Record<string, unknown> = {};
  any.self = any;
  let deep: Record<string, unknown> = { id: 0 };
  for (let depth = 0; depth < 100_000; depth += 1) deep = { id: depth, next: deep };

  test.each<[string, ModelSpec, unknown, string]>([
    ['a number for text', String, 1, 'the result: expected text, got an integer'],
    ['text for a number', Number, '12abc', 'the result: expected a finite number, got text'],
    ['NaN', Number, NaN, 'the result: expected a finite number, got NaN'],
    ['Infinity', Number, -Infinity, 'the result: expected a finite number, got -Infinity'],
    ['a fraction for an integer', 'integer', 1.5, 'the result: expected an integer, got a number'],
    ['a boolean for a number', Number, true, 'the result: expected a finite number, got a boolean'],
    ['an unknown word for a boolean', Boolean, 'maybe', 'the result: expected a boolean, got text'],
    ['an invalid date', Date, new Date(NaN), 'the result: expected a date, got an invalid date'],
    [
      'bytes where none were declared',
      String,
      Buffer.from('a'),
      'the result: expected text, got an instance of Buffer',
    ],
    ['what is no value of an enum', Colour, 'green', 'the result: expected one of "red", "blue", got text'],
    ['nothing for a model', Item, undefined, 'the result: expected Item, got nothing'],
    ['null for a model', Item, null, 'the result: expected Item, got null'],
    ['text for a model', Item, 'a', 'the result: expected Item, got text'],
    ['a list for a model', Item, [{ name: 'a' }], 'the result: expected Item, got a list'],
    ['a model for a list', [Item], { name: 'a' }, 'the result: expected a list, got an object'],
    ['an item of a list', [Item], [{ name: 'a' }, 'b'], '[1]: expected Item, got text'],
    [
      'a hole in a list',
      [Number],
      Object.assign([], { length: 1 }),
      '[0]: expected a finite number, got nothing',
    ],
    ['a missing field', [Item], [{ price: 1 }], '[0].name: expected text, got nothing'],
    ['a nested field', Item, { name: 'a', tags: [{}, {}] }, 'tags[0].label: expected text, got nothing'],
    [
      'a value of a record',
      record(Point),
      { 'a b': { x: 1 } },
      '["a b"].y: expected a finite number, got nothing',
    ],
    [
      'an object of which nothing is said',
      Item,
      { name: 'a', untyped: { secret: 1 } },
      'untyped: expected no object, since the model says nothing of one',
    ],
    ['one in a list of no type', Item, { name: 'a', untyped: [[{}]] }, 'untyped[0][0]: expected no object'],
    ['bytes in any object', Object, { a: Buffer.from('a') }, 'a: expected no bytes'],
    ['NaN in any object', Object, { a: { b: NaN } }, 'a.b: expected a finite number, got NaN'],
    ['a list for any object', Object, [], 'the result: expected an object, got a list'],
    [
      'none of a union',
      union(Cat, Dog),
      { kind: 'fish' },
      'the result: expected Cat or Dog, got an object (no Cat: kind: expected',
    ],
    [
      'the fields of a known member of a union',
      union(Cat, Dog),
      { kind: 'dog' },
      'breed: expected text, got nothing',
    ],
    [
      'a model that holds itself',
      Node,
      circle,
      'expected at most 500 levels, got more: it holds itself, or is too deep',
    ],
    [
      'a list that holds itself',
      Node,
      ((node) => (node.children.push(node), node))({ id: 1, children: [] as unknown[] }),
      'expected at most 500 levels',
    ],
    [
      'a promise in any object',
      Object,
      { a: [Promise.resolve(1)] },
      'a[0]: expected a JSON value, got a promise, which is to be awaited',
    ],
    ['a promise for a scalar', [String], [Promise.resolve('a')], '[0]: expected text, got a promise'],
    ['a promise for a model', [Cat], [Promise.resolve({})], '[0]: expected Cat, got a promise, which is'],
    [
      'a promise for a record',
      record(Cat),
      Promise.resolve({}),
      'expected an object or a Map, got a promise',
    ],
    [
      'a generator for a list',
      record([Number]),
      { a: new Set([1]).values() },
      'a: expected a list, got an iterator, of which [...iterator] makes a list',
    ],
    [
      'an asynchronous generator for a list',
      record([Number]),
      { a: (async function* () {})() },
      'a: expected a list, got a stream or an asynchronous iterator, of which a list is to be read',
    ],
    [
      'a generator in any object',
      Object,
      { a: (function* () {})() },
      'a: expected a JSON value, got an iterator',
    ],
    [
      'a Node stream in any object',
      Object,
      { a: Readable.from([]) },
      'a: expected a JSON value, got a stream',
    ],
    [
      'a Map with a symbol as a key',
      record(record(Number)),
      { a: new Map([[Symbol('b'), 1]]) },
      'a: expected keys of a Map that are text, numbers or booleans, got a key that is a symbol',
    ],
    ['a Map with an object as a key', Object, new Map([[{}, 1]]), 'got a key that is an object'],
    ['any object that holds itself', Object, any, 'expected at most 500 levels'],
    ['what is too deep', Node, deep, 'expected at most 500 levels'],
  ])('%s', (_name, spec, value, message) => {
    expect(() => send(spec, value)).toThrow(
      expect.objectContaining({
        code: 'RESPONSE_MODEL_UNFIT',
        message: expect.stringContaining(message) as string,
      }) as Error,
    );
  });
});

describe('a field', () => {
  test('has its initializer where it is absent, evaluated for each object', () => {
    let made = 0;
    class Order {
      @IsString() name = 'none';
      @IsInt() id = (made += 1);
      @IsArray() @IsString({ each: true }) tags: string[] = [];
      @IsOptional() @IsString() note: string | null = null;
    }
    expect(JSON.parse(send([Order], [{}, { id: 9, name: 'a' }]))).toEqual([
      { name: 'none', id: expect.any(Number) as number, tags: [], note: null },
      { name: 'a', id: 9, tags: [], note: null },
    ]);
    const [first, second] = JSON.parse(send([Order], [{}, {}])) as [Order, Order];
    expect(second.id).toBe(first.id + 1);
  });

  test('that is a list is sent as it is where all of its items are, else item by item', () => {
    class Counts {
      @IsOptional() @IsInt({ each: true }) @Type(() => Number) @Min(1, { each: true }) counts?: number[];
      @IsOptional() @IsString({ each: true }) names?: string[] | Set<string>;
    }
    const own = { counts: [1, 2], names: ['a', 'b'], secret: 1 };
    const projected = compile(Counts).project(own) as Counts;
    expect(projected).toEqual({ counts: [1, 2], names: ['a', 'b'] });
    expect(projected.names).toBe(own.names);
    const says = Object.assign(['a'], { toJSON: () => ({ secret: 1 }) });
    expect(send(Counts, { names: says })).toBe('{"names":["a"]}');
    expect(send(Counts, { counts: [1, '2', 3n], names: new Set(['a']) })).toBe(
      '{"counts":[1,2,3],"names":["a"]}',
    );
    const unfit =
      (value: object): (() => unknown) =>
      () =>
        send(Counts, value);
    expect(unfit({ counts: [1, 0] })).toThrow('counts[1]: expected what min(1) accepts');
    expect(unfit({ counts: [1, 'x'] })).toThrow('counts[1]: expected an integer, got text');
    expect(unfit({ counts: [1, NaN] })).toThrow('counts[1]: expected an integer');
    expect(unfit({ names: { 0: 'a', length: 1 } })).toThrow('names: expected a list');
    // eslint-disable-next-line no-sparse-arrays -- a hole is null for JSON.stringify
    expect(send(Counts, { names: ['a', , 'b'] }, { check: false })).toBe('{"names":["a",null,"b"]}');
  });

  test('is held to its rules, a date as the date that it was', () => {
    class Rules {
      @Length(1, 3) name = 'a';
      @IsNumber() @Min(0) price = 0;
      @IsNumber({ maxDecimalPlaces: 1 }) rounded = 0;
      @IsOptional() @IsDate() @MinDate(new Date(0)) at?: Date;
      @IsString({ each: true }) @Length(1, 2, { each: true }) tags: string[] = [];
    }
    expect(JSON.parse(send(Rules, { at: '2020-01-01', tags: ['a'] }))).toMatchObject({
      at: '2020-01-01T00:00:00.000Z',
    });
    const message = (value: object): string => {
      try {
        return send(Rules, value);
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(message({ name: 'abcd' })).toBe(
      'RESPONSE_MODEL_UNFIT: name: expected what isLength(1, 3) accepts, got text.',
    );
    expect(message({ price: -1 })).toBe(
      'RESPONSE_MODEL_UNFIT: price: expected what min(0) accepts, got an integer.',
    );
    expect(message({ rounded: 0.55 })).toContain('rounded: expected what isNumber accepts');
    expect(message({ at: new Date(-1) })).toContain('at: expected what minDate accepts, got a date');
    expect(message({ tags: ['a', 'abc'] })).toContain(
      'tags[1]: expected what isLength(1, 2) accepts, got text',
    );
  });

  test('is named, hidden, computed and transformed as class-transformer says', () => {
    class Shaped {
      @Exclude() @IsString() hidden!: string;
      @Exclude({ toPlainOnly: true }) @IsString() password!: string;
      @Exclude({ toClassOnly: true }) @IsString() made = 'now';
      @Expose({ name: 'user_name' }) @IsString() userName!: string;
      @Transform(({ value }: { value: string }) => value.toUpperCase(), { toPlainOnly: true })
      @IsString()
      upper!: string;
      @Transform(() => 'input', { toClassOnly: true }) @IsString() lower = 'lower';
      @Transform(({ obj }: { obj: { upper: string } }) => obj.upper.length) @IsInt() size!: number;
      @Holds(() => Number) @Transform(({ value }: { value: Date }) => value.getTime()) @IsDate() at =
        new Date(5);
      @Expose() @IsString() get shout() {
        return `${this.upper}!`;
      }
    }
    const value = { hidden: 'h', password: 'p', userName: 'u', upper: 'u' };
    const sent = { made: 'now', user_name: 'u', upper: 'U', lower: 'lower', size: 1, at: 5, shout: 'u!' };
    expect(JSON.parse(send(Shaped, value))).toEqual(sent);
    expect(JSON.parse(send(Shaped, Object.assign(new Shaped(), value)))).toEqual(sent);
  });

  test('of groups is shown to them', () => {
    class Account {
      @IsString() name!: string;
      @Expose({ groups: ['admin'] }) @IsString() mail!: string;
    }
    const value = { name: 'a', mail: 'm' };
    expect(JSON.parse(send(Account, value))).toEqual({ name: 'a' });
    expect(JSON.parse(send(Account, value, { groups: ['admin'] }))).toEqual(value);
  });

  test('holds what @Holds says, and what a discriminator of @Type tells', () => {
    class Zoo {
      @Holds(() => union(Cat, Dog)) first!: Cat | Dog;
      @Holds(() => record([Point])) places!: unknown;
      @Holds(() => nullable(BigInt)) count!: bigint | null;
      @ValidateNested({ each: true })
      @Type(() => Object, {
        discriminator: {
          property: 'type',
          subTypes: [
            { name: 'point', value: Point },
            { name: 'tag', value: Tag },
          ],
        },
      })
      things!: unknown[];
    }
    const value = {
      first: { kind: 'dog', breed: 'b' },
      places: new Map([['a', new Set([{ x: 1, y: 2, z: 3 }])]]),
      count: 1n,
      things: [Object.assign(new Point(), { x: 1, y: 2 }), { type: 'tag', label: 'l', secret: 1 }],
    };
    expect(JSON.parse(send(Zoo, value))).toEqual({
      first: { kind: 'dog', breed: 'b' },
      places: { a: [{ x: 1, y: 2 }] },
      count: 1,
      things: [
        { x: 1, y: 2, type: 'point' },
        { label: 'l', type: 'tag' },
      ],
    });
  });

  test('is read of private fields by their getters, and of prototypes', () => {
    class Money {
      readonly #cents = 150;
      get x() {
        return this.#cents / 100;
      }
      get y() {
        return this.#cents - 150;
      }
    }
    expect(JSON.parse(send(Point, new Money()))).toEqual({ x: 1.5, y: 0 });
  });

  test('of a name that every object has is only there where it is declared', () => {
    class Odd {}
    for (const name of ['constructor', 'toString', '__proto__', 'valueOf']) {
      IsOptional()(Odd.prototype, name);
      IsString()(Odd.prototype, name);
    }
    expect(send(Odd, {})).toBe('{}');
    const text = '{"constructor":"b","toString":"a","__proto__":"c"}';
    expect(send(Odd, JSON.parse(text))).toBe(text);
  });

  test('on a condition need not be there, nor one that is only allowed', () => {
    class Loose {
      @ValidateIf(() => false) @IsString() reason!: string;
      @Allow() value: unknown;
      @IsOptional() @IsDateString() at?: string;
    }
    expect(send(Loose, {})).toBe('{}');
    expect(JSON.parse(send(Loose, { value: { a: 1 }, at: new Date(0) }))).toEqual({
      value: { a: 1 },
      at: '1970-01-01T00:00:00.000Z',
    });
    expect(() => send(Loose, new Map())).toThrow('expected Loose, got an instance of Map');
  });

  test('that holds an instance of a model in any object is that model', () => {
    class Account {
      @IsString() name = 'a';
      @Exclude() @IsString() password = 'secret';
    }
    expect(send(Object, { account: new Account(), list: [new Account()] })).toBe(
      '{"account":{"name":"a"},"list":[{"name":"a"}]}',
    );
  });
});

describe('leaving out', () => {
  class Inner {
    @IsInt() a = 1;
    @IsOptional() @IsInt() b: number | null = null;
  }
  class Outer {
    @IsString() name!: string;
    @IsNumber() tax = 10.5;
    @IsOptional() @IsString() note: string | null = null;
    @ValidateNested() @Type(() => Inner) inner: Inner = new Inner();
    @IsArray() @IsString({ each: true }) tags: string[] = [];
  }
  const full = { name: 'a', tax: '10.5', note: null, inner: { a: 1, b: null }, tags: [] };

  test.each<[string, Partial<ResponseModelOptions>, object, unknown]>([
    ['nothing', {}, { name: 'a' }, { ...full, tax: 10.5 }],
    ['null', { excludeNone: true }, full, { name: 'a', tax: 10.5, inner: { a: 1 }, tags: [] }],
    [
      'what is undefined',
      { excludeUnset: true },
      { name: 'a', tax: undefined, inner: { b: null } },
      { name: 'a', inner: { b: null } },
    ],
    ['what is set stays', { excludeUnset: true }, { name: 'a', tax: 10.5 }, { name: 'a', tax: 10.5 }],
    ['defaults', { excludeDefaults: true }, full, { name: 'a' }],
    [
      'what differs from a default stays',
      { excludeDefaults: true },
      { ...full, inner: { a: 2 }, tags: ['x'] },
      { name: 'a', inner: { a: 2 }, tags: ['x'] },
    ],
    ['what is not included', { include: ['name', 'tax'] }, full, { name: 'a', tax: 10.5 }],
    ['what is excluded', { exclude: ['inner', 'tags', 'note'] }, full, { name: 'a', tax: 10.5 }],
    [
      'fields of a field',
      { include: { name: true, inner: { a: true, b: false } } },
      full,
      { name: 'a', inner: { a: 1 } },
    ],
    [
      'excluded fields of a field',
      { exclude: { inner: ['b'], tags: true, note: true, name: false } },
      full,
      { name: 'a', tax: 10.5, inner: { a: 1 } },
    ],
    ['both', { include: ['name', 'tax'], exclude: ['tax'] }, full, { name: 'a' }],
  ])('%s', (_name, options, value, sent) => {
    expect(JSON.parse(send(Outer, value, options))).toEqual(sent);
    expect(JSON.parse(send([Outer], [value], options))).toEqual([sent]);
    expect(JSON.parse(send(record(nullable(Outer)), { k: value }, options))).toEqual({ k: sent });
  });

  test('what is required must be there all the same', () => {
    expect(() => send(Outer, {}, { excludeUnset: true })).toThrow('name: expected text, got nothing');
  });
});

test('refuses a union of no type, and a field that would not be sent', () => {
  const faultsOf = (spec: ModelSpec, groups: readonly string[] = []) => {
    const compiled = compileResponseModel({ ...DEFAULTS, spec, groups });
    return 'faults' in compiled ? compiled.faults.map(({ code, problem }) => `${code} ${problem}`) : [];
  };
  expect(faultsOf((union as () => ModelSpec)())).toEqual([
    'RESPONSE_MODEL_UNION responseModel: it is a union of no type',
  ]);
  class Inner {
    @IsString() name!: string;
    @Expose({ groups: ['admin'] }) level!: number;
  }
  class Shown {
    @ValidateNested() @Type(() => Inner) inner!: Inner;
    bare = 1;
    @Expose() exposed!: string;
    @Exclude() hidden = 1;
    @Exclude({ toClassOnly: true }) made = 1;
    @Exclude({ toPlainOnly: true }) taken = 1;
    #own = 1;
    format = () => this.#own;
  }
  const unsent = (field: string) =>
    `MODEL_FIELD_UNDECORATED ${field} has no decorator of class-validator, so it would not be sent`;
  const always = ['bare', 'made', 'exposed'].map((name) => unsent(`Shown.${name}`));
  expect(faultsOf([nullable(Shown)])).toEqual(always);
  expect(faultsOf(record(Shown), ['admin'])).toEqual([...always, unsent('Inner.level')]);
});

test('sends an instance of a class that has such a field as that class all the same', () => {
  class Secretive {
    @IsString() name = 'a';
    @Exclude() @IsString() password = 'secret';
    bare = 1;
  }
  expect(send(Object, { a: new Secretive() })).toBe('{"a":{"name":"a"}}');
});

describe('without the check', () => {
  test('sends what can be sent of what does not fit, and no object that no model names', () => {
    const value = {
      name: 1,
      price: 'much',
      tag: { secret: 1 },
      tags: [{ label: 2, secret: 1 }, 'x', { label: { secret: 1 } }],
      untyped: { secret: 1 },
      extra: 'text',
      made: new Date(NaN),
      secret: 's',
    };
    expect(JSON.parse(send(Item, value, { check: false }))).toEqual({
      name: 1,
      price: 'much',
      tag: {},
      tags: [{ label: 2 }, 'x', {}],
      extra: 'text',
    });
    expect(JSON.parse(send(Item, {}, { check: false }))).toEqual({});
    expect(JSON.parse(send([Number], [NaN, '1', {}], { check: false }))).toEqual([null, 1, null]);
    const loose = new Map<unknown, unknown>([
      [Symbol('a'), 1],
      ['b', Promise.resolve(1)],
    ]);
    expect(JSON.parse(send(Object, loose, { check: false }))).toEqual({ 'Symbol(a)': 1 });
  });
});

test('does the same in a process that forbids code from text', () => {
  const { Function: original } = globalThis;
  globalThis.Function = function forbid() {
    throw new EvalError('Code generation from strings disallowed for this context');
  } as unknown as FunctionConstructor;
  let model: ResponseModel;
  try {
    model = compile([Item], { excludeDefaults: true });
  } finally {
    globalThis.Function = original;
  }
  const value = [{ name: 'a', secret: 's', tags: [{ label: 'l', secret: 's' }], made: new Date(0) }];
  const sent = '[{"name":"a","tags":[{"label":"l"}],"made":"1970-01-01T00:00:00.000Z"}]';
  expect(model.serialize(model.project(value))).toBe(sent);
  expect(() => model.project([{}])).toThrow('RESPONSE_MODEL_UNFIT: [0].name: expected text, got nothing.');
});
