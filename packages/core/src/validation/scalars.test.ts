import fc from 'fast-check';

import type { ErrorDetail } from '../errors/request-validation-error.js';
import type { Converter } from './converter.js';
import {
  convertBigInt,
  convertBoolean,
  convertDate,
  convertInteger,
  convertNumber,
  convertString,
  createEnumConverter,
} from './scalars.js';

const LOCATION = ['query', 'q'];

/** The converted value, or the type of the one fault, whose place and input are those that were given. */
function convert(converter: Converter, value: unknown): unknown {
  const faults: ErrorDetail[] = [];
  const result = converter(value, LOCATION, faults);
  const [fault] = faults;
  if (fault === undefined) return result;
  expect([result, faults.length, fault.loc, fault.input]).toEqual([undefined, 1, LOCATION, value]);
  return { refused: fault.type };
}

type Case = [unknown, unknown];
const words = (text: string): string[] => text.split(' ');
const refused = (type: string, ...values: unknown[]): Case[] =>
  values.map((value) => [value, { refused: type }]);

test.each<Case>([
  ['', ''],
  [' a ', ' a '],
  ['__proto__', '__proto__'],
  ...refused('string_type', 1, true, null, {}, ['a'], undefined),
])('String: %p gives %p', (value, expected) => {
  expect(convert(convertString, value)).toEqual(expected);
});

test.each<Case>([
  ['0', 0],
  ['+1.50', 1.5],
  ['-.5', -0.5],
  ['5.', 5],
  ['1e3', 1000],
  ['1E-2', 0.01],
  [' 7\n', 7],
  ['007', 7],
  ['1e-400', 0],
  [1e300, 1e300],
  [-0.5, -0.5],
  ...refused('float_parsing', '', ' ', '1 2', ...words('. + e5 1e 1_0 1,5 0x10 0b1 NaN Infinity ٣ --1')),
  ...refused('finite_number', '1e400', '-1e400', '9'.repeat(400), Infinity, -Infinity, NaN),
  ...refused('float_type', true, null, {}, ['1'], 1n, new Date(0)),
])('Number: %p gives %p', (value, expected) => {
  expect(convert(convertNumber, value)).toEqual(expected);
});

test.each<Case>([
  ['0', 0],
  ['+5', 5],
  ['-5', -5],
  [' 5 ', 5],
  ['007', 7],
  ['-0', 0],
  [-0, 0],
  ['9007199254740991', Number.MAX_SAFE_INTEGER],
  [Number.MIN_SAFE_INTEGER, Number.MIN_SAFE_INTEGER],
  [5.0, 5],
  ...refused('int_parsing', '', ' ', ...words('1.0 1.5 1e3 0x1 1_000 NaN + --1 ٣ five')),
  ...refused(
    'int_parsing_size',
    ...words('9007199254740992 -9007199254740992'),
    '1'.repeat(400),
    2 ** 53,
    1e300,
  ),
  ...refused('int_from_float', 1.5, -0.5),
  ...refused('finite_number', NaN, Infinity, -Infinity),
  ...refused('int_type', true, null, {}, ['1'], 1n),
])("'integer': %p gives %p", (value, expected) => {
  expect(convert(convertInteger, value)).toEqual(expected);
});

test.each<Case>([
  ['0', 0n],
  ['-0', 0n],
  ['+9007199254740993', 9007199254740993n],
  [' -9007199254740993 ', -9007199254740993n],
  ['9'.repeat(4300), 10n ** 4300n - 1n],
  [5, 5n],
  [5n, 5n],
  ...refused('int_parsing', '', '- 1', ...words('1n 1.0 0x10 +-1')),
  ...refused('int_parsing_size', '9'.repeat(4301), '-'.repeat(5000), 2 ** 53),
  ...refused('int_from_float', 1.5),
  ...refused('finite_number', NaN, Infinity),
  ...refused('int_type', true, null, {}),
])('BigInt: %p gives %p', (value, expected) => {
  expect(convert(convertBigInt, value)).toEqual(expected);
});

const TRUE_WORDS = words('true 1 on yes t y');
const FALSE_WORDS = words('false 0 off no f n');
const inAnyCase = (list: readonly string[]) =>
  fc
    .tuple(fc.constantFrom(...list), fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }))
    .map(([word, upper]) =>
      word.replace(/[a-z]/g, (letter, at: number) => (upper[at] === true ? letter.toUpperCase() : letter)),
    );

test('Boolean: every word is read in any case', () => {
  fc.assert(
    fc.property(inAnyCase(TRUE_WORDS), inAnyCase(FALSE_WORDS), (yes, no) => {
      expect([convert(convertBoolean, yes), convert(convertBoolean, no)]).toEqual([true, false]);
    }),
  );
});

