// Sets, Maps and lists of lists in models, and unions in them.
import 'reflect-metadata';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsInt,
  IsOptional,
  IsString,
  MinLength,
  Validate,
  ValidateNested,
  ValidatorConstraint,
} from 'class-validator';

import type { ErrorDetail } from '../errors/request-validation-error.js';
import type { Constructor } from '../metadata/types.js';
import { findModelFaults } from './check-model.js';
import { compileConverter } from './compile-converter.js';
import { compileModel } from './compile-model.js';
import { FAIL } from './fail.js';
import { readInputModel } from './input-model.js';
import { interpretModel } from './interpret-model.js';
import { DEFAULT_SETTINGS, type ValidationSettings } from './settings.js';

/** Reads a value by what is compiled and by the libraries, which must give the same. */
async function read(
  model: Constructor<object>,
  value: unknown,
  settings: Partial<ValidationSettings> = {},
): Promise<unknown> {
  const all = { ...DEFAULT_SETTINGS, ...settings };
  const input = readInputModel(model, undefined);
  const faults: ErrorDetail[] = [];
  const quick = compileModel(input, all)?.(value);
  const slow = await interpretModel(input, value, ['body'], faults, all);
  if (faults.length === 0) {
    expect(quick).toEqual(slow);
    return slow;
  }
  expect(quick).toBe(FAIL);
  return faults.map(({ type, loc }) => `${type} ${loc.join('.')}`);
}

class Tag {
  @MinLength(2) label!: string;
}

class Collected {
  @IsOptional() @IsString({ each: true }) @MinLength(2, { each: true }) words?: Set<string>;
  @IsOptional() @IsInt({ each: true }) @Type(() => Number) typed?: Set<number>;
  @IsOptional() @ValidateNested({ each: true }) @Type(() => Tag) tags?: Set<Tag>;
  @IsOptional() @IsInt({ each: true }) counts?: Map<string, number>;
  @IsOptional() @ValidateNested({ each: true }) @Type(() => Tag) named?: Map<string, Tag>;
}

test('a field of the type Set becomes one, of converted values', async () => {
  const { words, typed, tags } = (await read(Collected, {
    words: ['aa', 'bb', 'aa'],
    typed: ['1', 1, 2],
    tags: [{ label: 'xx' }, { label: 'yy' }],
  })) as Collected;
  expect(words).toEqual(new Set(['aa', 'bb']));
  expect(typed).toEqual(new Set([1, 2]));
  expect([...tags!].map((tag) => [tag instanceof Tag, tag.label])).toEqual([
    [true, 'xx'],
    [true, 'yy'],
  ]);
});

test('a field of the type Map becomes one, whatever its keys are', async () => {
  const keys = ['a', 'size', 'get', 'constructor', 'toString'];
  const { counts, named } = (await read(Collected, {
    counts: Object.fromEntries(keys.map((key, index) => [key, String(index)])),
    named: Object.fromEntries(keys.map((key) => [key, { label: key.padEnd(2) }])),
  })) as Collected;
  expect(counts).toEqual(new Map(keys.map((key, index) => [key, index])));
  expect([...named!.keys()]).toEqual(keys);
  expect([...named!.values()].every((tag) => tag instanceof Tag)).toBe(true);
});

test.each<[object, string[]]>([
  [
    { words: ['aa', 'b', 'aa', 'b', 5] },
    ['1', '3'].map((at) => `string_too_short body.words.${at}`).concat('string_type body.words.4'),
  ],
  [{ words: {} }, ['list_type body.words']],
  [
    { tags: [{ label: 'xx' }, { label: 'x' }, 5] },
    ['string_too_short body.tags.1.label', 'model_attributes_type body.tags.2'],
  ],
  [{ counts: { a: 1, size: 'x' } }, ['int_parsing body.counts.size']],
  [{ counts: [1] }, ['dict_type body.counts']],
  [{ counts: 'x' }, ['dict_type body.counts']],
  [
    { named: { a: null, get: {}, c: { label: 'x' } } },
    [
      'model_attributes_type body.named.a',
      'missing body.named.get.label',
      'string_too_short body.named.c.label',
    ],
  ],
])('refuses %j, at the place that came', async (value, faults) => {
  expect(await read(Collected, value)).toEqual(faults);
});

test('limits hold for Sets and Maps too', async () => {
  const many = Object.fromEntries(Array.from({ length: 4 }, (_, index) => [`k${String(index)}`, index]));
  expect(await read(Collected, { counts: many }, { maxItems: 3 })).toEqual(['too_long body.counts']);
  expect(await read(Collected, { words: Object.keys(many) }, { maxItems: 3 })).toEqual([
    'too_long body.words',
  ]);
  expect(await read(Collected, { named: { a: { label: 'xx' } } }, { maxDepth: 2 })).toEqual([
    'recursion_loop body.named.a',
  ]);
});

