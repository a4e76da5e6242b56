import { FAIL } from './fail.js';
import type { Converter } from './converter.js';

/**
 * Writes the conversion of a variable in its place. What has its type already is looked at here; all else is the
 * converter's, by `reference`.
 */
export function generateScalar(type: unknown, variable: string, reference: string): string {
  if (type === 'integer') {
    // An integer has no negative zero.
    return `if (Number.isSafeInteger(${variable})) ${variable} += 0; else { ${convert(variable, reference)} }`;
  }
  const condition = isConverted(type, variable);
  return condition === 'never'
    ? convert(variable, reference)
    : type === String
      ? `if (typeof ${variable} !== 'string') return FAIL;`
      : `if (!(${condition})) { ${convert(variable, reference)} }`;
}

function isConverted(type: unknown, variable: string): string {
  switch (type) {
    case String:
      return `typeof ${variable} === 'string'`;
    case Number:
      return `typeof ${variable} === 'number' && ${variable} - ${variable} === 0`;
    case Boolean:
      return `typeof ${variable} === 'boolean'`;
    default:
      return 'never';
  }
}

function convert(variable: string, reference: string): string {
  return `${variable} = toScalar(${reference}, ${variable}); if (${variable} === FAIL) return FAIL;`;
}

/** Converts a value without telling why not. */
export function toScalar(converter: Converter, value: unknown): unknown {
  const faults: Parameters<Converter>[2] = [];
  const converted = converter(value, NOWHERE, faults);
  return faults.length === 0 ? converted : FAIL;
}

const NOWHERE = Object.freeze([]);
