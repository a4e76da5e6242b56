import { findDiscriminator } from '../models/discriminator.js';
import { toNullable, type Shape, type UnionShape } from './shape.js';
import { shapeKey } from './shape-key.js';

/** Joins types into one of them. Its discriminator is found by {@link settleUnion}, when all classes have been read. */
export function joinShapes(given: readonly Shape[]): { readonly shape: Shape; readonly union: OpenUnion } {
  const members: Shape[] = [];
  const found = { null: false };
  // A union in a union is one union; null in one of them is null in all.
  const add = (shape: Shape): void => {
    if (shape.kind === 'nullable') {
      found.null = true;
      add(shape.of);
    } else if (shape.kind === 'union') shape.members.forEach(add);
    else members.push(shape);
  };
  given.forEach(add);
  const union: OpenUnion = { kind: 'union', members, discriminator: undefined };
  return { union, shape: found.null ? toNullable(union) : union };
}

/** A union while its members are read. */
export type OpenUnion = { -readonly [Key in keyof UnionShape]: UnionShape[Key] };

/** Finds how the members of a union are told apart; `refuse` gets why they could not be. */
export function settleUnion(union: OpenUnion, refuse: (problem: string, fix: string) => void): void {
  const { members } = union;
  if (members.length === 0) {
    refuse('it is a union of no type', 'name them: union(Cat, Dog)');
    return;
  }
  const keys = members.map(shapeKey);
  const second = keys.findIndex((key, index) => keys.indexOf(key) < index);
  if (second >= 0) {
    const first = keys.indexOf(keys[second] ?? '');
    refuse(
      `its types ${String(first + 1)} and ${String(second + 1)} are alike, so no value tells which of them it is`,
      "leave one out, or give each a field with a value of its own: @IsIn(['cat']) kind = 'cat'",
    );
  }
  if (members.some(({ kind }) => kind === 'any')) {
    refuse(
      'one of its types is any object, and so is every other',
      'leave Object out, or write Object alone',
    );
  }
  union.discriminator = findDiscriminator(
    members.map((member) => (member.kind === 'model' ? member.model.fields : undefined)),
  );
}
