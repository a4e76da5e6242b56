/**
 * Fields of a model, by their names in the class: a list of them, or an object whose values say more of a field: `true`
 * for all of it, a selection for fields of what it holds. Lists, records and what may be null are looked through.
 *
 * ```ts
 * ['name', 'price']
 * { name: true, owner: ['name'], items: { price: true } }
 * ```
 */
export type FieldSelection = readonly string[] | FieldSelectionObject;

/** See {@link FieldSelection}. */
export interface FieldSelectionObject {
  readonly [field: string]: boolean | FieldSelection;
}

/** A selection as entries: those with `false` say nothing. */
export function readSelection(
  selection: FieldSelection,
): readonly (readonly [string, true | FieldSelection])[] {
  if (isList(selection)) return selection.map((name): [string, true] => [name, true]);
  return Object.entries(selection).filter(
    (entry): entry is [string, true | FieldSelection] => entry[1] !== false,
  );
}

function isList(selection: FieldSelection): selection is readonly string[] {
  return Array.isArray(selection);
}
