import type { ModelField } from './model-fields.js';

type TellingField = Pick<ModelField, 'property' | 'name' | 'rules'>;

/** The field by which classes are told apart, and which of them each of its values means. */
export interface Discriminator {
  readonly property: string;
  /** Name on the wire. */
  readonly name: string;
  /** Index of the class. */
  readonly members: ReadonlyMap<unknown, number>;
}

/** Finds a field that every class has, with values that no other has; what is no class is undefined. */
export function findDiscriminator(
  members: readonly (readonly TellingField[] | undefined)[],
): Discriminator | undefined {
  for (const { property, name } of members[0] ?? []) {
    const byValue = new Map<unknown, number>();
    const tells = members.every((fields, index) => {
      const field = fields?.find((each) => each.property === property && each.name === name);
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
function constantsOf({ rules }: TellingField): readonly unknown[] {
  for (const { name, values, each } of rules) {
    const [given] = values;
    if (each) continue;
    if (name === 'equals') return [given];
    if (name === 'isIn' && Array.isArray(given)) return given as unknown[];
  }
  return [];
}
