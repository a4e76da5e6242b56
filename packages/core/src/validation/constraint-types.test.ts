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

test('docs/validation.md says when each word is used, and of no other', () => {
  const root = path.join(__dirname, '../../../..');
  const page = readFileSync(path.join(root, 'docs/validation.md'), 'utf8');
  const [, table = ''] = /\n\| `type` +\| when [^]*?\n((?:\|.*\n)+)/.exec(page) ?? [];
  const published = [...table.matchAll(/^\|([^|]+)\|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`(\w+)`/g)].map(([, word]) => word),
  );
  // What is written in the sources as the word of a fault, and what constraints are called.
  const sources = [
    ...['scalars', 'convert-model', 'compile-converter', 'inline-rules', 'interpret-model'].map(
      (name) => `packages/core/src/validation/${name}.ts`,
    ),
    ...['compile-parameter', 'body-media-type'].map((name) => `packages/core/src/plan/${name}.ts`),
    ...['error-handler', 'json-body'].map((name) => `packages/fastify-adapter/src/${name}.ts`),
  ].map((file) => readFileSync(path.join(root, file), 'utf8'));
  const written = sources.flatMap((source) =>
    [
      ...source.matchAll(/\b(?:refuse|reject|add)\(\s*(?:\w+,\s*)?'(\w+)'/g),
      ...source.matchAll(/\btype: '(\w+)'/g),
      ...source.matchAll(/\? '(\w+)' : '(\w+)';/g),
    ].flatMap(([, ...words]) => words.filter((word) => /^[a-z]+(?:_[a-z]+)+$|^(?:missing|enum)$/.test(word))),
  );
  const constraints = Object.values(CONSTRAINTS).map(({ type }) => type);
  expect(published).toHaveLength(new Set(published).size);
  expect(
    [...new Set([...written, ...constraints])].filter((word) => !published.includes(word)).sort(),
  ).toEqual([]);
  expect(published.filter((word) => ![...written, ...constraints].includes(word ?? '')).sort()).toEqual([]);
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
