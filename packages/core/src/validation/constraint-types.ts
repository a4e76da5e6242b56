import { classValidator } from '../models/libraries.js';

/** What kind of value a decorator of class-validator can be true of; the rest says nothing of it. */
export type RuleFamily = 'string' | 'number' | 'integer' | 'boolean' | 'date' | 'enum';

interface Constraint {
  /** The `type` word of a fault. */
  readonly type: string;
  readonly family?: RuleFamily;
}

const text = (type = 'value_error'): Constraint => ({ type, family: 'string' });
const number = (type: string): Constraint => ({ type, family: 'number' });

/**
 * The `type` word of a fault, by the name of class-validator's constraint, in pydantic's words where it has one. A
 * decorator that is not here gives `value_error`, as a validator of one's own does in FastAPI. docs/validation.md has
 * the same table.
 */
export const CONSTRAINTS: Readonly<Record<string, Constraint>> = {
  isString: text('string_type'),
  isInt: { type: 'int_type', family: 'integer' },
  isNumber: number('float_type'),
  isBoolean: { type: 'bool_type', family: 'boolean' },
  isDate: { type: 'datetime_type', family: 'date' },
  isArray: { type: 'list_type' },
  isObject: { type: 'dict_type' },
  isInstance: { type: 'is_instance_of' },
  nestedValidation: { type: 'model_attributes_type' },
  isEnum: { type: 'enum', family: 'enum' },
  isIn: { type: 'literal_error' },
  isNotIn: { type: 'value_error' },
  equals: { type: 'literal_error' },
  notEquals: { type: 'value_error' },
  isDefined: { type: 'missing' },
  isEmpty: { type: 'value_error' },
  isNotEmpty: { type: 'value_error' },
  isNotEmptyObject: { type: 'too_short' },
  whitelistValidation: { type: 'extra_forbidden' },
  unknownValue: { type: 'model_attributes_type' },

  min: number('greater_than_equal'),
  max: number('less_than_equal'),
  isPositive: number('greater_than'),
  isNegative: number('less_than'),
  isDivisibleBy: number('multiple_of'),
  minDate: { type: 'greater_than_equal', family: 'date' },
  maxDate: { type: 'less_than_equal', family: 'date' },
  isLatitude: { type: 'value_error' },
  isLongitude: { type: 'value_error' },

  arrayMinSize: { type: 'too_short' },
  arrayMaxSize: { type: 'too_long' },
  arrayNotEmpty: { type: 'too_short' },
  arrayUnique: { type: 'value_error' },
  arrayContains: { type: 'value_error' },
  arrayNotContains: { type: 'value_error' },

  minLength: text('string_too_short'),
  maxLength: text('string_too_long'),
  // Of the two it is the one that is broken.
  isLength: text('string_too_short'),
  matches: text('string_pattern_mismatch'),
  isDateString: text('datetime_parsing'),
  isIso8601: text('datetime_parsing'),
  isRFC3339: text('datetime_parsing'),
  isMilitaryTime: text('time_parsing'),
  isUrl: text('url_parsing'),
  isUuid: text('uuid_parsing'),
  isJson: text('json_invalid'),
  isBooleanString: text('bool_parsing'),
  isNumberString: text('float_parsing'),
  isDecimal: text('decimal_parsing'),
  isIp: text('ip_any_address'),

  ...Object.fromEntries(
    [
      ...['contains', 'notContains', 'isAlpha', 'isAlphanumeric', 'isAscii', 'isBIC', 'isBase32', 'isBase58'],
      ...['isBase64', 'isBtcAddress', 'isByteLength', 'isCreditCard', 'isCurrency', 'isDataURI', 'isEAN'],
      ...[
        'isEmail',
        'isEthereumAddress',
        'isFqdn',
        'IsFirebasePushId',
        'isFullWidth',
        'isHSL',
        'isHalfWidth',
      ],
      ...['isHash', 'isHexColor', 'isHexadecimal', 'isIBAN', 'isISO31661Alpha2', 'isISO31661Alpha3'],
      ...['isISO31661Numeric', 'isISO4217CurrencyCode', 'isISO6391', 'isISRC', 'isISSN', 'isIdentityCard'],
      ...['isIsbn', 'isIsin', 'isJwt', 'isLatLong', 'isLocale', 'isLowercase', 'isMacAddress', 'isMagnetURI'],
      ...['isMimeType', 'isMobilePhone', 'isMongoId', 'isMultibyte', 'isOctal', 'isPassportNumber'],
      ...['isPhoneNumber', 'isPort', 'isPostalCode', 'isRgbColor', 'isSemVer', 'isStrongPassword'],
      ...['isSurrogatePair', 'isTaxId', 'isTimeZone', 'isUppercase', 'isVariableWidth'],
    ].map((name) => [name, text()]),
  ),
};

/** The words of a value that is not of its type: what else could be said of it follows from that. */
const TYPE_WORDS: ReadonlySet<string> = new Set([
  'string_type',
  'int_type',
  'float_type',
  'bool_type',
  'datetime_type',
  'list_type',
  'dict_type',
  'model_attributes_type',
  'enum',
]);

/** @param value What was refused, where the word depends on it. */
export function constraintType(constraint: string, value?: unknown, values: readonly unknown[] = []): string {
  if (constraint === 'isLength' && typeof value === 'string') {
    const [least] = values;
    // By its own count of characters: a surrogate pair is one.
    return typeof least === 'number' && !classValidator().minLength(value, least)
      ? 'string_too_short'
      : 'string_too_long';
  }
  return Object.hasOwn(CONSTRAINTS, constraint)
    ? (CONSTRAINTS[constraint]?.type ?? 'value_error')
    : 'value_error';
}

export function ruleFamily(constraint: string): RuleFamily | undefined {
  return Object.hasOwn(CONSTRAINTS, constraint) ? CONSTRAINTS[constraint]?.family : undefined;
}

export function isTypeWord(type: string): boolean {
  return TYPE_WORDS.has(type);
}