test.each<Case>([
  [true, true],
  [false, false],
  [1, true],
  [0, false],
  ...refused('bool_parsing', '', ' true', ...words('truee 2 01 null constructor')),
  ...refused('bool_parsing', 2, -1),
  ...refused('bool_type', 1.5, NaN, null, [], [true], {}),
])('Boolean: %p gives %p', (value, expected) => {
  expect(convert(convertBoolean, value)).toEqual(expected);
});

test.each<[unknown, string]>([
  ['2024-02-29', '2024-02-29T00:00:00.000Z'],
  ['2026-01-01T10:20', '2026-01-01T10:20:00.000Z'],
  ['2026-01-01 10:20:30', '2026-01-01T10:20:30.000Z'],
  ['2026-01-01t10:20:30.5z', '2026-01-01T10:20:30.500Z'],
  ['2026-01-01T10:20:30,25Z', '2026-01-01T10:20:30.250Z'],
  ['2026-01-01T10:20:30.123456789Z', '2026-01-01T10:20:30.123Z'],
  ['2026-01-01T00:30+01:00', '2025-12-31T23:30:00.000Z'],
  ['2026-01-01T23:30-0130', '2026-01-02T01:00:00.000Z'],
  ['0001-01-01', '0001-01-01T00:00:00.000Z'],
  ['9999-12-31', '9999-12-31T00:00:00.000Z'],
  [new Date(0), '1970-01-01T00:00:00.000Z'],
])('Date: %p is %s', (value, expected) => {
  expect(convert(convertDate, value)).toEqual(new Date(expected));
});

const noDays = words('2026-02-31 2023-02-29 2026-04-31T10:00:00+02:00 2026-13-01 2026-00-01 2026-01-00');
const noTimes = words(
  '2026-01-01T10 2026-01-01T24:00 2026-01-01T25:00 2026-01-01T10:60 2026-01-01T10:00+25:00 2026-01-01Z',
);
const noFormats = words(
  '2026 2026-1-1 20260101 12026-01-01 -2026-01-01 1767225600 2026-01-01T10:00:00.1234567890',
);

test.each<Case>([
  ...refused('datetime_parsing', '', '2026-01-01T10:00 ', 'Jan 1 2026', ...noDays, ...noTimes, ...noFormats),
  ...refused('datetime_type', new Date(NaN), 0, 1767225600000, null, {}, true, ['2026-01-01']),
])('Date: %p gives %p', (value, expected) => {
  expect(convert(convertDate, value)).toEqual(expected);
});

test('Date: every moment is read back from its ISO text', () => {
  const years = { min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true };
  fc.assert(
    fc.property(fc.date(years), (date) => {
      expect(convert(convertDate, date.toISOString())).toEqual(date);
    }),
  );
});

test('every safe integer is read from its digits, by all three kinds of number', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), fc.constantFrom('', ' ', '\t'), (integer, space) => {
      const text = `${space}${String(integer)}${space}`;
      expect(convert(convertInteger, text)).toBe(integer);
      expect(convert(convertNumber, text)).toBe(integer);
      expect(convert(convertBigInt, text)).toBe(BigInt(integer));
    }),
  );
});

test('every finite number is read from the text that it prints as', () => {
  fc.assert(
    fc.property(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((each) => (Object.is(each, -0) ? 0 : each)),
      (number) => {
        expect(convert(convertNumber, String(number))).toBe(number);
      },
    ),
  );
});

test.each([convertNumber, convertInteger, convertBigInt])('%p refuses long text in time', (converter) => {
  const started = performance.now();
  expect(convert(converter, `${'1'.repeat(500_000)}x`)).toHaveProperty('refused');
  // Matched in quadratic time it would take minutes.
  expect(performance.now() - started).toBeLessThan(2000);
});

describe('an enum', () => {
  const converter = createEnumConverter(['a', 'b', 1, 0, '', '2']);

  test.each<Case>([
    ['a', 'a'],
    ['', ''],
    [1, 1],
    ['1', 1],
    [0, 0],
    ['0', 0],
    ['2', '2'],
    ...refused(
      'enum',
      'A',
      'a ',
      '01',
      2,
      true,
      null,
      NaN,
      {},
      ['a'],
      '__proto__',
      'constructor',
      'toString',
    ),
  ])('%p gives %p', (value, expected) => {
    expect(convert(converter, value)).toEqual(expected);
  });

  test('names what it expects, in the message and in the context', () => {
    const faults: ErrorDetail[] = [];
    createEnumConverter(['a', 1])('x', LOCATION, faults);
    expect(faults).toEqual([
      {
        type: 'enum',
        loc: LOCATION,
        msg: "Input should be 'a' or 1",
        input: 'x',
        ctx: { expected: "'a' or 1" },
      },
    ]);
  });
});
