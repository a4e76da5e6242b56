import { IsString } from 'class-validator';

import type { ErrorDetail } from '../errors/request-validation-error.js';
import { compileConverter } from './compile-converter.js';

class Item {
  @IsString()
  name!: string;
}
class Bare {
  name = 'bare';
}
enum Numeric {
  Zero,
  One,
  Minus = -1,
}
enum Text {
  A = 'a',
  B = 'b',
}
enum Mixed {
  Zero,
  // eslint-disable-next-line @typescript-eslint/no-mixed-enums -- users may mix them
  Text = 'text',
  /** A value that is the name of another member. */
  Named = 'Zero',
}
const constants = { first: 1, alias: 1, name: 'first' } as const;

function convert(type: unknown, value: unknown): { value: unknown; faults: ErrorDetail[] } {
  const compiled = compileConverter(type);
  if (!('convert' in compiled)) throw new Error(compiled.kind);
  const faults: ErrorDetail[] = [];
  return { value: compiled.convert(value, ['body'], faults), faults };
}

test.each<[unknown, object]>([
  [String, { kind: 'scalar', asynchronous: false }],
  [Number, { kind: 'scalar', asynchronous: false }],
  ['integer', { kind: 'scalar', asynchronous: false }],
  [Boolean, { kind: 'scalar', asynchronous: false }],
  [Date, { kind: 'scalar', asynchronous: false }],
  [BigInt, { kind: 'scalar', asynchronous: false }],
  [Text, { kind: 'scalar', asynchronous: false }],
  [[String], { kind: 'list', asynchronous: false }],
  [[[Numeric]], { kind: 'list', asynchronous: false }],
  [[Item], { kind: 'list', asynchronous: true }],
  [Object, { kind: 'object', asynchronous: false }],
  [Buffer, { kind: 'object', asynchronous: false }],
  [Uint8Array, { kind: 'object', asynchronous: false }],
  [Item, { kind: 'object', asynchronous: true }],
  [Bare, { kind: 'empty-model', model: Bare }],
  [[Bare], { kind: 'empty-model', model: Bare }],
  [Map, { kind: 'empty-model', model: Map }],
  ...[undefined, null, 'int', 'string', 5, {}, [], [String, Number], [[]], { a: true }].map(
    (type): [unknown, object] => [type, { kind: 'unknown' }],
  ),
  ...[Array, Promise, Function, Symbol, [undefined]].map((type): [unknown, object] => [
    type,
    { kind: 'unknown' },
  ]),
])('%p is compiled into %p', (type, expected) => {
  expect(compileConverter(type)).toMatchObject(expected);
});

test.each<[string, unknown, unknown[], unknown[]]>([
  ['numeric', Numeric, [0, 1, -1], ['Zero', 'One', 'Minus', 2, '1.0']],
  ['string', Text, ['a', 'b'], ['A', 'B', 0]],
  ['mixed', Mixed, [0, 'text', 'Zero'], ['Text', 'Named', 1]],
  ['constant', constants, [1, 'first'], ['alias', 'name', 2]],
])('a %s enum takes its values, and not its names', (_kind, type, values, others) => {
  expect(values.map((value) => convert(type, value).value)).toEqual(values);
  for (const other of others) {
    expect(convert(type, other).faults.map((fault) => fault.type)).toEqual(['enum']);
  }
});

test('an enum says each of its values once', () => {
  expect(convert(constants, 'x').faults[0]?.msg).toBe("Input should be 1 or 'first'");
  expect(convert(Numeric, 'x').faults[0]?.msg).toBe('Input should be 0 or 1 or -1');
});

describe('a list', () => {
  test('converts each item', () => {
    expect(convert(['integer'], ['1', 2])).toEqual({ value: [1, 2], faults: [] });
    expect(convert([[Boolean]], [['yes'], []])).toEqual({ value: [[true], []], faults: [] });
    expect(convert([String], [])).toEqual({ value: [], faults: [] });
  });

  test('adds the index of each item that it refuses to the place', () => {
    const { faults } = convert([['integer']], [['1', 'a'], 'b', ['2', null]]);
    expect(faults.map(({ type, loc }) => [type, ...loc])).toEqual([
      ['int_parsing', 'body', 0, 1],
      ['list_type', 'body', 1],
      ['int_type', 'body', 2, 1],
    ]);
  });

  test.each(['a', { 0: 'a', length: 1 }, null, 5, new Set(['a'])])('is not %p', (value) => {
    expect(convert([String], value).faults).toMatchObject([
      { type: 'list_type', loc: ['body'], input: value },
    ]);
  });

  test('of models gives a promise of all of them', async () => {
    const good = convert([Item], [{ name: 'a' }, { name: 'b' }]);
    expect(await good.value).toEqual([{ name: 'a' }, { name: 'b' }]);
    const bad = convert([Item], [{ name: 'a' }, { name: 1 }, 'c']);
    await bad.value;
    expect(bad.faults.map(({ loc }) => loc.join('.')).sort()).toEqual(['body.1.name', 'body.2']);
  });
});

test.each([[], null, 'a', 5, undefined])('Object refuses %p', (value) => {
  expect(convert(Object, value).faults).toMatchObject([{ type: 'dict_type', input: value }]);
});

test('Object gives the object itself', () => {
  const value = { a: 1 };
  expect(convert(Object, value).value).toBe(value);
});

test.each([Buffer, Uint8Array])('%p takes bytes as they are, and nothing else', (type) => {
  const bytes = Buffer.from('a');
  expect(convert(type, bytes).value).toBe(bytes);
  for (const other of ['a', { type: 'Buffer', data: [1] }, [1], null]) {
    expect(convert(type, other).faults).toMatchObject([{ type: 'bytes_type', input: other }]);
  }
});
