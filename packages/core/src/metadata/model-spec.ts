import { typeName, type TypeSpec } from './types.js';

const SPEC: unique symbol = Symbol.for('sluice.model-spec');

/** What {@link union}, {@link nullable} and {@link record} say. */
export type CompoundDescription =
  | { readonly kind: 'union'; readonly of: readonly ModelSpec[] }
  | { readonly kind: 'nullable' | 'record'; readonly of: ModelSpec };

/** A type that {@link union}, {@link nullable} or {@link record} made. */
export interface CompoundSpec {
  readonly [SPEC]: CompoundDescription;
}

/**
 * What a response holds: a model class, a scalar (`String`, `Number`, `'integer'`, `Boolean`, `Date`, `BigInt`), an enum,
 * `Buffer` (base64 text), `Object` (any JSON object), a list of one of them (`[Item]`), or {@link union},
 * {@link nullable} and {@link record} of them, at any depth.
 */
export type ModelSpec = TypeSpec | CompoundSpec | readonly [ModelSpec];

/**
 * One of several: `union(Cat, Dog)`.
 *
 * A value is told to be one of them by its class, else by a field that all have with other values each (`@IsIn(['cat'])`),
 * else it is the one that it fits without conversion and with the most fields, the first of equals.
 */
export function union(...members: readonly [ModelSpec, ModelSpec, ...ModelSpec[]]): CompoundSpec {
  return { [SPEC]: { kind: 'union', of: members } };
}

/** It, or null: `nullable(Item)`. `undefined` is null there. */
export function nullable(of: ModelSpec): CompoundSpec {
  return { [SPEC]: { kind: 'nullable', of } };
}

/** An object of any keys, whose values are all of one kind: `record(Item)`. A Map is one too. */
export function record(of: ModelSpec): CompoundSpec {
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
