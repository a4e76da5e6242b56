import { readInitializers } from '../models/model-fields.js';
import type { FieldShape, ModelShape, ScalarType, Shape } from '../shapes/shape.js';
import { DISCRIMINATOR, type JsonSchema } from './json-schema.js';
import { isPlain } from './model-schema.js';
import { toEnum, toKeywords, toNullable } from './rule-schema.js';

/** What a response holds, and what is left out of it. */
export interface ShapeDocument {
  readonly shape: Shape;
  /** Whether a field is in every response. */
  readonly isAlways: (field: FieldShape) => boolean;
  /** Whether null is left out. */
  readonly excludeNone: boolean;
}

/** A shape of which nothing is left out. */
export function toDocument(shape: Shape): ShapeDocument {
  return { shape, isAlways: ({ required, filled }) => required || filled, excludeNone: false };
}

/** Gives the schema of a model in a shape: mostly a `$ref`. */
export type ShapeReference = (model: ModelShape) => JsonSchema;

/** The schema of a shape. */
export function toShapeSchema(shape: Shape, reference: ShapeReference): JsonSchema {
  switch (shape.kind) {
    case 'scalar':
      return SCALARS[shape.type];
    case 'enum':
      return toEnum(shape.values);
    case 'any':
      return shape.object ? { type: 'object' } : {};
    case 'plain':
      return {};
    case 'list':
      return { type: 'array', items: toShapeSchema(shape.item, reference) };
    case 'record':
      return { type: 'object', additionalProperties: toShapeSchema(shape.value, reference) };
    case 'nullable':
      return toNullable(toShapeSchema(shape.of, reference));
    case 'union': {
      const { members, discriminator } = shape;
      const schemas = members.map((member) => toMemberSchema(member, reference));
      if (discriminator === undefined) return { anyOf: schemas };
      // OpenAPI names the members of a discriminator by references, which tools know in the whole document only.
      const plain = schemas.every((schema) => '$ref' in schema);
      return { oneOf: schemas, ...(plain ? { [DISCRIMINATOR]: discriminator.name } : {}) };
    }
    case 'model':
      return reference(shape.model);
  }
}

/** A class that a discriminator names has that name beside its fields. */
function toMemberSchema(member: Shape, reference: ShapeReference): JsonSchema {
  const schema = toShapeSchema(member, reference);
  const tag = member.kind === 'model' ? member.model.tag : undefined;
  if (tag === undefined) return schema;
  const { property, name } = tag;
  const named = {
    type: 'object',
    properties: { [property]: { type: 'string', enum: [name] } },
    required: [property],
  };
  return { allOf: [schema, named] };
}

/** The schema of the fields of a model. */
export function toFieldsSchema(
  shape: ModelShape,
  document: ShapeDocument,
  reference: ShapeReference,
): JsonSchema {
  const [initial, again] = [readInitializers(shape.model), readInitializers(shape.model)];
  const properties: Record<string, JsonSchema> = {};
  for (const field of shape.fields) {
    const preset = initial[field.property];
    const schema = toFieldSchema(field, document, reference);
    // A value that is another one for each instance (an id, a time) is no default that could be told.
    const stable = isPlain(preset) && JSON.stringify(preset) === JSON.stringify(again[field.property]);
    // A $ref stands alone: what is beside it is dropped by tools of earlier drafts.
    properties[field.name] = stable && !('$ref' in schema) ? { ...schema, default: preset } : schema;
  }
  const required = shape.fields.filter(document.isAlways).map(({ name }) => name);
  return { type: 'object', properties, ...(required.length > 0 ? { required } : {}) };
}

function toFieldSchema(
  field: FieldShape,
  { excludeNone }: ShapeDocument,
  reference: ShapeReference,
): JsonSchema {
  const { shape, rules } = field;
  const base = shape.kind === 'nullable' ? shape.of : shape;
  const own = toKeywords(rules.filter(({ each }) => !each));
  const schema =
    base.kind === 'list'
      ? {
          ...own,
          type: 'array',
          items: withKeywords(
            toShapeSchema(base.item, reference),
            toKeywords(rules.filter(({ each }) => each)),
          ),
        }
      : withKeywords(toShapeSchema(base, reference), own);
  return shape.kind === 'nullable' && !excludeNone ? toNullable(schema) : schema;
}

function withKeywords(schema: JsonSchema, keywords: JsonSchema): JsonSchema {
  return '$ref' in schema || 'oneOf' in schema || 'anyOf' in schema ? schema : { ...schema, ...keywords };
}

const SCALARS: Readonly<Record<ScalarType, JsonSchema>> = {
  string: { type: 'string' },
  'date-text': { type: 'string', format: 'date-time' },
  number: { type: 'number' },
  integer: { type: 'integer' },
  bigint: { type: 'integer' },
  boolean: { type: 'boolean' },
  date: { type: 'string', format: 'date-time' },
  bytes: { type: 'string', contentEncoding: 'base64' },
};
