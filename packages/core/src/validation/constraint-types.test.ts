import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as classValidator from 'class-validator';

import { CONSTRAINTS, constraintType } from './constraint-types.js';

/** The names of class-validator's constraints are constants that it exports in capitals, but for its own kinds. */
const names = Object.entries(classValidator)
  .filter(([key, value]) => /^[A-Z0-9_]+$/.test(key) && typeof value === 'string' && key !== 'IS_OPTIONAL')
  .map(([, value]) => value as unknown as string);

test('has a word for every constraint of class-validator', () => {
  expect(names.length).toBeGreaterThan(90);
  expect(names.filter((name) => !Object.hasOwn(CONSTRAINTS, name))).toEqual([]);
});

test('docs/validation.md has the same words', () => {
  const page = readFileSync(path.join(__dirname, '../../../../docs/validation.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `(\w+)` +\| ((?:`\w+`(?:, )?)+) *\|$/gm)];
  const written = rows.flatMap(([, type, constraints = '']) =>
    [...constraints.matchAll(/`(\w+)`/g)].map(([, name = '']) => [name, type]),
  );
  const words = Object.entries(CONSTRAINTS).map(([name, { type }]) => [name, type]);
  expect(Object.fromEntries(written)).toEqual(
    Object.fromEntries(words.filter(([, type]) => type !== 'value_error')),
  );
});

test.each([
  ['minLength', 'x', 'string_too_short'],
  ['isLength', 'x', 'string_too_short'],
  ['isLength', 'xxxxx', 'string_too_long'],
  // Two code units, and one character to class-validator.
  ['isLength', '😀', 'string_too_short'],
  ['somethingOfOnesOwn', 1, 'value_error'],
  ['constructor', 1, 'value_error'],
])('calls a fault of %s of %p %s', (constraint, value, expected) => {
  expect(constraintType(constraint, value, [2, 4])).toBe(expected);
});
