import type { ErrorDetail } from '../errors/request-validation-error.js';
import { refuse } from './converter.js';

test('adds a fault after those that are there, and gives undefined', () => {
  const faults: ErrorDetail[] = [];
  expect(refuse(faults, 'a', ['query', 'q'], 'first', 1)).toBeUndefined();
  expect(refuse(faults, 'b', ['body'], 'second', null, { expected: 2 })).toBeUndefined();
  expect(faults).toStrictEqual([
    { type: 'a', loc: ['query', 'q'], msg: 'first', input: 1 },
    { type: 'b', loc: ['body'], msg: 'second', input: null, ctx: { expected: 2 } },
  ]);
});
