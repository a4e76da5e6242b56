import 'reflect-metadata';
import { Type } from 'class-transformer';
import {
  ArrayMinSize,
  IsArray,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Min,
  MinLength,
  Validate,
  ValidateNested,
  ValidatorConstraint,
  type ValidatorConstraintInterface,
} from 'class-validator';

import type { ErrorDetail } from '../errors/request-validation-error.js';
import type { Constructor } from '../metadata/types.js';
import type { ModelClass } from '../models/model-fields.js';
import { readInputModel } from './input-model.js';
import { createModelConverter } from './model-converter.js';

@ValidatorConstraint({ name: 'free' })
class Free implements ValidatorConstraintInterface {
  async validate(name: string) {
    await Promise.resolve();
    return name !== 'taken';
  }

  defaultMessage() {
    return 'the name is taken';
  }
}

class Tag {
  @IsString()
  label!: string;
}
class Item {
  @IsString()
  @Validate(Free)
  name!: string;

  @IsInt()
  @Min(1)
  count = 1;

  @IsOptional()
  @ValidateNested()
  @Type(() => Tag)
  tag?: Tag;

  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ValidateNested({ each: true })
  @Type(() => Tag)
  tags?: Tag[];

  undecorated?: string;
}
class Priced extends Item {
  @IsString()
  @MinLength(3)
  @Matches(/^[A-Z]+$/)
  currency!: string;
}

async function convert(model: Constructor<object>, value: unknown) {
  const faults: ErrorDetail[] = [];
  const result = await createModelConverter(readInputModel(model as ModelClass, undefined))(
    value,
    ['body'],
    faults,
  );
  return { result, faults, places: faults.map(({ type, loc }) => `${loc.join('.')} ${type}`) };
}

test('makes an instance of the model, with its defaults and nested models', async () => {
  const { result, faults } = await convert(Item, { name: 'a', tags: [{ label: 'x' }] });
  expect(faults).toEqual([]);
  expect(result).toBeInstanceOf(Item);
  expect(result).toEqual({ name: 'a', count: 1, tags: [{ label: 'x' }] });
  expect((result as Item).tags?.[0]).toBeInstanceOf(Tag);
});

test('drops fields that have no decorator, and unknown ones', async () => {
  const { result } = await convert(Item, { name: 'a', undecorated: 'x', admin: true });
  expect(result).toEqual({ name: 'a', count: 1 });
});

test('changes neither prototypes nor constructors by keys of the input', async () => {
  const value: unknown = JSON.parse(
    '{"name":"a","__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}',
  );
  const { result } = await convert(Item, value);
  expect(result).toBeInstanceOf(Item);
  expect('admin' in (result as object)).toBe(false);
  expect('admin' in {}).toBe(false);
  expect((result as object).constructor).toBe(Item);
});

test.each<[string, Constructor<object>, object, string[]]>([
  ['a field that is missing', Item, {}, ['body.name missing']],
  ['a field of another type', Item, { name: 5 }, ['body.name string_type']],
  ['null', Item, { name: null }, ['body.name string_type']],
  ['each constraint', Item, { name: 'a', count: 0.5 }, ['body.count int_from_float']],
  [
    'a constraint of one’s own, which may be asynchronous',
    Item,
    { name: 'taken' },
    ['body.name value_error'],
  ],
  ['a nested field', Item, { name: 'a', tag: {} }, ['body.tag.label missing']],
  ['a nested value', Item, { name: 'a', tag: 'x' }, ['body.tag model_attributes_type']],
  [
    'an item of a list',
    Item,
    { name: 'a', tags: [{ label: 'x' }, { label: 1 }] },
    ['body.tags.1.label string_type'],
  ],
  ['a list that is too short', Item, { name: 'a', tags: [] }, ['body.tags too_short']],
  [
    'fields of the base too',
    Priced,
    { currency: 'e' },
    ['body.currency string_pattern_mismatch', 'body.currency string_too_short', 'body.name missing'],
  ],
])('refuses %s', async (_what, model, value, expected) => {
  const { result, places } = await convert(model, value);
  expect(result).toBeUndefined();
  expect(places.sort()).toEqual(expected);
});

test('says what came, and what class-validator says of it', async () => {
  const { faults } = await convert(Item, { name: 'a', count: 'many' });
  expect(faults).toContainEqual({
    type: 'int_parsing',
    loc: ['body', 'count'],
    msg: 'Input should be an integer, written in decimal digits',
    input: 'many',
  });
  expect((await convert(Item, { name: 'a', count: '0' })).faults).toEqual([
    { type: 'greater_than_equal', loc: ['body', 'count'], msg: 'count must not be less than 1', input: '0' },
  ]);
  expect((await convert(Item, {})).faults).toEqual([
    { type: 'missing', loc: ['body', 'name'], msg: 'Field required', input: null },
  ]);
});

test('has an index of a list as a number in its place', async () => {
  const { faults } = await convert(Item, { name: 'a', tags: [{}] });
  expect(faults[0]?.loc).toEqual(['body', 'tags', 0, 'label']);
});

test.each([null, undefined, 'a', 5, true, [], [{ name: 'a' }]])(
  'refuses %p in place of an object',
  async (value) => {
    const { result, faults } = await convert(Item, value);
    expect(result).toBeUndefined();
    expect(faults).toEqual([
      { type: 'model_attributes_type', loc: ['body'], msg: 'Input should be a valid object', input: value },
    ]);
  },
);
