import fc from 'fast-check';

import { findJsonFault } from './json-fault.js';

test.each([
  ['', 0, 'a value'],
  ['  ', 2, 'a value'],
  ['nul', 0, 'a value'],
  ['NaN', 0, 'a value'],
  ['{', 1, "a name in double quotes or '}'"],
  ['{"a":1,}', 7, 'a name in double quotes'],
  ['{"a" 1}', 5, "':'"],
  ['{"a":', 5, 'a value'],
  ['{"a":1', 6, "',' or '}'"],
  ['{"name": "foo", "price": None}', 25, 'a value'],
  ["{'a':1}", 1, "a name in double quotes or '}'"],
  ['[1,2', 4, "',' or ']'"],
  ['[,', 1, "a value or ']'"],
  ['[1,]', 3, 'a value'],
  ['[1}', 2, "',' or ']'"],
  ['01', 1, 'the end'],
  ['1.', 1, 'the end'],
  ['-', 0, 'a value'],
  ['{} x', 3, 'the end'],
  ['"a', 2, "'\"'"],
  ['"a\nb"', 2, 'text without control characters'],
  ['"a\\x"', 2, 'an escape of JSON'],
  ['"\\u12"', 1, 'an escape of JSON'],
  ['\u00a0{}', 0, 'a value'],
])('%j is no JSON at %i: expected %s', (text, at, expected) => {
  expect(findJsonFault(text)).toEqual({ at, expected });
});

test('finds a fault where JSON.parse does, and nowhere else', () => {
  const parses = (text: string): boolean => {
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  };
  const char = fc.constantFrom(...'{}[],:"\\ \n0123456789-+.eEtrufalsn\u0001x'.split(''));
  const broken = fc
    .tuple(fc.json(), fc.nat(), fc.nat(3), fc.string({ unit: char, maxLength: 3 }))
    .map(([text, at, length, put]) => {
      const from = at % (text.length + 1);
      return text.slice(0, from) + put + text.slice(from + length);
    });
  fc.assert(
    fc.property(fc.oneof(broken, fc.json(), fc.string({ unit: char })), (text) => {
      const fault = findJsonFault(text);
      expect(fault === undefined).toBe(parses(text));
      // What is before it can go on to be JSON, or is a literal or a number that was not ended.
      expect(fault === undefined || (fault.at >= 0 && fault.at <= text.length)).toBe(true);
    }),
    { numRuns: 5000 },
  );
});

test('takes long strings and deep lists', () => {
  expect(findJsonFault(`"${'a\\n'.repeat(1_000_000)}"`)).toBeUndefined();
  expect(findJsonFault('['.repeat(1_000_000))).toEqual({ at: 1_000_000, expected: "a value or ']'" });
});
