import { enumValues, isEnumObject } from '../metadata/types.js';
import { readChecks, type FieldCheck } from '../models/field-checks.js';
import { readOutputTransform } from '../models/field-transforms.js';
import { readHeldType } from '../models/held-types.js';
import {
  describeFields,
  hasValidatedFields,
  type ModelClass,
  type ModelField,
} from '../models/model-fields.js';
import { isComputed, typeByRules } from '../validation/input-model.js';
import { scalarOf } from './scalar-of.js';
import { toNullable, type FieldShape, type ModelShape, type Shape } from './shape.js';

/** Reads the shapes of classes: each class once, and once more for each name that a discriminator gives it. */
export class ModelShapes {
  readonly #known = new Map<ModelClass, Map<string, ModelShape>>();
  readonly #groups: readonly string[];
  readonly #readSpec: (spec: unknown, where: string) => Shape;

  constructor(groups: readonly string[], readSpec: (spec: unknown, where: string) => Shape) {
    this.#groups = groups;
    this.#readSpec = readSpec;
  }

  read(model: ModelClass, tag?: ModelShape['tag']): ModelShape {
    const key = tag === undefined ? '' : JSON.stringify([tag.property, tag.name]);
    const byTag = this.#known.get(model) ?? new Map<string, ModelShape>();
    this.#known.set(model, byTag);
    const known = byTag.get(key);
    if (known !== undefined) return known;
    const initial = toSample(model);
    const fields: FieldShape[] = [];
    const shape: ModelShape = { model, fields, tag, selected: false, constructible: initial !== undefined };
    // Before its fields are read: one of them may hold the model itself.
    byTag.set(key, shape);
    const checks = readChecks(model, this.#groups.length > 0 ? this.#groups : undefined);
    for (const field of describeFields(model, 'output', this.#groups)) {
      fields.push(this.#readField(model, field, checks, hasValue(initial, field.property)));
    }
    return shape;
  }

  #readField(
    model: ModelClass,
    field: ModelField,
    checks: readonly FieldCheck[],
    filled: boolean,
  ): FieldShape {
    const { property, name, rules, optional, conditional } = field;
    const held = readHeldType(model, property);
    const transform = readOutputTransform(model, property, this.#groups);
    const declared =
      held === undefined
        ? this.#shapeOf(field)
        : this.#readSpec(held(), `the field ${model.name}.${property}`);
    // What is only allowed is asked for by nobody.
    const asked = held !== undefined || rules.some((rule) => rule.name !== 'whitelistValidation');
    const free = held !== undefined || transform !== undefined || conditional || !isHeldToRules(declared);
    return {
      property,
      name,
      shape: optional || conditional || allowsNull(field) ? toNullable(declared) : declared,
      required: asked && !optional && !conditional && !filled,
      filled,
      computed: isComputed(model, property),
      transform,
      checks: free ? [] : checks.filter((check) => check.property === property && isAsked(check)),
      // Those of a request say nothing of what is made of the value.
      rules: held !== undefined || transform !== undefined ? [] : rules,
    };
  }

  #shapeOf(field: ModelField): Shape {
    const item = this.#itemShape(field);
    if (field.collection === 'map') return { kind: 'record', value: item };
    return field.list ? { kind: 'list', item } : item;
  }

  #itemShape({ type, collection, rules, variants }: ModelField): Shape {
    if (variants !== undefined) {
      const { property, classes } = variants;
      const members = classes.map(({ name, model }): Shape => ({
        kind: 'model',
        model: this.read(model, { property, name }),
      }));
      const indexes = new Map(classes.map(({ name }, index): [unknown, number] => [name, index]));
      return { kind: 'union', members, discriminator: { property, name: property, members: indexes } };
    }
    if (typeof type === 'function' && hasValidatedFields(type as ModelClass)) {
      return { kind: 'model', model: this.read(type as ModelClass) };
    }
    const own = rules.filter(({ each }) => each === (collection !== undefined));
    const declared = typeByRules(own) ?? type;
    if (isEnumObject(declared)) return { kind: 'enum', values: enumValues(declared) };
    const scalar = scalarOf(declared);
    if (scalar !== undefined) {
      const isDate = scalar === 'string' && own.some(({ name }) => DATE_TEXTS.has(name));
      return { kind: 'scalar', type: isDate ? 'date-text' : scalar };
    }
    if (own.some(({ name }) => name === 'isObject' || name === 'isNotEmptyObject')) {
      return { kind: 'any', object: true };
    }
    const isAny =
      (type === undefined || type === Object) && rules.some(({ name }) => name === 'whitelistValidation');
    return isAny ? { kind: 'any', object: false } : { kind: 'plain' };
  }
}

/** Whether an initializer gives a field a value; what every object has is none. */
function hasValue(initial: Readonly<Record<string, unknown>> | undefined, property: string): boolean {
  return initial !== undefined && Object.hasOwn(initial, property) && initial[property] !== undefined;
}

/** An instance without arguments, which says what initializers give; undefined where the class cannot be made so. */
function toSample(model: ModelClass): Readonly<Record<string, unknown>> | undefined {
  try {
    // Its own: a field may have the name of what every object has.
    return { ...new model() };
  } catch {
    return undefined;
  }
}

/** Of an integer without bounds and of bytes, class-validator's rules know nothing. */
function isHeldToRules(shape: Shape): boolean {
  if (shape.kind === 'list') return isHeldToRules(shape.item);
  return !(shape.kind === 'scalar' && (shape.type === 'bigint' || shape.type === 'bytes'));
}

/** What a shape has looked at already, and what is about an instance and not about JSON, is not asked again. */
function isAsked({ kind, name, values, guarded, asynchronous }: FieldCheck): boolean {
  if (kind !== 'check' || guarded || asynchronous) return false;
  return name === 'isNumber' ? values[0] !== undefined : !BY_SHAPE.has(name);
}

function allowsNull({ rules }: ModelField): boolean {
  return rules.some(
    ({ name, values: [values] }) => name === 'isIn' && Array.isArray(values) && values.includes(null),
  );
}

const DATE_TEXTS: ReadonlySet<string> = new Set(['isDateString', 'isIso8601', 'isRFC3339']);
const BY_SHAPE: ReadonlySet<string> = new Set([
  'isString',
  'isBoolean',
  'isInt',
  'isDate',
  'isArray',
  'isObject',
  'isEnum',
  'isDefined',
  'isInstance',
]);
