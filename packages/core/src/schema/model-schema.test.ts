import { randomUUID } from 'node:crypto';

import { Type } from 'class-transformer';
import {
  Allow,
  ArrayMinSize,
  ArrayUnique,
  Contains,
  Equals,
  IsArray,
  IsBoolean,
  IsDate,
  IsDateString,
  IsDivisibleBy,
  IsEmail,
  IsEnum,
  IsIn,
  IsInt,
  IsIP,
  IsNotEmpty,
  IsNumber,
  IsObject,
  IsOptional,
  IsPositive,
  IsString,
  IsUrl,
  IsUUID,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';

import type { ModelClass } from '../models/model-fields.js';
import { toModelSchema } from './model-schema.js';
import { toNullable } from './rule-schema.js';

const reference = ({ name }: ModelClass) => ({ $ref: name });

function inputOf(model: ModelClass): Readonly<Record<string, unknown>> {
  return toModelSchema(model, 'input', reference);
}

/** The schemas of the fields of a model. */
function fieldsOf(model: ModelClass): unknown {
  return inputOf(model).properties;
}

enum Size {
  Small = 1,
  Large = 2,
}

enum Colour {
  Red = 'red',
  Blue = 'blue',
}

test('says types and what numbers and text are held to', () => {
  class Item {
    @IsString() @Length(1, 80) name!: string;
    @MaxLength(5) @IsString() code!: string;
    @IsNotEmpty() @IsString() note!: string;
    @Matches(/^[a-z]+$/) slug!: string;
    @Matches(/^[a-z]+$/i) anyCase!: string;
    @Contains('a.b') dotted!: string;
    @Min(0) @Max(9) @IsNumber() price!: number;
    @IsInt() @IsPositive() @IsDivisibleBy(5) count!: number;
    @IsNumber() @IsInt() whole!: number;
    @IsBoolean() sold!: boolean;
  }

  expect(fieldsOf(Item)).toEqual({
    name: { type: 'string', minLength: 1, maxLength: 80 },
    code: { type: 'string', maxLength: 5 },
    note: { type: 'string', minLength: 1 },
    slug: { type: 'string', pattern: '^[a-z]+$' },
    // A pattern of JSON Schema has no flags.
    anyCase: { type: 'string' },
    dotted: { type: 'string', pattern: 'a\\.b' },
    price: { type: 'number', minimum: 0, maximum: 9 },
    count: { type: 'integer', exclusiveMinimum: 0, multipleOf: 5 },
    whole: { type: 'integer' },
    sold: { type: 'boolean' },
  });
});

test('what @Allow alone lets in may be left out', () => {
  class Item {
    @Allow() value: unknown;
    @Allow() @IsString() name!: string;
  }

  expect(inputOf(Item)).toEqual({
    type: 'object',
    properties: { value: {}, name: { type: 'string' } },
    required: ['name'],
  });
});

test('says formats, dates, enums and constants', () => {
  class Item {
    @IsEmail() mail!: string;
    @IsUrl() url!: string;
    @IsUUID() id!: string;
    @IsIP('6') address!: string;
    @IsIP() anyAddress!: string;
    @IsDate() @Type(() => Date) at!: Date;
    @IsDateString() on!: string;
    @IsEnum(Size) size!: Size;
    @IsEnum(Colour) colour!: Colour;
    @IsIn(['a', 'b']) letter!: string;
    @IsIn([1, 'one', null]) mixed!: unknown;
    @Equals('item') kind!: string;
  }

  expect(fieldsOf(Item)).toEqual({
    mail: { type: 'string', format: 'email' },
    url: { type: 'string', format: 'uri' },
    id: { type: 'string', format: 'uuid' },
    address: { type: 'string', format: 'ipv6' },
    anyAddress: { type: 'string' },
    at: { type: 'string', format: 'date-time' },
    on: { type: 'string', format: 'date-time' },
    size: { type: 'number', enum: [1, 2] },
    colour: { type: 'string', enum: ['red', 'blue'] },
    letter: { type: 'string', enum: ['a', 'b'] },
    mixed: { enum: [1, 'one', null] },
    kind: { type: 'string', enum: ['item'] },
  });
});

test('says what lists hold, and how many', () => {
  class Part {
    @IsString() name!: string;
  }
  class Item {
    @IsArray()
    @ArrayMinSize(1)
    @ArrayUnique()
    @IsString({ each: true })
    @MaxLength(9, { each: true })
    tags!: string[];
    @ValidateNested({ each: true }) @Type(() => Part) parts!: Part[];
    @IsEnum(Colour, { each: true }) colours!: Colour[];
    @IsArray() anything!: unknown[];
  }

  expect(fieldsOf(Item)).toEqual({
    tags: { type: 'array', minItems: 1, uniqueItems: true, items: { type: 'string', maxLength: 9 } },
    parts: { type: 'array', items: { $ref: 'Part' } },
    colours: { type: 'array', items: { type: 'string', enum: ['red', 'blue'] } },
    anything: { type: 'array', items: {} },
  });
});

test('refers to nested classes, to the class itself, and to the classes of a discriminator', () => {
  class Animal {
    @IsString() kind!: string;
  }
  class Cat extends Animal {
    @IsBoolean() indoor!: boolean;
  }
  class Owner {
    @ValidateNested()
    @Type(() => Animal, { discriminator: { property: 'kind', subTypes: [{ name: 'cat', value: Cat }] } })
    pet!: Animal;

    @IsOptional() @ValidateNested() @Type(() => Owner) parent?: Owner;
    @IsObject() extra!: Record<string, unknown>;
  }

  expect(fieldsOf(Owner)).toEqual({
    pet: {
      oneOf: [
        {
          allOf: [
            { $ref: 'Cat' },
            { type: 'object', properties: { kind: { type: 'string', enum: ['cat'] } }, required: ['kind'] },
          ],
        },
      ],
    },
    parent: { anyOf: [{ $ref: 'Owner' }, { type: 'null' }] },
    extra: { type: 'object' },
  });
});

test('an optional field may be null, and neither it nor one on a condition is required', () => {
  class Item {
    @IsString() name!: string;
    @IsOptional() @IsEnum(Colour) colour?: Colour;
    @ValidateIf(() => false) @IsString() reason!: string;
  }

  expect(inputOf(Item)).toEqual({
    type: 'object',
    properties: {
      name: { type: 'string' },
      colour: { type: ['string', 'null'], enum: ['red', 'blue', null] },
      reason: { type: 'string' },
    },
    required: ['name'],
  });
});

test('a field with an initializer may be left out of a request, and is always in a response', () => {
  class Item {
    @IsInt() count = 1;
    @IsString({ each: true }) tags: string[] = [];
    @IsString() id: string = randomUUID();
  }

  expect(inputOf(Item)).toEqual({
    type: 'object',
    properties: {
      count: { type: 'integer', default: 1 },
      tags: { type: 'array', items: { type: 'string' }, default: [] },
      // Another one for each instance.
      id: { type: 'string' },
    },
  });
  expect(toModelSchema(Item, 'output', reference).required).toEqual(['count', 'tags', 'id']);
});

test('has the fields of its bases', () => {
  class Base {
    @IsInt() id!: number;
  }
  class Item extends Base {
    @IsString() name!: string;
  }

  expect(fieldsOf(Item)).toEqual({ name: { type: 'string' }, id: { type: 'integer' } });
});

test('any value may be null already', () => {
  expect(toNullable({})).toEqual({});
});
