import type { ErrorDetail } from '../errors/request-validation-error.js';
import { refuse, type Converter, type Location } from './converter.js';

const INTEGER = /^[+-]?\d+$/;
// Every digit can be matched in one way only: with `\d+\.?\d*`, 15,000 digits and a letter took 0.3 s to refuse.
const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
// ISO 8601: a date, or a date and a time with or without seconds, fractions and offset. Hour 24 would be the next day.
const ISO_DATE =
  /^\d{4}-\d{2}-\d{2}(?:[T ](?:[01]\d|2[0-3]):\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/i;
/** More digits than this are refused unread: converting them takes time that grows faster than their number. */
const MOST_DIGITS = 4300;
const TRUE_WORDS: ReadonlySet<unknown> = new Set(['true', '1', 'on', 'yes', 't', 'y', 1]);
const FALSE_WORDS: ReadonlySet<unknown> = new Set(['false', '0', 'off', 'no', 'f', 'n', 0]);

/** Text stays as it is; nothing else is made into text. */
export const convertString: Converter = (value, location, faults) =>
  typeof value === 'string'
    ? value
    : refuse(faults, 'string_type', location, 'Input should be a valid string', value);

/** Any finite number: a number, or text that writes one in decimal digits. */
export const convertNumber: Converter = (value, location, faults) => {
  if (typeof value === 'string' && !DECIMAL.test(value.trim())) {
    return refuse(
      faults,
      'float_parsing',
      location,
      'Input should be a number, written in decimal digits',
      value,
    );
  }
  const number = typeof value === 'string' ? Number(value) : value;
  if (typeof number !== 'number')
    return refuse(faults, 'float_type', location, 'Input should be a valid number', value);
  return Number.isFinite(number)
    ? number
    : refuse(faults, 'finite_number', location, 'Input should be a finite number', value);
};

/** An integer that a double holds exactly: a number, or text of an optional sign and decimal digits. */
export const convertInteger: Converter = (value, location, faults) => {
  if (typeof value === 'string' && !INTEGER.test(value.trim())) return refuseText(value, location, faults);
  const number = typeof value === 'string' ? Number(value) : value;
  if (typeof number !== 'number')
    return refuse(faults, 'int_type', location, 'Input should be a valid integer', value);
  // An integer has no negative zero.
  if (Number.isSafeInteger(number)) return number + 0;
  // A number above 2^53 is an integer too, and so is text of so many digits that a double is infinite.
  return typeof value === 'string' || Number.isInteger(number)
    ? refuse(
        faults,
        'int_parsing_size',
        location,
        'Input should be an integer from -(2^53 - 1) to 2^53 - 1',
        value,
      )
    : refuseFraction(number, location, faults);
};

/** Text that is no integer. */
function refuseText(text: string, location: Location, faults: ErrorDetail[]): unknown {
  return refuse(
    faults,
    'int_parsing',
    location,
    'Input should be an integer, written in decimal digits',
    text,
  );
}

/** JSON writes infinity too: `1e999`. */
function refuseFraction(number: number, location: Location, faults: ErrorDetail[]): unknown {
  return Number.isFinite(number)
    ? refuse(
        faults,
        'int_from_float',
        location,
        'Input should be an integer, not a number with a fraction',
        number,
      )
    : refuse(faults, 'finite_number', location, 'Input should be a finite number', number);
}

/** An integer of any size. */
export const convertBigInt: Converter = (value, location, faults) => {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') {
    if (Number.isSafeInteger(value)) return BigInt(value);
    if (!Number.isInteger(value)) return refuseFraction(value, location, faults);
    // What JSON wrote has been rounded to a double already.
    const msg = 'Input should be an integer up to 2^53 - 1, or text of its digits';
    return refuse(faults, 'int_parsing_size', location, msg, value);
  }
  if (typeof value === 'string') {
    const text = value.trim();
    if (text.length > MOST_DIGITS) {
      return refuse(
        faults,
        'int_parsing_size',
        location,
        `Input should have at most ${String(MOST_DIGITS)} digits`,
        value,
      );
    }
    if (INTEGER.test(text))
      return text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text.replace('+', ''));
    return refuseText(value, location, faults);
  }
  return refuse(faults, 'int_type', location, 'Input should be a valid integer', value);
};

/** true/false, 1/0, on/off, yes/no, t/f, y/n in any case. */
export const convertBoolean: Converter = (value, location, faults) => {
  if (typeof value === 'boolean') return value;
  const word = typeof value === 'string' ? value.toLowerCase() : value;
  if (TRUE_WORDS.has(word)) return true;
  if (FALSE_WORDS.has(word)) return false;
  const type = typeof value === 'string' || Number.isInteger(value) ? 'bool_parsing' : 'bool_type';
  return refuse(faults, type, location, 'Input should be true or false', value);
};

/** ISO 8601 text of a date, or of a date and a time; without an offset it is UTC. */
export const convertDate: Converter = (value, location, faults) => {
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value;
  if (typeof value !== 'string') {
    return refuse(faults, 'datetime_type', location, 'Input should be a date in ISO 8601 format', value);
  }
  if (ISO_DATE.test(value)) {
    const text = value.toUpperCase().replace(' ', 'T').replace(',', '.');
    const date = new Date(text.includes('T') && !/(?:Z|[+-]\d{2}:?\d{2})$/.test(text) ? `${text}Z` : text);
    // `2026-02-31` is read as March 3rd: the day that was written must be the day that was read.
    if (!Number.isNaN(date.getTime()) && isRealDay(value)) return date;
  }
  return refuse(faults, 'datetime_parsing', location, 'Input should be a date in ISO 8601 format', value);
};

function isRealDay(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split('-').map(Number);
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/** One of the values of an enum; text of digits is read as a number where the enum has that number. */
export function createEnumConverter(values: readonly (string | number)[]): Converter {
  const byText = new Map(values.map((value) => [String(value), value]));
  const known = new Set<unknown>(values);
  const expected = values
    .map((value) => (typeof value === 'string' ? `'${value}'` : String(value)))
    .join(' or ');
  return (value, location, faults) => {
    if (known.has(value)) return value;
    const read = typeof value === 'string' ? byText.get(value) : undefined;
    return read ?? refuse(faults, 'enum', location, `Input should be ${expected}`, value, { expected });
  };
}
