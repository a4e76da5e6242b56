import { Equals, IsIn, IsInt, IsString } from 'class-validator';

import { nullable, record, union } from '../metadata/model-spec.js';
import { toTypeSchema } from './type-schema.js';

class Item {
  @IsString() name!: string;
}

class Cat {
  @IsIn(['cat']) kind!: 'cat';
}
class Dog {
  @Equals('dog') kind!: 'dog';
}
class Bird {
  @IsInt() wings!: number;
}

enum Size {
  Small = 1,
  Large = 2,
}

test.each([
  [String, { type: 'string' }],
  [Number, { type: 'number' }],
  ['integer', { type: 'integer' }],
  [BigInt, { type: 'integer' }],
  [Boolean, { type: 'boolean' }],
  [Date, { type: 'string', format: 'date-time' }],
  [Buffer, { type: 'string', format: 'binary' }],
  [Map, { type: 'object' }],
  [Object, {}],
  [undefined, {}],
  [class Empty {}, {}],
  [Size, { type: 'number', enum: [1, 2] }],
  [
    { a: 'x', b: 'y' },
    { type: 'string', enum: ['x', 'y'] },
  ],
  [[String], { type: 'array', items: { type: 'string' } }],
  [[[Item]], { type: 'array', items: { type: 'array', items: { $ref: 'Item' } } }],
  [Item, { $ref: 'Item' }],
  [[Object], { type: 'array', items: { type: 'object' } }],
  [union(Cat, Dog), { oneOf: [{ $ref: 'Cat' }, { $ref: 'Dog' }], 'x-discriminator': 'kind' }],
  [union(Cat, Bird), { anyOf: [{ $ref: 'Cat' }, { $ref: 'Bird' }] }],
  [
    union(Cat, nullable(union(String, Object))),
    { anyOf: [{ anyOf: [{ $ref: 'Cat' }, { type: 'string' }, { type: 'object' }] }, { type: 'null' }] },
  ],
  [nullable(Item), { anyOf: [{ $ref: 'Item' }, { type: 'null' }] }],
  [nullable('integer'), { type: ['integer', 'null'] }],
  [record(Item), { type: 'object', additionalProperties: { $ref: 'Item' } }],
])('%p is %j', (type, schema) => {
  expect(toTypeSchema(type, ({ name }) => ({ $ref: name }))).toEqual(schema);
});
