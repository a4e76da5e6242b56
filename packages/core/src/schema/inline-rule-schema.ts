import type { InlineRules } from '../metadata/inline-rules.js';
import type { JsonSchema } from './json-schema.js';

type Limit = number | bigint | Date | undefined;

/** Adds what the rules at a source say to the schema of its type: those of values to the items of a list. */
export function withInlineRules(schema: JsonSchema, rules: InlineRules | undefined): JsonSchema {
  if (rules === undefined || '$ref' in schema) return schema;
  const values = clean({
    minimum: toNumber(rules.min),
    maximum: toNumber(rules.max),
    exclusiveMinimum: toNumber(rules.exclusiveMin),
    exclusiveMaximum: toNumber(rules.exclusiveMax),
    multipleOf: toNumber(rules.multipleOf),
    minLength: rules.minLength,
    maxLength: rules.maxLength,
    pattern: toPattern(rules.pattern),
  });
  const { items } = schema;
  if (typeof items !== 'object' || items === null) return { ...schema, ...values };
  const list = clean({ minItems: rules.minItems, maxItems: rules.maxItems });
  return { ...schema, ...list, items: '$ref' in items ? items : { ...items, ...values } };
}

function clean(keywords: Readonly<Record<string, unknown>>): JsonSchema {
  return Object.fromEntries(Object.entries(keywords).filter(([, value]) => value !== undefined));
}

/** JSON Schema has no limits of dates. */
function toNumber(limit: Limit): number | undefined {
  return limit === undefined || limit instanceof Date ? undefined : Number(limit);
}

/** A pattern of JSON Schema has no flags: one that counts on them is left out. */
function toPattern(pattern: RegExp | string | undefined): string | undefined {
  if (typeof pattern === 'string' || pattern === undefined) return pattern;
  return /[imsv]/.test(pattern.flags) ? undefined : pattern.source;
}
