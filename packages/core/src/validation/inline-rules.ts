import type { InlineRules } from '../metadata/inline-rules.js';
import { refuse, type Converter, type Location } from './converter.js';
import type { ErrorDetail } from '../errors/request-validation-error.js';

type Context = Readonly<Record<string, unknown>>;

/** One rule: what it holds of, and what it says where it does not, in pydantic's words. */
interface Rule {
  readonly holds: (value: unknown) => boolean;
  readonly type: string;
  readonly msg: string | ((value: unknown) => string);
  readonly ctx: (value: unknown) => Context;
}

/** The rules that are about a list, and those about what is in it. */
const LIST_RULES = ['minItems', 'maxItems'] as const;
const NUMBER_RULES = ['min', 'max', 'exclusiveMin', 'exclusiveMax'] as const;
const TEXT_RULES = ['minLength', 'maxLength', 'pattern'] as const;

/** Says what is wrong with the rules of a type, or gives undefined. */
export function findRuleProblem(rules: InlineRules, type: unknown): string | undefined {
  const list = Array.isArray(type);
  const item: unknown = list ? type[0] : type;
  const number = item === Number || item === 'integer' || item === BigInt;
  const fitting = new Set<string>([
    ...(list ? LIST_RULES : []),
    ...(number || item === Date ? NUMBER_RULES : []),
    ...(number ? ['multipleOf'] : []),
    ...(item === String ? TEXT_RULES : []),
  ]);
  const entries = Object.entries(rules);
  const misplaced = entries.find(([name]) => !fitting.has(name));
  if (misplaced !== undefined) return `\`${misplaced[0]}\` says nothing of its type`;
  const wrong = entries.find(([name, value]) => !isRuleValue(name, value, item));
  return wrong === undefined ? undefined : `\`${wrong[0]}\` is ${String(wrong[1])}`;
}

function isRuleValue(name: string, value: unknown, item: unknown): boolean {
  if (name === 'pattern') return value instanceof RegExp || isPattern(value);
  if (name.endsWith('Length') || name.endsWith('Items')) return Number.isInteger(value) && Number(value) >= 0;
  if (item === Date) return value instanceof Date && !Number.isNaN(value.getTime());
  if (typeof value !== 'bigint' && !(typeof value === 'number' && Number.isFinite(value))) return false;
  return name !== 'multipleOf' || value > 0;
}

function isPattern(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  try {
    new RegExp(value, 'u');
    return true;
  } catch {
    return false;
  }
}

/** A converter that asks the rules of one value after it was converted. */
export function withValueRules(convert: Converter, rules: InlineRules): Converter {
  const checks = valueRules(rules);
  if (checks.length === 0) return convert;
  return (value, location, faults) => {
    const before = faults.length;
    const converted = convert(value, location, faults);
    return faults.length > before ? undefined : ask(checks, converted, value, location, faults);
  };
}

/** A converter that asks the rules of a list: before its items are converted, which takes time, and only then. */
export function withListRules(convert: Converter, rules: InlineRules): Converter {
  const checks = listRules(rules);
  if (checks.length === 0) return convert;
  return (value, location, faults) => {
    if (!Array.isArray(value)) return convert(value, location, faults);
    const before = faults.length;
    ask(checks, value, value, location, faults);
    return faults.length > before ? undefined : convert(value, location, faults);
  };
}

function ask(
  checks: readonly Rule[],
  converted: unknown,
  value: unknown,
  location: Location,
  faults: ErrorDetail[],
): unknown {
  for (const { holds, type, msg, ctx } of checks) {
    if (holds(converted)) continue;
    const text = typeof msg === 'string' ? msg : msg(converted);
    return refuse(faults, type, location, text, value, ctx(converted));
  }
  return converted;
}

