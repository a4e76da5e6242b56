import 'reflect-metadata';
import { Expose } from 'class-transformer';
import { IsOptional, IsString, ValidateNested } from 'class-validator';

import { hasValidatedFields } from './model-fields.js';

class Item {
  @IsString()
  name!: string;
}
class Priced extends Item {}
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
  [Nested, true],
  [Loose, true],
  [Exposed, false],
  [Bare, false],
  [Map, false],
])('whether %p has a field that class-validator checks: %p', (model, expected) => {
  expect(hasValidatedFields(model)).toBe(expected);
});
