// Unions, records and null as types of a body.
import {
  Equals,
  IsArray,
  IsIn,
  IsInt,
  IsNumber,
  IsOptional,
  IsString,
  ValidateNested,
} from 'class-validator';
import { Type } from 'class-transformer';

import type { ErrorDetail } from '../errors/request-validation-error.js';
import { nullable, record, union } from '../metadata/model-spec.js';
import { compileConverter } from './compile-converter.js';
import { DEFAULT_SETTINGS, type ValidationSettings } from './settings.js';

class Cat {
  @IsIn(['cat', 'kitten']) kind!: string;
  @IsInt() lives!: number;
}
class Dog {
  @Equals('dog') kind!: 'dog';
  @IsNumber() barks = 1;
}
class Second {
  @IsIn([2]) version!: 2;
}
class First {
  @IsIn([1]) version!: 1;
  @IsString() name!: string;
}
class Maker {
  @IsString() name!: string;
  @IsOptional() @IsString() town?: string;
}
class Part {
  @IsString() name!: string;
}
class Whole {
  @IsString() name!: string;
  @IsOptional() @IsArray() @ValidateNested({ each: true }) @Type(() => Part) parts?: Part[];
  @IsOptional() @ValidateNested() @Type(() => Maker) maker?: Maker;
}
class Short {
  @IsString() name!: string;
  @IsOptional() @ValidateNested() @Type(() => Part) maker?: Part;
}
class Numbered {
  @IsInt() id!: number;
}
class Named {
  @IsString() id!: string;
}
class Tree {
  @IsOptional() @ValidateNested() @Type(() => Tree) child?: Tree;
}

async function convert(
  type: unknown,
  value: unknown,
  settings: Partial<ValidationSettings> = {},
): Promise<{ value: unknown; faults: ErrorDetail[] }> {
  const compiled = compileConverter(type, { ...DEFAULT_SETTINGS, ...settings });
  if (!('convert' in compiled)) throw new Error(compiled.kind);
  const faults: ErrorDetail[] = [];
  return { value: await compiled.convert(value, ['body'], faults), faults };
}

const pets = union(Cat, Dog);

test.each<[string, unknown, unknown, unknown]>([
  ['a value of the field that tells', pets, { kind: 'cat', lives: 9 }, new Cat()],
  ['another value of it', pets, { kind: 'kitten', lives: '9' }, new Cat()],
  ['the other class, with its initializer', pets, { kind: 'dog', chip: 1 }, new Dog()],
  ['a number that tells', union(First, Second), { version: 2 }, new Second()],
  ['the class of whose fields most are there', union(Short, Whole), { name: 'a', parts: [] }, new Whole()],
  ['the first of equals', union(Short, Whole), { name: 'a' }, new Short()],
  [
    'fields of fields count',
    union(Short, Whole),
    { name: 'a', maker: { name: 'b', town: 'c' } },
    new Whole(),
  ],
  ['of equals the one that converts nothing', union(Numbered, Named), { id: '5' }, new Named()],
  ['one that converts, where no other takes it', union(Numbered, Part), { id: '5' }, new Numbered()],
  ['the next, where the best refuses it', union(Whole, Short), { name: 'a', parts: 5 }, new Short()],
  ['a class before any object', union(Object, Part), { name: 'a' }, new Part()],
])('takes %s', async (_name, type, given, instance) => {
  const { value, faults } = await convert(type, given);
  expect(faults).toEqual([]);
  expect(value).toBeInstanceOf((instance as object).constructor);
});

test.each<[unknown, unknown, unknown]>([
  [union('integer', String), '5', '5'],
  [union('integer', String), 5, 5],
  [union(Number, Boolean), '5', 5],
  [union(Number, Boolean), true, true],
  [union(Number, Boolean), 'yes', true],
  [union('integer', [String]), ['5'], ['5']],
  [union(['integer'], [String]), ['5', '6'], ['5', '6']],
  [union(['integer'], [String]), [5, 6], [5, 6]],
  [union(record('integer'), Boolean), { a: '5' }, { a: 5 }],
  [union(String, nullable(Number)), null, null],
  [union(String, union(Number, [Boolean])), [true, 'no'], [true, false]],
  [union(Part, Object), { size: 5 }, { size: 5 }],
  [nullable('integer'), null, null],
  [nullable('integer'), '5', 5],
  [[nullable(Part)], [null, { name: 'a' }], [null, { name: 'a' }]],
  [record([Part]), { a: [{ name: 'b', more: 1 }], c: [] }, { a: [{ name: 'b' }], c: [] }],
  [record(nullable(Number)), { a: null, b: '1.5' }, { a: null, b: 1.5 }],
])('%# converts', async (type, given, expected) => {
  const { value, faults } = await convert(type, given);
  expect(faults).toEqual([]);
  expect(value).toEqual(expected);
});

