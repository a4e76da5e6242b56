import { HTTPException } from './http-exception.js';

test.each([399, 600, 200, 404.5, NaN, Infinity, '404', undefined])(
  'refuses %p, which is no status of an error',
  (status) => {
    expect(() => new HTTPException(status as number)).toThrow(RangeError);
    expect(() => new HTTPException(status as number)).toThrow(String(status));
  },
);

test.each([
  [400, 'Bad Request'],
  [404, 'Not Found'],
  [599, 'Error'],
])('says the reason phrase of %i where it is given no detail', (status, phrase) => {
  const error = new HTTPException(status);
  expect(error).toMatchObject({ name: 'HTTPException', statusCode: status, detail: phrase, message: phrase });
});

test.each([null, 0, '', false, { reason: 'x' }, ['a']])('keeps %p as its detail', (detail) => {
  expect(new HTTPException(400, detail).detail).toBe(detail);
});

test('takes text as its message too, and the reason phrase for any other detail', () => {
  expect(new HTTPException(404, 'Item not found').message).toBe('Item not found');
  expect(new HTTPException(404, { id: 1 }).message).toBe('Not Found');
});

test('keeps the headers that go with it', () => {
  expect(new HTTPException(401, 'no', { 'www-authenticate': 'Bearer' }).headers).toEqual({
    'www-authenticate': 'Bearer',
  });
  expect(new HTTPException(401).headers).toBeUndefined();
});

test('is told from other values by its brand, subclasses included', () => {
  class Missing extends HTTPException {}
  expect(HTTPException.is(new Missing(404))).toBe(true);
  for (const other of [new Error('x'), { statusCode: 404, detail: 'x' }, null, undefined, '404']) {
    expect(HTTPException.is(other)).toBe(false);
  }
});
