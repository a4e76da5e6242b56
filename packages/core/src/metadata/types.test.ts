import { typeName } from './types.js';

enum Color {
  Red,
}

test.each<[string, unknown]>([
  ['String', String],
  ["'integer'", 'integer'],
  ['[String]', [String]],
  ['[[Number], Date]', [[Number], Date]],
  ['an enum', Color],
  [
    'an unnamed class',
    (() =>
      class {
        x = 1;
      })(),
  ],
  ['undefined', undefined],
  ['null', null],
  ['5', 5],
])('calls a type %s', (name, type) => {
  expect(typeName(type)).toBe(name);
});
