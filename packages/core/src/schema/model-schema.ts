/*
 * Not by class-validator-jsonschema 5.2.0: it names a schema for its class's name alone, so that two classes of one name
 * become one; it reads the storages by itself, without @Exclude and @Expose; and its table gives other values than the
 * validators accept (the numbers' names of a numeric enum, `format: "url"`, @IsDateString with a fraction required).
 */
import {
  describeFields,
  readInitializers,
  type Direction,
  type ModelClass,
  type ModelField,
} from '../models/model-fields.js';
import type { JsonSchema } from './json-schema.js';
import { toKeywords, toNullable } from './rule-schema.js';
import { toTypeSchema, type ModelReference } from './type-schema.js';

/**
 * The schema of a model class, for one direction.
 *
 * In a request, a field with an initializer may be left out, and has that value then; in a response it is always there.
 */
export function toModelSchema(
  model: ModelClass,
  direction: Direction,
  reference: ModelReference,
  groups: readonly string[] = [],
): JsonSchema {
  const fields = [...toFieldSchemas(model, direction, reference, groups).values()];
  const required = fields.filter((field) => field.required).map(({ name }) => name);
  return {
    type: 'object',
    properties: Object.fromEntries(fields.map(({ name, schema }) => [name, schema])),
    ...(required.length > 0 ? { required } : {}),
  };
}

/** A field of a model, by its name on the wire. */
interface NamedSchema {
  readonly name: string;
  readonly schema: JsonSchema;
  readonly required: boolean;
}

/** The schemas of the fields of a model, by their names in the class. */
export function toFieldSchemas(
  model: ModelClass,
  direction: Direction,
  reference: ModelReference,
  groups: readonly string[] = [],
): ReadonlyMap<string, NamedSchema> {
  const initial = readInitializers(model);
  const again = readInitializers(model);
  const found = new Map<string, NamedSchema>();
  for (const field of describeFields(model, direction, groups)) {
    const preset = initial[field.property];
    const schema = toFieldSchema(field, reference);
    // A value that is another one for each instance (an id, a time) is no default that could be told.
    const stable = isPlain(preset) && JSON.stringify(preset) === JSON.stringify(again[field.property]);
    // A $ref stands alone: what is beside it is dropped by tools of earlier drafts.
    const told = stable && !('$ref' in schema) ? { ...schema, default: preset } : schema;
    const filled = preset !== undefined;
    const required = filled ? direction === 'output' : isRequired(field);
    found.set(field.property, { name: field.name, schema: told, required });
  }
  return found;
}

/** @Allow alone lets a field be anything, and nothing too. */
function isRequired({ optional, conditional, rules }: ModelField): boolean {
  return !optional && !conditional && rules.some(({ name }) => name !== 'whitelistValidation');
}

function toFieldSchema(field: ModelField, reference: ModelReference): JsonSchema {
  const own = toKeywords(field.rules.filter(({ each }) => !each));
  const schema = toCollectionSchema(field, own, toItemSchema(field, field.rules, reference));
  return field.optional ? toNullable(schema) : schema;
}

function toCollectionSchema({ collection }: ModelField, own: JsonSchema, item: JsonSchema): JsonSchema {
  switch (collection) {
    case 'list':
      return { ...own, type: 'array', items: item };
    case 'set':
      return { ...own, type: 'array', items: item, uniqueItems: true };
    case 'map':
      return { ...own, type: 'object', additionalProperties: item };
    case undefined:
      return item;
  }
}

function toItemSchema(
  { type, variants, collection }: ModelField,
  rules: ModelField['rules'],
  reference: ModelReference,
): JsonSchema {
  if (variants !== undefined) {
    return {
      oneOf: variants.classes.map(({ name, model }) => ({
        allOf: [
          reference(model),
          {
            type: 'object',
            properties: { [variants.property]: { type: 'string', enum: [name] } },
            required: [variants.property],
          },
        ],
      })),
    };
  }
  const base = toTypeSchema(type, reference);
  if ('$ref' in base) return base;
  const keywords = toKeywords(rules.filter((rule) => rule.each === (collection !== undefined)));
  return { ...base, ...keywords };
}

/** Whether a value is its own JSON. */
export function isPlain(value: unknown): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isPlain);
  if (typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) return false;
  return Object.values(value).every(isPlain);
}
