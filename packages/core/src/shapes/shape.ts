import type { FieldCheck } from '../models/field-checks.js';
import type { Discriminator } from '../models/discriminator.js';
import type { FieldRule, ModelClass } from '../models/model-fields.js';

/** A value that is no object in JSON; `bytes` is base64 text, `date-text` is text that a date becomes. */
export type ScalarType =
  'string' | 'date-text' | 'number' | 'integer' | 'bigint' | 'boolean' | 'date' | 'bytes';

/**
 * What a response holds, read once of a `responseModel`: what projects values, what serializes them and what documents
 * them all go by it, and so cannot disagree.
 */
export type Shape =
  | { readonly kind: 'scalar'; readonly type: ScalarType }
  | { readonly kind: 'enum'; readonly values: readonly (string | number)[] }
  /** Any JSON value, or with `object` any JSON object. */
  | { readonly kind: 'any'; readonly object: boolean }
  /** Of which nothing is said: text, numbers, dates, and lists of them, but no object. */
  | { readonly kind: 'plain' }
  | { readonly kind: 'list'; readonly item: Shape }
  | { readonly kind: 'record'; readonly value: Shape }
  | { readonly kind: 'nullable'; readonly of: Shape }
  | UnionShape
  | { readonly kind: 'model'; readonly model: ModelShape };

/** One of several. */
export interface UnionShape {
  readonly kind: 'union';
  readonly members: readonly Shape[];
  /** The property of the class by which the members are told apart, and the member of each of its values. */
  readonly discriminator: Discriminator | undefined;
}

/** What is sent of one class. It may hold itself. */
export interface ModelShape {
  readonly model: ModelClass;
  /** In the order in which they are sent. */
  readonly fields: readonly FieldShape[];
  /** What @Type's `discriminator` adds to it: the name of the class among its kind. */
  readonly tag: { readonly property: string; readonly name: string } | undefined;
  /** Whether fields of it were left out by a route's options: it is then no component of its own. */
  readonly selected: boolean;
  /** Whether it can be made without arguments, so that its initializers are known. */
  readonly constructible: boolean;
}

export interface FieldShape {
  /** Name in the class. */
  readonly property: string;
  /** Name on the wire. */
  readonly name: string;
  readonly shape: Shape;
  /** Whether a value without it does not fit. */
  readonly required: boolean;
  /** Whether an initializer gives it a value. */
  readonly filled: boolean;
  /** A getter of the class. */
  readonly computed: boolean;
  /** What @Transform makes of the value before it is looked at. */
  readonly transform: FieldTransform | undefined;
  /** The rules of class-validator that a response is held to, beside its type. */
  readonly checks: readonly FieldCheck[];
  /** All decorators, for the documentation. */
  readonly rules: readonly FieldRule[];
}

type FieldTransform = (value: unknown, source: object) => unknown;

/** The name of a shape for a person. */
export function shapeName(shape: Shape): string {
  switch (shape.kind) {
    case 'scalar':
      return SCALAR_NAMES[shape.type];
    case 'enum':
      return `one of ${shape.values.map((value) => JSON.stringify(value)).join(', ')}`;
    case 'any':
      return shape.object ? 'an object' : 'a JSON value';
    case 'plain':
      return 'text, a number, a boolean, a date, or a list of these';
    case 'list':
      return 'a list';
    case 'record':
      return 'an object or a Map';
    case 'nullable':
      return `${shapeName(shape.of)} or null`;
    case 'union':
      return shape.members.map(shapeName).join(' or ');
    case 'model':
      return modelName(shape.model);
  }
}

export function modelName({ model }: ModelShape): string {
  return model.name === '' ? 'an object' : model.name;
}

/** Null in a null is one null. */
export function toNullable(shape: Shape): Shape {
  return shape.kind === 'nullable' ? shape : { kind: 'nullable', of: shape };
}

/** Every model that a shape holds, at any depth, once. */
export function modelsOf(root: Shape): readonly ModelShape[] {
  const found = new Set<ModelShape>();
  const visit = (shape: Shape): void => {
    if (shape.kind === 'list') visit(shape.item);
    else if (shape.kind === 'record') visit(shape.value);
    else if (shape.kind === 'nullable') visit(shape.of);
    else if (shape.kind === 'union') shape.members.forEach(visit);
    else if (shape.kind === 'model' && !found.has(shape.model)) {
      found.add(shape.model);
      for (const field of shape.model.fields) visit(field.shape);
    }
  };
  visit(root);
  return [...found];
}

const SCALAR_NAMES: Readonly<Record<ScalarType, string>> = {
  string: 'text',
  'date-text': 'text or a date',
  number: 'a finite number',
  integer: 'an integer',
  bigint: 'an integer',
  boolean: 'a boolean',
  date: 'a date',
  bytes: 'bytes',
};