function valueRules(rules: InlineRules): Rule[] {
  const { min, max, exclusiveMin, exclusiveMax, multipleOf, minLength, maxLength, pattern } = rules;
  const checks: Rule[] = [];
  const add = (type: string, msg: string, ctx: Context, holds: (value: never) => boolean): void => {
    checks.push({ type, msg, ctx: () => ctx, holds: holds as Rule['holds'] });
  };
  if (min !== undefined) {
    const msg = `Input should be greater than or equal to ${say(min)}`;
    add('greater_than_equal', msg, { ge: toContext(min) }, (value: number) => value >= (min as number));
  }
  if (exclusiveMin !== undefined) {
    const msg = `Input should be greater than ${say(exclusiveMin)}`;
    add(
      'greater_than',
      msg,
      { gt: toContext(exclusiveMin) },
      (value: number) => value > (exclusiveMin as number),
    );
  }
  if (max !== undefined) {
    const msg = `Input should be less than or equal to ${say(max)}`;
    add('less_than_equal', msg, { le: toContext(max) }, (value: number) => value <= (max as number));
  }
  if (exclusiveMax !== undefined) {
    const msg = `Input should be less than ${say(exclusiveMax)}`;
    add(
      'less_than',
      msg,
      { lt: toContext(exclusiveMax) },
      (value: number) => value < (exclusiveMax as number),
    );
  }
  if (multipleOf !== undefined) {
    const ctx = { multiple_of: toContext(multipleOf) };
    add('multiple_of', `Input should be a multiple of ${say(multipleOf)}`, ctx, (value: number | bigint) =>
      isMultiple(value, multipleOf),
    );
  }
  if (minLength !== undefined) {
    const msg = `String should have at least ${count(minLength, 'character')}`;
    add('string_too_short', msg, { min_length: minLength }, (value: string) => lengthOf(value) >= minLength);
  }
  if (maxLength !== undefined) {
    const msg = `String should have at most ${count(maxLength, 'character')}`;
    // No text has more code points than units of UTF-16.
    const holds = (value: string): boolean => value.length <= maxLength || lengthOf(value) <= maxLength;
    add('string_too_long', msg, { max_length: maxLength }, holds);
  }
  if (pattern !== undefined) {
    // With `g` or `y` a pattern goes on where it stopped at the request before.
    const expression =
      typeof pattern === 'string'
        ? new RegExp(pattern, 'u')
        : new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ''));
    const msg = `String should match pattern '${expression.source}'`;
    const ctx = { pattern: expression.source };
    add('string_pattern_mismatch', msg, ctx, (value: string) => expression.test(value));
  }
  return checks;
}

function listRules({ minItems, maxItems }: InlineRules): Rule[] {
  const checks: Rule[] = [];
  const size = (value: unknown): number => (value as readonly unknown[]).length;
  const ctx = (limit: Context) => (value: unknown) => ({
    field_type: 'List',
    ...limit,
    actual_length: size(value),
  });
  if (minItems !== undefined) {
    checks.push({
      type: 'too_short',
      holds: (value) => size(value) >= minItems,
      msg: (value) =>
        `List should have at least ${count(minItems, 'item')} after validation, not ${size(value)}`,
      ctx: ctx({ min_length: minItems }),
    });
  }
  if (maxItems !== undefined) {
    checks.push({
      type: 'too_long',
      holds: (value) => size(value) <= maxItems,
      msg: (value) =>
        `List should have at most ${count(maxItems, 'item')} after validation, not ${size(value)}`,
      ctx: ctx({ max_length: maxItems }),
    });
  }
  return checks;
}

function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length += 1;
  return length;
}

/** Of numbers with a fraction, but for what a double cannot hold: 0.3 is three times 0.1. */
function isMultiple(value: number | bigint, of: number | bigint): boolean {
  if (typeof value === 'bigint') {
    return typeof of === 'bigint' || Number.isInteger(of)
      ? value % BigInt(of) === 0n
      : isMultiple(Number(value), of);
  }
  const times = value / Number(of);
  return Math.abs(times - Math.round(times)) <= Number.EPSILON * Math.max(1, Math.abs(times));
}

function say(limit: number | bigint | Date): string {
  return limit instanceof Date ? limit.toISOString() : String(limit);
}

/** JSON has no bigint. */
function toContext(limit: number | bigint | Date): unknown {
  return typeof limit === 'number' ? limit : say(limit);
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}
