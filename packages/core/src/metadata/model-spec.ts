import { typeName, type Constructor, type TypeSpec } from './types.js';

declare const VALUE: unique symbol;
const SPEC: unique symbol = Symbol.for('sluice.model-spec');

/** What {@link union}, {@link nullable} and {@link record} say. */
export type CompoundDescription =
  | { readonly kind: 'union'; readonly of: readonly ModelSpec[] }
  | { readonly kind: 'nullable' | 'record'; readonly of: ModelSpec };

/** A type that {@link union}, {@link nullable} or {@link record} made. */
export interface CompoundSpec<Value = unknown> {
  readonly [SPEC]: CompoundDescription;
  /** For the compiler alone. */
  readonly [VALUE]?: Value;
}

/**
 * What a body or a response holds: a model class, a scalar (`String`, `Number`, `'integer'`, `Boolean`, `Date`, `BigInt`), an enum,
 * `Buffer` (base64 text), `Object` (any JSON object), a list of one of them (`[Item]`), or {@link union},
 * {@link nullable} and {@link record} of them, at any depth.
 */
export type ModelSpec = TypeSpec | CompoundSpec | readonly [ModelSpec];

/** The value of a type that is said by a {@link ModelSpec}. */
export type ValueOf<Type> =
  Type extends CompoundSpec<infer Value>
    ? Value
    : Type extends 'integer' | NumberConstructor
      ? number
      : Type extends StringConstructor
        ? string
        : Type extends BooleanConstructor
          ? boolean
          : Type extends BigIntConstructor
            ? bigint
            : Type extends ObjectConstructor
              ? Record<string, unknown>
              : Type extends readonly [infer Item]
                ? ValueOf<Item>[]
                : Type extends Constructor<infer Instance>
                  ? Instance
                  : Type extends Readonly<Record<string, infer Member>>
                    ? Member
                    : unknown;

/**
 * One of several: `union(Cat, Dog)`.
 *
 * A returned value is told to be one of them by its class, else by a field that all have with other values each
 * (`@IsIn(['cat'])`), else it is the one that it fits without conversion and with the most fields, the first of equals.
 * In a body that field tells too, and has to be there; without one, it is the one of whose fields the body has most, among
 * those that take it.
 */
export function union<const Members extends readonly [ModelSpec, ModelSpec, ...ModelSpec[]]>(
  ...members: Members
): CompoundSpec<ValueOf<Members[number]>> {
  return { [SPEC]: { kind: 'union', of: members } };
}

/** It, or null: `nullable(Item)`. `undefined` is null there, in responses. */
export function nullable<const Type extends ModelSpec>(of: Type): CompoundSpec<ValueOf<Type> | null> {
  return { [SPEC]: { kind: 'nullable', of } };
}

/** An object of any keys, whose values are all of one kind: `record(Item)`. A Map is one too, in responses. */
export function record<const Type extends ModelSpec>(of: Type): CompoundSpec<Record<string, ValueOf<Type>>> {
  return { [SPEC]: { kind: 'record', of } };
}

/** What a compound type says, by any copy of this package; undefined for other types. */
export function readCompound(spec: unknown): CompoundDescription | undefined {
  return typeof spec === 'object' && spec !== null && SPEC in spec ? (spec as CompoundSpec)[SPEC] : undefined;
}

/** The name of a type for messages: `union(Cat, [Dog])`. */
export function specName(spec: unknown): string {
  const compound = readCompound(spec);
  if (compound === undefined)
    return Array.isArray(spec) ? `[${spec.map(specName).join(', ')}]` : typeName(spec);
  const inner = compound.kind === 'union' ? compound.of.map(specName).join(', ') : specName(compound.of);
  return `${compound.kind}(${inner})`;
}
