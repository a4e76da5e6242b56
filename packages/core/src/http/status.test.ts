import { checkStatus, hasNoBody, isFinalStatus } from './status.js';

test('204, 205 and 304 have no body, and no other status', () => {
  const statuses = Array.from({ length: 400 }, (_, index) => 200 + index);
  expect(statuses.filter(hasNoBody)).toEqual([204, 205, 304]);
});

test.each([200, 304, 404, 599])('%i is the status of a final response', (status) => {
  expect(isFinalStatus(status)).toBe(true);
  expect(checkStatus(status)).toBe(status);
});

test.each([199, 600, 0, -200, 100, 200.5, NaN, Infinity, '200', null, undefined, 200n])(
  '%p is not the status of a final response',
  (status) => {
    expect(isFinalStatus(status)).toBe(false);
    expect(() => checkStatus(status as number)).toThrow(
      expect.objectContaining({
        code: 'STATUS_CODE_INVALID',
        message: expect.stringContaining(`not ${String(status)}`) as string,
      }) as Error,
    );
  },
);
