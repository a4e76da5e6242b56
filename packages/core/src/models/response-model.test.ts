import 'reflect-metadata';
import { Exclude, Expose, Transform, Type } from 'class-transformer';
import { IsDate, IsNumber, IsObject, IsOptional, IsString, ValidateNested } from 'class-validator';

import { compileResponseModel } from './response-model.js';

class Tag {
  @IsString()
  label!: string;
}
class Item {
  @IsString()
  name!: string;

  @IsOptional()
  @IsNumber()
  price?: number;

  @IsOptional()
  @ValidateNested()
  @Type(() => Tag)
  tag?: Tag;

  @IsOptional()
  @ValidateNested({ each: true })
  @Type(() => Tag)
  tags?: Tag[];

  @IsOptional()
  @IsObject()
  extra?: object;

  @IsOptional()
  untyped?: unknown;

  @IsOptional()
  @IsDate()
  made?: Date;

  secret?: string;
}
class Shaped {
  @Exclude()
  @IsString()
  hidden!: string;

  @Expose()
  @IsString()
  get shown() {
    return `${this.upper}!`;
  }

  @Transform(({ value }: { value: string }) => value.toUpperCase(), { toPlainOnly: true })
  @IsString()
  upper!: string;
}
class Priced extends Item {
  @IsString()
  currency!: string;
}
class Bare {
  name = 'bare';
}

function filter(model: unknown, value: unknown): unknown {
  const compiled = compileResponseModel(model);
  if (compiled === undefined) throw new Error('no filter');
  return compiled(value);
}

test.each([undefined, null, 'Item', {}, Bare, [], [Bare], [Item, Item], [[]], [[Bare]], () => Item])(
  'makes no filter of %p',
  (model) => {
    expect(compileResponseModel(model)).toBeUndefined();
  },
);

test.each<[string, unknown, object, object]>([
  ['fields that it names', Item, { name: 'a', secret: 'x', admin: true }, { name: 'a' }],
  ['null and zero', Item, { name: null, price: 0 }, { name: null, price: 0 }],
  ['nothing where nothing fits', Item, { other: 1 }, {}],
  ['fields of nested models', Item, { tag: { label: 'x', secret: 1 } }, { tag: { label: 'x' } }],
  [
    'fields of models in a list',
    Item,
    { tags: [{ label: 'x', secret: 1 }, {}] },
    { tags: [{ label: 'x' }, {}] },
  ],
  ['any object that is declared so', Item, { extra: { deep: { a: 1 } } }, { extra: { deep: { a: 1 } } }],
  ['dates', Item, { made: new Date(0) }, { made: new Date(0) }],
  ['plain values of no type', Item, { untyped: [1, 'a', [null]] }, { untyped: [1, 'a', [null]] }],
  ['fields of a base', Priced, { name: 'a', currency: 'EUR', secret: 'x' }, { name: 'a', currency: 'EUR' }],
  [
    'what class-transformer leaves and makes',
    Shaped,
    { hidden: 'h', upper: 'u' },
    { shown: 'u!', upper: 'U' },
  ],
])('keeps %s', (_what, model, value, expected) => {
  expect(filter(model, value)).toEqual(expected);
  expect(filter([model], [value, value])).toEqual([expected, expected]);
});

test('keeps no more of an instance of a derived class than the model names', () => {
  const item = Object.assign(new Priced(), { name: 'a', currency: 'EUR', secret: 'x' });
  expect(filter(Item, item)).toEqual({ name: 'a' });
});

test('does not change the value', () => {
  const value = { name: 'a', secret: 'x', tag: { label: 'l', secret: 1 } };
  filter(Item, value);
  expect(value).toEqual({ name: 'a', secret: 'x', tag: { label: 'l', secret: 1 } });
});

test.each<[string, unknown, unknown, string]>([
  ['text', Item, 'a', 'Item was declared, and no object returned.'],
  ['nothing', Item, undefined, 'Item was declared, and no object returned.'],
  ['null', Item, null, 'Item was declared, and no object returned.'],
  ['a list', Item, [{ name: 'a' }], 'Item was declared, and no object returned.'],
  [
    'an object in place of a list',
    [Item],
    { name: 'a' },
    'a list was declared, and something else returned.',
  ],
  ['an item of a list', [Item], [{ name: 'a' }, 'b'], 'Item was declared, and no object returned.'],
  [
    'an object of no type',
    Item,
    { untyped: { secret: 1 } },
    'Item.untyped holds an object of which the model says nothing',
  ],
  ['an object in a list of no type', Item, { untyped: [[{ secret: 1 }]] }, 'Item.untyped holds an object'],
])('refuses %s, and sends nothing of it', (_what, model, value, message) => {
  expect(() => filter(model, value)).toThrow(
    expect.objectContaining({
      code: 'RESPONSE_MODEL_UNFIT',
      message: expect.stringContaining(`RESPONSE_MODEL_UNFIT: ${message}`) as string,
    }) as Error,
  );
});
