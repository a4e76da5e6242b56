import { toNullable, type Discriminator, type FieldShape, type Shape, type UnionShape } from './shape.js';
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
  union.discriminator = findDiscriminator(members);
}

/** A field that every member has, with values that no other has. */
function findDiscriminator(members: readonly Shape[]): Discriminator | undefined {
  const [first] = members;
  if (first?.kind !== 'model') return undefined;
  for (const { property, name } of first.model.fields) {
    const byValue = new Map<unknown, number>();
    const tells = members.every((member, index) => {
      if (member.kind !== 'model') return false;
      const field = member.model.fields.find((each) => each.property === property && each.name === name);
      const values = field === undefined ? [] : constantsOf(field);
      const free = values.every((value) => !byValue.has(value));
      for (const value of values) byValue.set(value, index);
      return values.length > 0 && free;
    });
    if (tells) return { property, name, members: byValue };
  }
  return undefined;
}

/** The values that a field can have, where its rules say so. */
function constantsOf({ rules }: FieldShape): readonly unknown[] {
  for (const { name, values, each } of rules) {
    const [given] = values;
    if (each) continue;
    if (name === 'equals') return [given];
    if (name === 'isIn' && Array.isArray(given)) return given as unknown[];
  }
  return [];
}
