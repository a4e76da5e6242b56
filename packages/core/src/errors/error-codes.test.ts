import { RESPONSE_CODES, SETUP_CODES } from './error-codes.js';

const codes = [...Object.keys(SETUP_CODES), ...Object.keys(RESPONSE_CODES)];

test('each code stands in one list only', () => {
  expect(codes).toEqual([...new Set(codes)]);
});

test.each(Object.entries({ ...SETUP_CODES, ...RESPONSE_CODES }))(
  '%s is in capitals, and means one sentence',
  (code, meaning) => {
    expect(code).toMatch(/^[A-Z]+(?:_[A-Z]+)+$/);
    expect(meaning).toMatch(/^[A-Z`@].*[^.]\.$/);
  },
);
