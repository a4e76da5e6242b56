import { constraintType } from './constraint-types.js';

test.each([
  ['isInt', 'int_type'],
  ['minLength', 'string_too_short'],
  ['whitelistValidation', 'extra_forbidden'],
  ['myOwnConstraint', 'value_error'],
  ['constructor', 'value_error'],
  ['__proto__', 'value_error'],
  ['toString', 'value_error'],
])('a fault of %s has the type %s', (constraint, type) => {
  expect(constraintType(constraint)).toBe(type);
});
