import { IsString } from 'class-validator';

import { toTypeSchema } from './type-schema.js';

class Item {
  @IsString() name!: string;
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
])('%p is %j', (type, schema) => {
  expect(toTypeSchema(type, ({ name }) => ({ $ref: name }))).toEqual(schema);
});
