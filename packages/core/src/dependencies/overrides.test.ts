import type { SetupFault } from '../errors/setup-error.js';
import { findUnusedOverrides, readOverrides } from './overrides.js';

const real = () => 'real';
const fake = () => 'fake';

test('takes a Map, a list of pairs, or nothing', () => {
  const expected = new Map([[real, fake]]);
  expect(new Map(readOverrides(new Map([[real, fake]]), []))).toEqual(expected);
  expect(new Map(readOverrides([[real, fake]], []))).toEqual(expected);
  expect(new Map(readOverrides(undefined, []))).toEqual(new Map());
});

test.each<[string, unknown]>([
  ['is not a list of pairs', {}],
  ['has an entry that is not a pair', [real, fake]],
  ['has an entry that is not a pair', [[real]]],
  [
    'replaces real twice',
    [
      [real, fake],
      [real, real],
    ],
  ],
  ['has a pair that is not of two functions or classes', [[real, 'fake']]],
])('refuses what %s', (problem, init) => {
  const faults: SetupFault[] = [];
  readOverrides(init as never, faults);
  expect(faults).toMatchObject([{ code: 'OPTIONS_INVALID', problem: `\`overrides\` ${problem}` }]);
});

test('tells which of them nobody asked for', () => {
  const other = () => 'other';
  const overrides = readOverrides(
    [
      [real, fake],
      [other, fake],
    ],
    [],
  );
  expect(overrides.get(real)).toBe(fake);
  expect(findUnusedOverrides(overrides)).toEqual(['other']);
});
