import type { InputModel, InputType } from './input-model.js';

/** What came for each Set, item by item: a Set keeps no place of what it has already. */
export type ItemsOfSets = WeakMap<object, readonly unknown[]>;

/**
 * Makes the Sets and Maps of an instance of what class-transformer left as lists: without @Type it does not know them, and
 * of a Map it drops keys such as `size` and `get`.
 *
 * @param plain What class-transformer was given, in which the values of a Map are a list.
 * @param keys Those of the Maps, by that list.
 */
export function fillCollections(
  model: InputModel,
  plain: object,
  instance: object,
  keys: WeakMap<object, readonly string[]>,
  items: ItemsOfSets = new WeakMap(),
): ItemsOfSets {
  const [given, made] = [plain, instance] as Record<string, unknown>[];
  for (const { name, property, type, collection } of model.fields) {
    const [value, result] = [given?.[name], made?.[property]];
    if (made === undefined || !isObject(value) || !isObject(result)) continue;
    if (collection === undefined) {
      fillIn(type, value, result, keys, items);
      continue;
    }
    const values = Array.isArray(value) ? (value as unknown[]) : [];
    const results = result instanceof Set ? [...result] : Array.isArray(result) ? (result as unknown[]) : [];
    for (const [index, each] of results.entries()) fillIn(type, values[index], each, keys, items);
    const names = keys.get(value);
    if (names !== undefined) made[property] = new Map(names.map((key, index) => [key, results[index]]));
    else if (collection === 'set' && (result instanceof Set || Array.isArray(result))) {
      const set = result instanceof Set ? result : new Set(results);
      items.set(set, result instanceof Set ? values : results);
      made[property] = set;
    }
  }
  return items;
}

function fillIn(
  type: InputType,
  plain: unknown,
  instance: unknown,
  keys: WeakMap<object, readonly string[]>,
  items: ItemsOfSets,
): void {
  if (!isObject(plain) || !isObject(instance)) return;
  if (type.kind === 'model') fillCollections(type.model, plain, instance, keys, items);
  if (type.kind !== 'variants') return;
  for (const model of type.models.values()) {
    if (instance.constructor === model.model) fillCollections(model, plain, instance, keys, items);
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