test.each<[string, unknown, unknown, string[]]>([
  ['what is no object', pets, [], ['model_attributes_type body']],
  ['what does not tell', pets, { lives: 1 }, ['union_tag_not_found body']],
  ['what tells an unknown class', pets, { kind: 'fish' }, ['union_tag_invalid body']],
  ['a name that every object has', pets, { kind: 'constructor' }, ['union_tag_invalid body']],
  ['a field below the value that tells', pets, { kind: 'kitten' }, ['missing body.kitten.lives']],
  ['a number that tells', union(First, Second), { version: 1 }, ['missing body.1.name']],
  ['text for a number that tells', union(First, Second), { version: '1' }, ['union_tag_invalid body']],
  [
    'what none takes, by all of them in their order',
    union(Numbered, Part, 'integer'),
    { id: 'x' },
    ['int_parsing body.Numbered.id', 'missing body.Part.name', 'int_type body.int'],
  ],
  [
    'lists and records by their names',
    union([Part], record(Number), Date),
    'x',
    ['list_type body.list[Part]', 'dict_type body.dict[str,float]', 'datetime_parsing body.datetime'],
  ],
  [
    'items of a list',
    [pets],
    [{ kind: 'dog' }, { kind: 'cat' }, {}],
    ['missing body.1.cat.lives', 'union_tag_not_found body.2'],
  ],
  ['null, where it is none', pets, null, ['model_attributes_type body']],
  ['what may be null and is wrong', nullable(Part), {}, ['missing body.name']],
  [
    'values of a record',
    record(Part),
    { a: {}, 'b c': 5 },
    ['missing body.a.name', 'model_attributes_type body.b c'],
  ],
  ['no record', record(Part), [], ['dict_type body']],
])('tells %s', async (_name, type, given, expected) => {
  const { value, faults } = await convert(type, given);
  expect(faults.map(({ type: word, loc }) => `${word} ${loc.join('.')}`)).toEqual(expected);
  if (!(Array.isArray(type) || expected.length > 1)) expect(value).toBeUndefined();
});

test('keeps the limits of lists, keys, faults and depth', async () => {
  const many = Object.fromEntries(Array.from({ length: 6 }, (_, at) => [`k${String(at)}`, 'x']));
  const types = async (type: unknown, value: unknown, settings: Partial<ValidationSettings>) =>
    (await convert(type, value, settings)).faults.map((fault) => fault.type);
  expect(await types(record(Number), many, { maxItems: 5 })).toEqual(['too_long']);
  expect(await types(record(Number), many, { maxErrors: 3 })).toHaveLength(3);
  expect(await types(record(Part), many, { maxErrors: 3 })).toHaveLength(3);
  expect(await types(union([Number], [Part]), Object.values(many), { maxErrors: 4 })).toHaveLength(4);
  expect(await types([union(Numbered, Part)], Object.values(many), { maxErrors: 5 })).toHaveLength(5);
  let deep: object = {};
  for (let at = 0; at < 100_000; at += 1) deep = { child: deep };
  expect(await types(union(Tree, Part), deep, {})).toEqual(['recursion_loop', 'missing']);
});

test('makes nothing of names that every object has', async () => {
  const given: unknown = JSON.parse(
    '{"__proto__":{"name":"a"},"constructor":{"name":"b"},"own":{"name":"c"}}',
  );
  const { value } = await convert(record(Part), given);
  expect(Object.keys(value as object)).toEqual(['own']);
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  const { faults } = await convert(pets, JSON.parse('{"__proto__":{"kind":"dog"}}'));
  expect(faults.map(({ type }) => type)).toEqual(['union_tag_not_found']);
});

test('refuses extra fields in the class that is meant', async () => {
  const { faults } = await convert(pets, { kind: 'dog', chip: 1 }, { extra: 'forbid' });
  expect(faults.map(({ type, loc }) => [type, loc])).toEqual([['extra_forbidden', ['body', 'dog', 'chip']]]);
});

test('tells what is wrong with a type in it', () => {
  class Bare {}
  expect(compileConverter(union(Part, Bare))).toEqual({ kind: 'empty-model', model: Bare });
  expect(compileConverter(record(nullable(Bare)))).toEqual({ kind: 'empty-model', model: Bare });
  expect(compileConverter(union(Part, Promise))).toEqual({ kind: 'unknown' });
});
