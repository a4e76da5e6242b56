import {
  hasType,
  isTransformed,
  keepsDiscriminator,
  readChecks,
  type FieldCheck,
} from '../models/field-checks.js';
import {
  describeFields,
  hasValidatedFields,
  readInitializers,
  type Collection,
  type FieldRule,
  type ModelClass,
  type ModelField,
} from '../models/model-fields.js';
import { ruleFamily } from './constraint-types.js';
import type { Converter } from './converter.js';
import { compileScalar } from './scalar-converter.js';

/** What a model class takes of a request. */
export interface InputModel {
  readonly model: ModelClass;
  /** In the order of the class. */
  readonly fields: readonly InputField[];
  /** The rules of class-validator. */
  readonly checks: readonly FieldCheck[];
  readonly byName: ReadonlyMap<string, InputField>;
  readonly byProperty: ReadonlyMap<string, InputField>;
  /** Whether a @Transform may read what is no field. */
  readonly keepsUnknown: boolean;
}

export interface InputField {
  readonly property: string;
  /** Name on the wire. */
  readonly name: string;
  readonly type: InputType;
  readonly collection: Collection | undefined;
  /** Whether null is a value, which no rule is asked about. */
  readonly optional: boolean;
  /** Whether its rules apply at all is decided by @ValidateIf: what cannot be converted is left to it. */
  readonly conditional: boolean;
  /** Whether it must be there though no rule of class-validator says so: a nested model. */
  readonly required: boolean;
  /** A getter without a setter: what comes for it is dropped. */
  readonly computed: boolean;
}

export type InputType =
  /** Left as it comes to class-transformer: @Transform, a class that is not validated. */
  | { readonly kind: 'opaque' }
  /** Any JSON. */
  | { readonly kind: 'any' }
  | { readonly kind: 'scalar'; readonly type: unknown; readonly convert: Converter }
  | { readonly kind: 'model'; readonly model: InputModel }
  | Variants;

/** Classes that a property tells apart. */
export interface Variants {
  readonly kind: 'variants';
  readonly property: string;
  /** Whether the instance has that property too. */
  readonly keeps: boolean;
  readonly models: ReadonlyMap<string, InputModel>;
}

/** Reads what a model class takes of a request, and the classes in it; each class once, so that a class may hold itself. */
export function readInputModel(
  model: ModelClass,
  groups: readonly string[] | undefined,
  known = new Map<ModelClass, InputModel>(),
): InputModel {
  const present = known.get(model);
  if (present !== undefined) return present;
  const fields: InputField[] = [];
  const byName = new Map<string, InputField>();
  const byProperty = new Map<string, InputField>();
  const checks = readChecks(model, groups);
  const described = describeFields(model, 'input', groups);
  const keepsUnknown = described.some(({ property }) => isTransformed(model, property));
  const input: InputModel = { model, checks, fields, byName, byProperty, keepsUnknown };
  known.set(model, input);
  const initial = readInitializers(model);
  for (const field of described) {
    const type = readType(model, field, (each) => readInputModel(each, groups, known));
    const nested = type.kind === 'model' || type.kind === 'variants';
    const conditional = field.conditional;
    const { property, name, collection, optional } = field;
    const required = nested && !optional && !conditional && initial[property] === undefined;
    const computed = isComputed(model, property);
    const read = { property, name, type, collection, optional, conditional, required, computed };
    fields.push(read);
    byName.set(name, read);
    byProperty.set(property, read);
  }
  return input;
}

function readType(model: ModelClass, field: ModelField, read: (model: ModelClass) => InputModel): InputType {
  const { property, rules, collection, variants, type } = field;
  if (isTransformed(model, property)) return { kind: 'opaque' };
  const isNested = rules.some(({ name }) => name === 'nestedValidation');
  if (variants !== undefined) {
    if (!isNested) return { kind: 'opaque' };
    return {
      kind: 'variants',
      property: variants.property,
      keeps: keepsDiscriminator(model, property),
      models: new Map(variants.classes.map(({ name, model: each }) => [name, read(each)])),
    };
  }
  const isClass = typeof type === 'function' && !SCALARS.has(type) && type !== Object && type !== Array;
  if (isNested && isClass && hasType(model, property) && hasValidatedFields(type as ModelClass)) {
    return { kind: 'model', model: read(type as ModelClass) };
  }
  const scalar = typeByRules(rules.filter(({ each }) => each === (collection !== undefined))) ?? type;
  const convert = compileScalar(scalar);
  if (convert !== undefined) return { kind: 'scalar', type: scalar, convert };
  return hasType(model, property) || (isClass && type !== Uint8Array && type !== Buffer)
    ? { kind: 'opaque' }
    : { kind: 'any' };
}

const SCALARS: ReadonlySet<unknown> = new Set([String, Number, Boolean, Date, BigInt]);

/** The type that the decorators of a field imply: nothing else than text can be an e-mail address. */
export function typeByRules(rules: readonly FieldRule[]): unknown {
  for (const { name, values } of [...rules].reverse()) {
    const family = ruleFamily(name);
    if (family === 'enum') {
      const [members] = values;
      if (typeof members === 'object' && members !== null) return members;
    } else if (family === 'number') {
      return rules.some((rule) => rule.name === 'isInt') ? 'integer' : Number;
    } else if (family !== undefined) return FAMILIES[family];
  }
  return undefined;
}

const FAMILIES = { string: String, integer: 'integer', boolean: Boolean, date: Date } as const;

/** A getter without a setter cannot be assigned, be it of the class or of a base. */
export function isComputed(model: ModelClass, property: string): boolean {
  const accessor = findAccessor(model, property);
  return accessor?.get !== undefined && accessor.set === undefined;
}

/** What a class or the nearest base that has the property says of it: a getter, a setter, a method. */
export function findAccessor(model: ModelClass, property: string): PropertyDescriptor | undefined {
  for (
    let owner: unknown = model.prototype;
    typeof owner === 'object' && owner !== null;
    owner = Object.getPrototypeOf(owner)
  ) {
    const descriptor = Object.getOwnPropertyDescriptor(owner, property);
    if (descriptor !== undefined) return descriptor;
  }
  return undefined;
}
