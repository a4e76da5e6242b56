import 'reflect-metadata';

import { classValidator, transformerStorage } from './libraries.js';

/** A class whose decorated fields say what it holds. */
export type ModelClass = new () => object;

/** Whether a model is read from a request or sent in a response. */
export type Direction = 'input' | 'output';

/** What holds several values of one type: a list and a set are a list of JSON, a map is an object. */
export type Collection = 'list' | 'set' | 'map';

/** One decorator of class-validator on a field. */
export interface FieldRule {
  /** The name of its constraint: `isString`, `minLength`, … */
  readonly name: string;
  /** What it was given. */
  readonly values: readonly unknown[];
  /** Whether it is about each item of a list. */
  readonly each: boolean;
}

/** Classes among which a property of the value tells: `discriminator` of @Type. */
interface Variants {
  readonly property: string;
  readonly classes: readonly { readonly name: string; readonly model: ModelClass }[];
}

/** What the decorators of both libraries and the compiler say of a field. */
export interface ModelField {
  /** Name in the class. */
  readonly property: string;
  /** Name on the wire. */
  readonly name: string;
  /** What @Type gives, else what the compiler wrote; of a list, what it holds, where that is said. */
  readonly type: unknown;
  /** Whether it is a list or a set. */
  readonly list: boolean;
  /** What holds its values; a Set or a Map is known by the type that the compiler wrote, or by its initializer. */
  readonly collection: Collection | undefined;
  readonly variants: Variants | undefined;
  /** By @IsOptional: it may be absent, or null. */
  readonly optional: boolean;
  /** By @ValidateIf: whether it is looked at depends on the value. */
  readonly conditional: boolean;
  readonly rules: readonly FieldRule[];
}

/** The fields of a model that have a decorator of class-validator, its own or of a base, in their order. */
export function readFields(model: ModelClass): readonly string[] {
  return [...new Set(fieldMetadata(model).map(({ propertyName }) => propertyName))];
}

/** Whether a class has a field with a decorator of class-validator. */
export function hasValidatedFields(model: ModelClass): boolean {
  return fieldMetadata(model).length > 0;
}

/**
 * Describes the fields that a model shows in one direction, and to groups: without those that class-transformer leaves out.
 * Of a request with groups, the rules of other groups are left out too, and the fields that have no others.
 */
export function describeFields(
  model: ModelClass,
  direction: Direction,
  groups: readonly string[] = [],
): readonly ModelField[] {
  const all = fieldMetadata(model, direction === 'input' ? groups : []);
  const ruled = new Set(all.map(({ propertyName }) => propertyName));
  const initial = readInitializers(model);
  return readFields(model)
    .filter((property) => ruled.has(property) && !isExcluded(model, property, direction, groups))
    .map((property) => {
      const own = all.filter(({ propertyName }) => propertyName === property);
      const rules = own.map(({ name, type, constraints, each }): FieldRule => ({
        name: name ?? type,
        values: (constraints as unknown[] | undefined) ?? [],
        each: each === true,
      }));
      const designType: unknown = Reflect.getMetadata('design:type', model.prototype as object, property);
      const { type, variants } = readType(model, property);
      const collection = toCollection(designType, initial[property], rules);
      return {
        property,
        name: exposeOptions(model, property, direction)?.name ?? property,
        type: type ?? (collection === undefined ? designType : undefined),
        list: collection === 'list' || collection === 'set',
        collection,
        variants,
        optional: rules.some(({ name }) => name === 'isOptional'),
        conditional: own.some(({ type: kind, name }) => kind === CONDITIONAL && name !== 'isOptional'),
        rules,
      };
    });
}

/** A compiler writes no type of a field that has an initializer alone, whose value then tells it. */
function toCollection(
  designType: unknown,
  initial: unknown,
  rules: readonly FieldRule[],
): Collection | undefined {
  if (designType === Set || initial instanceof Set) return 'set';
  if (designType === Map || initial instanceof Map) return 'map';
  return designType === Array || rules.some(({ name, each }) => each || /^(?:isArray|array[A-Z])/.test(name))
    ? 'list'
    : undefined;
}

/** Values of the fields that have an initializer; none where the class cannot be made without arguments. */
export function readInitializers(model: ModelClass): Readonly<Record<string, unknown>> {
  try {
    return { ...new model() };
  } catch {
    return {};
  }
}

const CONDITIONAL = 'conditionalValidation';

interface FieldMetadata {
  readonly type: string;
  readonly name?: string;
  readonly propertyName: string;
  readonly constraints?: unknown;
  readonly each?: boolean;
}

/** With groups, as class-validator reads them on a request: those of the groups, and those of none. */
function fieldMetadata(model: ModelClass, groups: readonly string[] = []): FieldMetadata[] {
  const storage = classValidator().getMetadataStorage();
  const always = groups.length > 0;
  return storage.getTargetValidationMetadatas(model, '', always, false, always ? [...groups] : undefined);
}

function readType(model: ModelClass, property: string): { type: unknown; variants: Variants | undefined } {
  const metadata = transformerStorage().findTypeMetadata(model, property) as TypeMetadata | undefined;
  if (metadata === undefined) return { type: undefined, variants: undefined };
  const { discriminator } = metadata.options ?? {};
  const variants =
    discriminator === undefined
      ? undefined
      : {
          property: discriminator.property,
          classes: discriminator.subTypes.map(({ name, value }) => ({ name, model: value as ModelClass })),
        };
  try {
    return { type: metadata.typeFunction(), variants };
  } catch {
    // A function that decides by the object has nothing to decide by here.
    return { type: undefined, variants };
  }
}

// Said here, since class-transformer types the function as one with an argument, which @Type(() => Item) does not take.
interface TypeMetadata {
  readonly typeFunction: () => unknown;
  readonly options?: {
    readonly discriminator?: {
      readonly property: string;
      readonly subTypes: readonly { readonly name: string; readonly value: unknown }[];
    };
  };
}

/** What class-transformer does by itself: a strategy of the class, then @Exclude and @Expose of the field. */
export function isExcluded(
  model: ModelClass,
  property: string,
  direction: Direction,
  groups: readonly string[] = [],
): boolean {
  const excluded = transformerStorage().findExcludeMetadata(model, property) as Marked | undefined;
  if (excluded !== undefined && applies(excluded.options, direction)) return true;
  const exposed = exposeOptions(model, property, direction);
  // A field of groups is shown only to who asks for one of them.
  const asked = exposed?.groups ?? [];
  if (asked.length > 0) return !asked.some((group) => groups.includes(group));
  return exposed === undefined && transformerStorage().getStrategy(model) === 'excludeAll';
}

function exposeOptions(
  model: ModelClass,
  property: string,
  direction: Direction,
): Marked['options'] | undefined {
  const exposed = transformerStorage().findExposeMetadata(model, property) as Marked | undefined;
  return exposed !== undefined && applies(exposed.options, direction) ? (exposed.options ?? {}) : undefined;
}

interface Marked {
  readonly options:
    | {
        readonly name?: string;
        readonly groups?: readonly string[];
        readonly toClassOnly?: boolean;
        readonly toPlainOnly?: boolean;
      }
    | undefined;
}

function applies(options: Marked['options'], direction: Direction): boolean {
  if (options?.toClassOnly === true && options.toPlainOnly !== true) return direction === 'input';
  if (options?.toPlainOnly === true && options.toClassOnly !== true) return direction === 'output';
  return true;
}
