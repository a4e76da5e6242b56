import { ResponseError } from './response-error.js';

test('has its code as a property and at the start of its message, and keeps the cause', () => {
  const cause = new TypeError('deeper');
  const error = new ResponseError('HEAD_SENT', 'too late.', { cause });
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({
    name: 'ResponseError',
    code: 'HEAD_SENT',
    message: 'HEAD_SENT: too late.',
    cause,
  });
});