@ValidatorConstraint({ name: 'even' })
class Even {
  validate(value: unknown): boolean {
    return Number(value) % 2 === 0;
  }
}

class Initialized {
  @IsInt({ each: true }) @Validate(Even, { each: true }) set = new Set<number>();
  @IsInt({ each: true }) @Validate(Even, { each: true }) map = new Map<string, number>();
  @IsArray() @ArrayMaxSize(1) @IsArray({ each: true }) grid: number[][] = [];
}

test('a Set and a Map that did not come are those of the initializer, and rules of one’s own see each value', async () => {
  expect(await read(Initialized, {})).toEqual({ set: new Set(), map: new Map(), grid: [] });
  expect(await read(Initialized, { set: [2, 4], map: { a: 2 }, grid: [[1]] })).toEqual({
    set: new Set([2, 4]),
    map: new Map([['a', 2]]),
    grid: [[1]],
  });
  expect(await read(Initialized, { set: [2, 3], map: { a: 2, b: 3 }, grid: [1, []] })).toEqual([
    'value_error body.set.1',
    'value_error body.map.b',
    'too_long body.grid',
    'list_type body.grid.0',
  ]);
});

test('a list of lists of a model is read at each index', async () => {
  const compiled = compileConverter([[Tag]]);
  const faults: ErrorDetail[] = [];
  if ('convert' in compiled)
    await compiled.convert([[{ label: 'xx' }], [{ label: 'x' }], 5], ['body'], faults);
  expect(faults.map(({ type, loc }) => `${type} ${loc.join('.')}`)).toEqual([
    'string_too_short body.1.0.label',
    'list_type body.2',
  ]);
});

abstract class Pet {
  @IsString() kind!: string;
}
class Cat extends Pet {
  @IsInt() lives!: number;
}
class Dog extends Pet {
  @MinLength(2) name!: string;
}
const union = {
  discriminator: {
    property: 'kind',
    subTypes: [
      { name: 'cat', value: Cat },
      { name: 'dog', value: Dog },
    ],
  },
  keepDiscriminatorProperty: true,
};
class Owner {
  @IsArray() @ValidateNested({ each: true }) @Type(() => Pet, union) pets!: (Cat | Dog)[];
  @IsOptional() @ValidateNested({ each: true }) @Type(() => Pet, union) byName?: Map<string, Cat | Dog>;
}

test('each item of a list tells its class by the discriminator', async () => {
  const cat = { kind: 'cat', lives: '9' };
  const { pets, byName } = (await read(Owner, {
    pets: [cat, { kind: 'dog', name: 'Rex' }],
    byName: { a: cat },
  })) as Owner;
  expect(pets.map((pet) => pet.constructor)).toEqual([Cat, Dog]);
  expect(pets[0]).toEqual({ kind: 'cat', lives: 9 });
  expect(byName?.get('a')).toBeInstanceOf(Cat);
});

test('items of no class are told beside the faults of others, and are not guessed at', async () => {
  const strange = [
    { kind: 'fish' },
    {},
    null,
    5,
    { kind: ['cat'] },
    { kind: 'constructor' },
    { kind: '__proto__' },
    [],
  ];
  expect(await read(Owner, { pets: [...strange, { kind: 'dog', name: 'x' }] })).toEqual([
    'union_tag_invalid body.pets.0',
    'union_tag_not_found body.pets.1',
    'model_attributes_type body.pets.2',
    'model_attributes_type body.pets.3',
    'union_tag_invalid body.pets.4',
    'union_tag_invalid body.pets.5',
    'union_tag_invalid body.pets.6',
    'model_attributes_type body.pets.7',
    'string_too_short body.pets.8.dog.name',
  ]);
  expect(await read(Owner, { pets: [], byName: { a: { kind: 'fish' } } })).toEqual([
    'union_tag_invalid body.byName.a',
  ]);
});

class Undecorated {}
class Holding {
  @ValidateNested() @Type(() => Undecorated) one!: Undecorated;
  @ValidateNested()
  @Type(() => Pet, { discriminator: { property: 'kind', subTypes: [{ name: 'x', value: Undecorated }] } })
  other!: Undecorated;
  @ValidateNested() @Type(() => Pet, { discriminator: union.discriminator }) dropped!: Pet;
}

test('finds nested classes that nothing is known of, and tags that would be dropped', () => {
  expect(
    findModelFaults(readInputModel(Holding, undefined)).map(
      ({ code, problem }) => `${code} ${problem.split(' ')[0]!}`,
    ),
  ).toEqual(['MODEL_EMPTY Holding.one', 'MODEL_EMPTY Holding.other', 'MODEL_DISCRIMINATOR_DROPPED Cat.kind']);
});
