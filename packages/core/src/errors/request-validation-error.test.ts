import { HTTPException } from './http-exception.js';
import { RequestValidationError } from './request-validation-error.js';

const detail = [
  { type: 'missing', loc: ['query', 'limit'], msg: 'Field required', input: null },
  { type: 'string_type', loc: ['body', 'tags', 0], msg: 'Input should be a valid string', input: 1 },
];

test('is an HTTPException of 422 with every fault', () => {
  const error = new RequestValidationError(detail);
  expect(HTTPException.is(error)).toBe(true);
  expect(error).toMatchObject({ name: 'RequestValidationError', statusCode: 422, detail });
});

test('says each fault with its place in its message', () => {
  expect(new RequestValidationError(detail).message).toBe(
    'query.limit: Field required; body.tags.0: Input should be a valid string',
  );
});

test('has a cause only where it is given one', () => {
  expect(new RequestValidationError(detail, { cause: 'why' }).cause).toBe('why');
  expect(Object.hasOwn(new RequestValidationError(detail), 'cause')).toBe(false);
});
