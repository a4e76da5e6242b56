import 'reflect-metadata';
import { Expose } from 'class-transformer';
import { IsObject, IsOptional, IsString, MinLength, ValidateNested } from 'class-validator';

import { hasValidatedFields, isAnyObject, readFields } from './model-fields.js';

class Item {
  @IsString()
  name!: string;
}
class Priced extends Item {
  @IsString()
  @MinLength(3)
  currency!: string;

  @IsObject()
  extra!: object;
}
class Silent extends Item {}
class Nested {
  @ValidateNested()
  item!: Item;
}
class Loose {
  @IsOptional()
  note?: string;
}
class Exposed {
  @Expose()
  name!: string;
}
class Bare {
  name = 'bare';
}

test.each([
  [Item, true],
  [Priced, true],
  [Silent, true],
  [Nested, true],
  [Loose, true],
  [Exposed, false],
  [Bare, false],
  [Map, false],
])('whether %p has a field that class-validator checks: %p', (model, expected) => {
  expect(hasValidatedFields(model)).toBe(expected);
});

test('names each field once, with those of its base', () => {
  expect([...readFields(Priced)].sort()).toEqual(['currency', 'extra', 'name']);
  expect(readFields(Silent)).toEqual(['name']);
  expect(readFields(Bare)).toEqual([]);
});

test.each([
  [Priced, 'extra', true],
  [Priced, 'currency', false],
  [Nested, 'item', false],
  [Priced, 'unknown', false],
])('whether %p holds any object as its %s: %p', (model, field, expected) => {
  expect(isAnyObject(model, field)).toBe(expected);
});
