import { classTransformer, classValidator, transformerStorage } from './libraries.js';
import type { ModelClass } from './model-fields.js';

/** What class-validator gives to a constraint beside the value. */
interface CheckArguments {
  readonly targetName: string;
  readonly property: string;
  readonly object: object;
  readonly value: unknown;
  readonly constraints: unknown[];
}

/** One decorator of class-validator on a field, with what it runs. */
export interface FieldCheck {
  readonly property: string;
  /** `check` runs a constraint; the others are what class-validator itself does with a field. */
  readonly kind: 'check' | 'nested' | 'optional' | 'conditional' | 'allow' | 'promise';
  /** Name of the constraint: `isString`, or one of an own validator. */
  readonly name: string;
  readonly values: unknown[];
  readonly each: boolean;
  /** Whether it applies by a `validateIf` of its own. */
  readonly guarded: boolean;
  readonly asynchronous: boolean;
  readonly validate: (value: unknown, args: CheckArguments) => unknown;
}

const KINDS: Readonly<Record<string, FieldCheck['kind']>> = {
  customValidation: 'check',
  isDefined: 'check',
  nestedValidation: 'nested',
  conditionalValidation: 'conditional',
  whitelistValidation: 'allow',
  promiseValidation: 'promise',
};

/** Reads the decorators of a class and its bases as class-validator does on each call. */
export function readChecks(model: ModelClass, groups: readonly string[] | undefined): FieldCheck[] {
  const storage = classValidator().getMetadataStorage();
  const used = groups === undefined ? undefined : [...groups];
  return storage
    .getTargetValidationMetadatas(model, '', used !== undefined, false, used)
    .map((metadata): FieldCheck => {
      const constraints =
        (metadata.constraintCls as unknown) === undefined
          ? []
          : storage.getTargetValidatorConstraints(metadata.constraintCls);
      const [constraint] = constraints;
      const kind = metadata.name === 'isOptional' ? 'optional' : (KINDS[metadata.type] ?? 'conditional');
      const { instance } = constraint ?? {};
      const validate = instance?.validate.bind(instance) ?? (() => true);
      return {
        property: metadata.propertyName,
        kind,
        name: constraint?.name ?? metadata.name ?? metadata.type,
        values: (metadata.constraints as unknown[] | undefined) ?? [],
        each: (metadata.each as boolean | undefined) === true,
        guarded: (metadata.validateIf as unknown) !== undefined,
        asynchronous: constraint?.async === true || isAsyncFunction(instance, 'validate'),
        validate: (value, args) => validate(value, args),
      };
    });
}

/** Whether class-transformer computes a field of a request by @Transform. */
export function isTransformed(model: ModelClass, property: string): boolean {
  const { TransformationType } = classTransformer();
  const storage = transformerStorage();
  return storage.findTransformMetadatas(model, property, TransformationType.PLAIN_TO_CLASS).length > 0;
}

/** The fields of which class-transformer knows something, by @Expose, @Type or @Transform. */
export function readTransformedFields(model: ModelClass): ReadonlySet<string> {
  const storage = transformerStorage() as unknown as Record<Stored, ReadonlyMap<unknown, Fields>>;
  const found = new Set<string>();
  const stores = [storage._exposeMetadatas, storage._typeMetadatas, storage._transformMetadatas];
  for (let owner: unknown = model; typeof owner === 'function'; owner = Object.getPrototypeOf(owner)) {
    for (const store of stores) {
      for (const property of store.get(owner)?.keys() ?? []) if (property !== undefined) found.add(property);
    }
  }
  return found;
}

type Stored = '_exposeMetadatas' | '_typeMetadatas' | '_transformMetadatas';
type Fields = ReadonlyMap<string | undefined, unknown>;

/** Whether a field has @Type, of whatever. */
export function hasType(model: ModelClass, property: string): boolean {
  return (transformerStorage().findTypeMetadata(model, property) as unknown) !== undefined;
}

/** The class that @Type gives a field; undefined where it depends on the object, or is no class of the program's. */
export function readNestedClass(model: ModelClass, property: string): ModelClass | undefined {
  const metadata = transformerStorage().findTypeMetadata(model, property) as
    { readonly typeFunction: () => unknown } | undefined;
  try {
    const type = metadata?.typeFunction();
    return typeof type === 'function' && !BUILT_IN.has(type) ? (type as ModelClass) : undefined;
  } catch {
    return undefined;
  }
}

const BUILT_IN: ReadonlySet<unknown> = new Set([
  ...[String, Number, Boolean, Date, BigInt, Object, Array, Map, Set, Buffer, Uint8Array],
]);

/** Whether class-transformer keeps the property that tells the classes of a field apart. */
export function keepsDiscriminator(model: ModelClass, property: string): boolean {
  const metadata = transformerStorage().findTypeMetadata(model, property) as
    { readonly options?: { readonly keepDiscriminatorProperty?: boolean } } | undefined;
  return metadata?.options?.keepDiscriminatorProperty === true;
}

/** Whether @Expose of some field counts on a version or a group, which a request says only by its route's options. */
export function isVersioned(model: ModelClass): boolean {
  return transformerStorage()
    .getExposedMetadatas(model)
    .some(({ options }) => {
      const { since, until, groups } = (options as ExposeOptions | undefined) ?? {};
      return since !== undefined || until !== undefined || (groups?.length ?? 0) > 0;
    });
}

interface ExposeOptions {
  readonly since?: number;
  readonly until?: number;
  readonly groups?: readonly string[];
}

function isAsyncFunction(owner: object | undefined, method: string): boolean {
  const value = (owner as Readonly<Record<string, unknown>> | undefined)?.[method];
  return typeof value === 'function' && Object.prototype.toString.call(value) === '[object AsyncFunction]';
}
