import { isTimerDelay, LONGEST_DELAY } from './is-timer-delay.js';

test.each([1, 0.5, 15_000, LONGEST_DELAY])('%p is a time that a timer can wait', (value) => {
  expect(isTimerDelay(value)).toBe(true);
});

test.each([
  0,
  -0,
  -1,
  NaN,
  Infinity,
  -Infinity,
  LONGEST_DELAY + 1,
  '5',
  5n,
  null,
  undefined,
  [5],
  new Date(5),
])('%p is none', (value) => {
  expect(isTimerDelay(value)).toBe(false);
});
