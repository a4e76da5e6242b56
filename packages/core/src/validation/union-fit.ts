import type { InputField, InputModel } from './input-model.js';

/** How well a value fits a type, as it is seen before the value is converted. */
export interface Fit {
  /** How many of its fields are in the value, at any depth. */
  readonly fields: number;
  /** Whether nothing has to be converted. */
  readonly exact: boolean;
}

export type Measure = (value: unknown) => Fit;

const MISFIT: Fit = Object.freeze({ fields: 0, exact: false });
const EXACT: Fit = Object.freeze({ fields: 0, exact: true });

/** Measures what is no model. */
export function measureScalar(type: unknown): Measure {
  return (value) => (isExact(type, value) ? EXACT : MISFIT);
}

function isExact(type: unknown, value: unknown): boolean {
  switch (type) {
    case String:
      return typeof value === 'string';
    case Number:
      return typeof value === 'number';
    case 'integer':
    case BigInt:
      return Number.isInteger(value);
    case Boolean:
      return typeof value === 'boolean';
    case Object:
      return isObject(value);
    default:
      return false;
  }
}

/** Measures the items of a list or the values of an object together. */
function measureAll(values: readonly unknown[], measure: Measure): Fit {
  return values.reduce<Fit>((sum, value) => add(sum, measure(value)), EXACT);
}

/** Measures a list by its items. */
export function measureList(item: Measure, maxItems: number): Measure {
  return (value) => (Array.isArray(value) && value.length <= maxItems ? measureAll(value, item) : MISFIT);
}

/** Measures an object by its values. */
export function measureRecord(item: Measure, maxItems: number): Measure {
  return (value) => {
    const values = isObject(value) ? Object.values(value) : undefined;
    return values === undefined || values.length > maxItems ? MISFIT : measureAll(values, item);
  };
}

/** Measures a value that may be null. */
export function measureNullable(inner: Measure): Measure {
  return (value) => (value === null ? EXACT : inner(value));
}

/** Measures a model, as deep as it may be. */
export function measureModel(
  model: InputModel,
  { maxDepth, maxItems }: { readonly maxDepth: number; readonly maxItems: number },
): Measure {
  const ofModel = ({ fields }: InputModel, value: unknown, depth: number): Fit => {
    if (!isObject(value) || depth > maxDepth) return MISFIT;
    let sum = EXACT;
    for (const field of fields) {
      const own = Object.hasOwn(value, field.name) ? value[field.name] : undefined;
      if (own !== undefined && !field.computed) sum = add(sum, add(ONE, ofField(field, own, depth + 1)));
    }
    return sum;
  };
  const ofField = ({ type, collection, optional }: InputField, value: unknown, depth: number): Fit => {
    if (value === null && optional) return EXACT;
    const ofItem: Measure = (item) => {
      if (type.kind === 'scalar') return measureScalar(type.type)(item);
      if (type.kind === 'model') return ofModel(type.model, item, depth);
      if (type.kind !== 'variants') return EXACT;
      const tag = isObject(item) ? item[type.property] : undefined;
      const variant = typeof tag === 'string' ? type.models.get(tag) : undefined;
      return variant === undefined ? MISFIT : ofModel(variant, item, depth);
    };
    if (collection === undefined) return ofItem(value);
    const whole = collection === 'map' ? measureRecord : measureList;
    return whole(ofItem, maxItems)(value);
  };
  return (value) => ofModel(model, value, 1);
}

const ONE: Fit = Object.freeze({ fields: 1, exact: true });

function add(a: Fit, b: Fit): Fit {
  return { fields: a.fields + b.fields, exact: a.exact && b.exact };
}

/** The better of two; of equals the first. */
export function isBetter(a: Fit, b: Fit): boolean {
  return a.fields === b.fields ? a.exact && !b.exact : a.fields > b.fields;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
