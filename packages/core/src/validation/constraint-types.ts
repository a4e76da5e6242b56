/**
 * The `type` word of a fault, by the name of class-validator's constraint. A decorator that is not here gives
 * `value_error`, as a validator of one's own does in FastAPI.
 */
const CONSTRAINT_TYPES: Readonly<Record<string, string>> = {
  isString: 'string_type',
  isInt: 'int_type',
  isNumber: 'float_type',
  isBoolean: 'bool_type',
  isDate: 'datetime_type',
  isDateString: 'datetime_parsing',
  isArray: 'list_type',
  isObject: 'dict_type',
  nestedValidation: 'model_attributes_type',
  isEnum: 'enum',
  isIn: 'enum',
  min: 'greater_than_equal',
  max: 'less_than_equal',
  isPositive: 'greater_than',
  isNegative: 'less_than',
  isDivisibleBy: 'multiple_of',
  minLength: 'string_too_short',
  maxLength: 'string_too_long',
  matches: 'string_pattern_mismatch',
  arrayMinSize: 'too_short',
  arrayMaxSize: 'too_long',
  whitelistValidation: 'extra_forbidden',
};

export function constraintType(constraint: string): string {
  return Object.hasOwn(CONSTRAINT_TYPES, constraint)
    ? (CONSTRAINT_TYPES[constraint] ?? 'value_error')
    : 'value_error';
}
