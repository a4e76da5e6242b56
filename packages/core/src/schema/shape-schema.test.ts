import { Exclude, Expose, Transform, Type } from 'class-transformer';
import {
  IsArray,
  IsBoolean,
  IsEmail,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Min,
  ValidateNested,
} from 'class-validator';

import { Holds } from '../decorators/holds.js';
import { nullable, record, union, type ModelSpec } from '../metadata/model-spec.js';
import { Components } from './components.js';
import type { JsonSchema } from './json-schema.js';
import { compileResponseModel, type ResponseModelOptions } from './response-model.js';
import { SchemaNames } from './schema-names.js';

class Cat {
  @IsIn(['cat']) kind!: 'cat';
  @IsBoolean() indoor!: boolean;
}
class Dog {
  @IsIn(['dog']) kind!: 'dog';
  @IsString() breed!: string;
}
class Maker {
  @IsString() name!: string;
}
class Item {
  @Length(1, 80) name!: string;
  @IsOptional() @IsInt() @Min(0) count: number | null = null;
  @IsArray() @IsString({ each: true }) tags: string[] = [];
  @IsOptional() @ValidateNested() @Type(() => Maker) maker?: Maker;
}

/** What the document says of a model: its schema, and the named ones. */
function document(
  spec: ModelSpec,
  options: Partial<ResponseModelOptions> = {},
): { schema: JsonSchema; named: Record<string, JsonSchema> } {
  const compiled = compileResponseModel({
    include: undefined,
    exclude: undefined,
    excludeNone: false,
    excludeUnset: false,
    excludeDefaults: false,
    groups: [],
    check: true,
    ...options,
    spec,
  });
  if ('faults' in compiled) throw new Error(JSON.stringify(compiled.faults));
  const components = new Components(new SchemaNames());
  const schema = components.schemaOfResponse(compiled.model);
  return {
    schema,
    named: Object.fromEntries(
      [...components.schemas].map(([id, named]) => [id.slice('sluice:'.length), named]),
    ),
  };
}
const ref = (name: string): JsonSchema => ({ $ref: `sluice:${name}#` });

test.each<[string, ModelSpec, JsonSchema]>([
  ['text', String, { type: 'string' }],
  ['a date', Date, { type: 'string', format: 'date-time' }],
  ['bytes', Buffer, { type: 'string', contentEncoding: 'base64' }],
  ['a bigint', BigInt, { type: 'integer' }],
  ['any object', Object, { type: 'object' }],
  ['an enum', { A: 'a', B: 'b' }, { type: 'string', enum: ['a', 'b'] }],
  ['a list', [Cat], { type: 'array', items: ref('Cat') }],
  [
    'a record',
    record([Number]),
    { type: 'object', additionalProperties: { type: 'array', items: { type: 'number' } } },
  ],
  ['what may be null', nullable(Date), { type: ['string', 'null'], format: 'date-time' }],
  ['a model that may be null', nullable(Cat), { anyOf: [ref('Cat'), { type: 'null' }] }],
  [
    'a union that a field tells apart',
    union(Cat, Dog),
    { oneOf: [ref('Cat'), ref('Dog')], 'x-discriminator': 'kind' },
  ],
  ['any other union', union(Maker, String), { anyOf: [ref('Maker'), { type: 'string' }] }],
])('%s', (_name, spec, schema) => {
  expect(document(spec).schema).toEqual(schema);
});

test('a model requires what is always there, and says defaults and rules', () => {
  expect(document(Item)).toEqual({
    schema: ref('Item'),
    named: {
      Maker: expect.objectContaining({ required: ['name'] }) as unknown,
      Item: {
        $id: 'sluice:Item',
        title: 'Item',
        type: 'object',
        properties: {
          name: { type: 'string', minLength: 1, maxLength: 80 },
          count: { type: ['integer', 'null'], minimum: 0, default: null },
          tags: { type: 'array', items: { type: 'string' }, default: [] },
          maker: { anyOf: [ref('Maker'), { type: 'null' }] },
        },
        required: ['name', 'count', 'tags'],
      },
    },
  });
});

test.each<[string, Partial<ResponseModelOptions>, readonly string[], unknown]>([
  ['null', { excludeNone: true }, ['name', 'tags'], ref('Maker')],
  ['what is unset', { excludeUnset: true }, ['name'], { anyOf: [ref('Maker'), { type: 'null' }] }],
  ['defaults', { excludeDefaults: true }, ['name'], { anyOf: [ref('Maker'), { type: 'null' }] }],
])('a route that leaves out %s requires no more', (_name, options, required, maker) => {
  expect(document(Item, options).named.Item).toMatchObject({ required, properties: { maker } });
});

test('a selection is shown where it is, and no component', () => {
  const { schema, named } = document([Item], { include: { name: true, maker: ['name'] } });
  expect(schema).toEqual({
    type: 'array',
    items: {
      title: 'Item',
      type: 'object',
      properties: {
        name: { type: 'string', minLength: 1, maxLength: 80 },
        maker: {
          title: 'Maker',
          type: ['object', 'null'],
          properties: { name: { type: 'string' } },
          required: ['name'],
        },
      },
      required: ['name'],
    },
  });
  expect(named).toEqual({});
});

test('fields have the names, types and groups that are sent', () => {
  class Account {
    @Expose({ name: 'user_name' }) @IsString() userName!: string;
    @Exclude() @IsString() password!: string;
    @Expose({ groups: ['admin'] }) @IsEmail() mail!: string;
    @Holds(() => String) @Transform(({ value }) => String(value)) @IsInt() @Min(3) id!: number;
    @Holds(() => record(union(Cat, Dog))) pets!: unknown;
    @IsObject() data!: object;
  }
  const pets = {
    type: 'object',
    additionalProperties: { oneOf: [ref('Cat'), ref('Dog')], 'x-discriminator': 'kind' },
  };
  const properties = {
    user_name: { type: 'string' },
    id: { type: 'string' },
    pets,
    data: { type: 'object' },
  };
  expect(document(Account).named.Account?.properties).toEqual(properties);
  expect(document(Account, { groups: ['admin'] }).named.Account?.properties).toEqual({
    ...properties,
    mail: { type: 'string', format: 'email' },
  });
});

test('what holds itself refers to itself, also by a union', () => {
  class Leaf {
    @IsInt() value!: number;
  }
  class Branch {
    @Holds(() => [union(Leaf, Branch)]) children!: unknown[];
  }
  expect(document(Branch).named.Branch).toMatchObject({
    properties: { children: { type: 'array', items: { anyOf: [ref('Leaf'), ref('Branch')] } } },
  });
});
