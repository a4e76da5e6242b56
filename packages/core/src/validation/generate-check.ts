import type { FieldCheck } from '../models/field-checks.js';

export type Check = Pick<FieldCheck, 'name' | 'values' | 'validate' | 'property'>;

type Written = (variable: string, values: readonly unknown[]) => string | undefined;

const number = (limit: unknown, operator: string, variable: string): string | undefined =>
  typeof limit === 'number' && Number.isFinite(limit)
    ? `typeof ${variable} === 'number' && ${variable} ${operator} ${limit}`
    : undefined;

const length = (limit: unknown, operator: string, variable: string): string | undefined =>
  typeof limit === 'number' && Number.isFinite(limit)
    ? `Array.isArray(${variable}) && ${variable}.length ${operator} ${limit}`
    : undefined;

/**
 * What decorators of class-validator are true of, as text, by the name of their constraint: those that cost less here than
 * the call would. A validator of one's own may have one of these names, so each is tried before it is used.
 */
const WRITTEN: Readonly<Record<string, Written>> = {
  isString: (variable) => `typeof ${variable} === 'string' || ${variable} instanceof String`,
  isBoolean: (variable) => `typeof ${variable} === 'boolean' || ${variable} instanceof Boolean`,
  isInt: (variable) => `typeof ${variable} === 'number' && Number.isInteger(${variable})`,
  isNumber: (variable, [options]) =>
    options === undefined ||
    (typeof options === 'object' && options !== null && Object.keys(options).length === 0)
      ? `typeof ${variable} === 'number' && ${variable} - ${variable} === 0`
      : undefined,
  isDate: (variable) => `${variable} instanceof Date && !Number.isNaN(${variable}.getTime())`,
  isArray: (variable) => `Array.isArray(${variable})`,
  isObject: (variable) =>
    `${variable} != null && (typeof ${variable} === 'object' || typeof ${variable} === 'function') && !Array.isArray(${variable})`,
  isDefined: (variable) => `${variable} !== undefined && ${variable} !== null`,
  isNotEmpty: (variable) => `${variable} !== '' && ${variable} !== null && ${variable} !== undefined`,
  min: (variable, [least]) => number(least, '>=', variable),
  max: (variable, [most]) => number(most, '<=', variable),
  isPositive: (variable) => number(0, '>', variable),
  isNegative: (variable) => number(0, '<', variable),
  arrayMinSize: (variable, [least]) => length(least, '>=', variable),
  arrayMaxSize: (variable, [most]) => length(most, '<=', variable),
  arrayNotEmpty: (variable) => length(0, '>', variable),
};

/** The condition under which a rule holds, as text; undefined where its own validator is to be asked. */
export function generateCheck(
  { name, values, validate, property }: Check,
  variable: string,
): string | undefined {
  const written = Object.hasOwn(WRITTEN, name) ? WRITTEN[name]?.(variable, values) : undefined;
  if (written === undefined) return undefined;
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the text is from the table above
  const holds = new Function(variable, `return ${written};`) as (value: unknown) => boolean;
  const args = { targetName: '', property, object: {}, constraints: values };
  const alike = probes(values).every((value) => {
    try {
      return validate(value, { ...args, value }) === holds(value);
    } catch {
      return false;
    }
  });
  return alike ? written : undefined;
}

type Sufficient = (variable: string, values: readonly unknown[]) => string | undefined;

const isText = (variable: string): string => `typeof ${variable} === 'string'`;

/**
 * Conditions under which a rule certainly holds. class-validator counts a surrogate pair, and a character with its
 * presentation selector, as one: at most three code units are one character.
 */
const SUFFICIENT: Readonly<Record<string, Sufficient>> = {
  minLength: (variable, [least]) => atLeast(variable, least),
  maxLength: (variable, [most]) => atMost(variable, most),
  isLength: (variable, [least, most]) => {
    const [low, high] = [atLeast(variable, least), atMost(variable, most)];
    return low === undefined ? undefined : most === undefined ? low : high && `${low} && ${high}`;
  },
  isIn: (variable, [members]) => oneOf(variable, members),
  isEnum: (variable, [members]) => oneOf(variable, members),
};

function atLeast(variable: string, least: unknown): string | undefined {
  return isLimit(least) ? `${isText(variable)} && ${variable}.length >= ${3 * least}` : undefined;
}

function atMost(variable: string, most: unknown): string | undefined {
  return isLimit(most) ? `${isText(variable)} && ${variable}.length <= ${most}` : undefined;
}

function oneOf(variable: string, members: unknown): string | undefined {
  const values: unknown[] = typeof members === 'object' && members !== null ? Object.values(members) : [];
  const texts = values.filter((value) => typeof value === 'string');
  return texts.length === 0 || texts.length > 8
    ? undefined
    : texts.map((value) => `${variable} === ${JSON.stringify(value)}`).join(' || ');
}

function isLimit(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}

/** A condition under which a rule need not be asked about, as text; undefined where it always is. */
export function generateShortcut(
  { name, values, validate, property }: Check,
  variable: string,
): string | undefined {
  const written = Object.hasOwn(SUFFICIENT, name) ? SUFFICIENT[name]?.(variable, values) : undefined;
  if (written === undefined) return undefined;
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the text is from the table above
  const suffices = new Function(variable, `return ${written};`) as (value: unknown) => boolean;
  const args = { targetName: '', property, object: {}, constraints: values };
  const right = [...probes(values), ...texts(values)].every((value) => {
    try {
      return !suffices(value) || validate(value, { ...args, value }) === true;
    } catch {
      return false;
    }
  });
  return right ? written : undefined;
}

function texts(values: readonly unknown[]): string[] {
  const sizes = values.filter((value) => isLimit(value) && value < 10_000) as number[];
  return sizes
    .flatMap((size) =>
      [size, size * 3, size + 1].flatMap((count) => ['x'.repeat(count), '\u2764\ufe0f'.repeat(count)]),
    )
    .concat(
      values
        .flatMap((value) => (typeof value === 'object' && value !== null ? Object.values(value) : []))
        .filter((value) => typeof value === 'string'),
    );
}

/** Values of every kind, and those around the limits of a rule. */
function probes(values: readonly unknown[]): unknown[] {
  const limits = values.filter((value) => typeof value === 'number');
  return [
    ...[undefined, null, true, false, '', ' ', 'a', 'text', '1', '-1.5', '2020-01-01', 'true', 'a@b.example'],
    ...[0, -0, 1, -1, 0.5, -0.5, 1e21, NaN, Infinity, -Infinity, 2 ** 53, 10n],
    ...limits.flatMap((limit) => [limit - 1, limit - 0.5, limit, limit + 0.5, limit + 1]),
    ...limits
      .filter((limit) => limit >= 0 && limit < 1000)
      .flatMap((limit) => [limit - 1, limit, limit + 1].filter((size) => size >= 0).map(listOf)),
    ...[{}, { a: 1 }, [], [1], [''], new Date(0), new Date(NaN), new Map(), new Set([1]), () => undefined],
  ];
}

function listOf(size: number): unknown[] {
  return Array.from({ length: Math.trunc(size) }, (_, index) => index);
}
