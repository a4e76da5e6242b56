import 'reflect-metadata';
import { Exclude, Expose, Type } from 'class-transformer';
import { IsObject, IsOptional, IsString, MinLength, ValidateIf, ValidateNested } from 'class-validator';

import { describeFields, hasValidatedFields, readFields, readInitializers } from './model-fields.js';

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

describe('describeFields', () => {
  class Part {
    @IsString() name!: string;
  }

  test('tells the types of @Type and of the compiler, and lists by what says that they are', () => {
    class Whole {
      @IsString() text!: string;
      @ValidateNested() part!: Part;
      @ValidateNested({ each: true }) @Type(() => Part) parts!: Part[];
      @IsString({ each: true }) tags!: unknown;
    }

    expect(describeFields(Whole, 'input').map(({ name, type, list }) => ({ name, type, list }))).toEqual([
      { name: 'text', type: String, list: false },
      { name: 'part', type: Part, list: false },
      { name: 'parts', type: Part, list: true },
      { name: 'tags', type: undefined, list: true },
    ]);
  });

  test('names fields as class-transformer does, and leaves out what it leaves out in that direction', () => {
    class Account {
      @Expose({ name: 'user_name' }) @IsString() userName!: string;
      @Exclude({ toPlainOnly: true }) @IsString() password!: string;
      @Exclude({ toClassOnly: true }) @IsString() createdAt!: string;
      @Exclude() @IsString() secret!: string;
      @Expose({ groups: ['admin'] }) @IsString() note!: string;
    }

    expect(describeFields(Account, 'input').map(({ name }) => name)).toEqual(['user_name', 'password']);
    expect(describeFields(Account, 'output').map(({ name }) => name)).toEqual(['user_name', 'createdAt']);
  });

  test('shows only exposed fields of a class that is excluded as a whole', () => {
    @Exclude()
    class Account {
      @Expose() @IsString() name!: string;
      @IsString() password!: string;
    }

    expect(describeFields(Account, 'output').map(({ name }) => name)).toEqual(['name']);
  });

  test('tells an optional field from one that is looked at on a condition', () => {
    class Item {
      @IsOptional() @IsString() note?: string;
      @ValidateIf(() => false) @IsString() reason!: string;
    }

    expect(
      describeFields(Item, 'input').map(({ optional, conditional }) => ({ optional, conditional })),
    ).toEqual([
      { optional: true, conditional: false },
      { optional: false, conditional: true },
    ]);
  });

  test('does without a type where @Type decides by the object', () => {
    class Item {
      @Type((options) => ((options!.object as { kind: string }).kind === 'a' ? Part : Part))
      @ValidateNested()
      part!: unknown;
    }

    expect(describeFields(Item, 'input')[0]).toMatchObject({ type: Object });
  });
});

test('the initial values of a class that needs arguments are none', () => {
  class Item {
    @IsString() name: string;
    constructor(source: { name: string }) {
      this.name = source.name;
    }
  }

  expect(readInitializers(Item as never)).toEqual({});
});
