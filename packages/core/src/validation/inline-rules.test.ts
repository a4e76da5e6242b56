import type { ErrorDetail } from '../errors/request-validation-error.js';
import type { InlineRules } from '../metadata/inline-rules.js';
import { compileConverter } from './compile-converter.js';
import { findRuleProblem } from './inline-rules.js';

function read(type: unknown, rules: InlineRules, value: unknown): unknown {
  const compiled = compileConverter(type, undefined, rules);
  if (!('convert' in compiled)) throw new Error('no converter');
  const faults: ErrorDetail[] = [];
  const converted = compiled.convert(value, ['query', 'q'], faults);
  return faults.length === 0
    ? converted
    : faults.map(({ type: word, loc, ctx }) => [word, loc.slice(2).join('.'), ctx]);
}

test.each<[unknown, InlineRules, unknown, unknown]>([
  [Number, { min: 1 }, '1', 1],
  [Number, { min: 1 }, '0.9', [['greater_than_equal', '', { ge: 1 }]]],
  [Number, { exclusiveMin: 1 }, 1, [['greater_than', '', { gt: 1 }]]],
  [Number, { max: 1 }, 1, 1],
  [Number, { max: 1 }, 1.1, [['less_than_equal', '', { le: 1 }]]],
  [Number, { exclusiveMax: 1 }, 1, [['less_than', '', { lt: 1 }]]],
  // It is no number, and no rule is asked about it.
  [Number, { min: 1, max: 0 }, 'x', [['float_parsing', '', undefined]]],
  [Number, { multipleOf: 0.1 }, 0.3, 0.3],
  [Number, { multipleOf: 0.1 }, 0.35, [['multiple_of', '', { multiple_of: 0.1 }]]],
  ['integer', { multipleOf: 5 }, '15', 15],
  [BigInt, { multipleOf: 5, min: 1n }, '15', 15n],
  [BigInt, { multipleOf: 5n }, '16', [['multiple_of', '', { multiple_of: '5' }]]],
  [
    Date,
    { min: new Date(0) },
    '1969-12-31',
    [['greater_than_equal', '', { ge: '1970-01-01T00:00:00.000Z' }]],
  ],
  [String, { minLength: 2 }, '😀', [['string_too_short', '', { min_length: 2 }]]],
  [String, { maxLength: 1 }, '😀', '😀'],
  [String, { maxLength: 1 }, '😀a', [['string_too_long', '', { max_length: 1 }]]],
  [String, { pattern: /^a/ }, 'ba', [['string_pattern_mismatch', '', { pattern: '^a' }]]],
  [String, { pattern: '^a' }, 'ab', 'ab'],
  [['integer'], { min: 2 }, ['1', '2'], [['greater_than_equal', '0', { ge: 2 }]]],
  [[String], { minItems: 1 }, ['a'], ['a']],
  [
    [String],
    { minItems: 2 },
    ['a'],
    [['too_short', '', { field_type: 'List', min_length: 2, actual_length: 1 }]],
  ],
  [
    [String],
    { maxItems: 1 },
    ['a', 5],
    [['too_long', '', { field_type: 'List', max_length: 1, actual_length: 2 }]],
  ],
])('%p with %p makes of %p %p', (type, rules, value, expected) => {
  expect(read(type, rules, value)).toEqual(expected);
});

test('a pattern begins anew with each value', () => {
  const compiled = compileConverter(String, undefined, { pattern: /a/g });
  if (!('convert' in compiled)) throw new Error('no converter');
  expect([1, 2, 3].map(() => compiled.convert('a', [], []))).toEqual(['a', 'a', 'a']);
});

test.each<[InlineRules, unknown, string | undefined]>([
  [{ min: 1 }, String, '`min` says nothing of its type'],
  [{ minItems: 1 }, Number, '`minItems` says nothing of its type'],
  [{ minLength: -1 }, String, '`minLength` is -1'],
  [{ pattern: '(' }, String, '`pattern` is ('],
  [{ multipleOf: 0 }, Number, '`multipleOf` is 0'],
  [{ min: NaN }, Number, '`min` is NaN'],
  [{ min: 1 }, Date, '`min` is 1'],
  [{ minLength: 1, minItems: 1 }, [String], undefined],
  [{ maxLength: 1 }, Boolean, '`maxLength` says nothing of its type'],
])('%p of %p: %p', (rules, type, problem) => {
  expect(findRuleProblem(rules, type)).toBe(problem);
});
