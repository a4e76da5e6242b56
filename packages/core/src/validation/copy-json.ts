/** What {@link copyJson} gives for a value that is nested too deeply. */
export const TOO_DEEP: unique symbol = Symbol('sluice.too-deep');

/**
 * Copies JSON that no model describes. As in class-transformer, names that every object has (`__proto__`, `constructor`,
 * `toString`, …) are left out as keys: who merges the copy into something else must not change prototypes by it, and
 * who calls a method of it must not call text.
 *
 * @param depth How deep it may still go.
 */
export function copyJson(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth <= 0) return TOO_DEEP;
  if (Array.isArray(value)) {
    const list: unknown[] = [];
    for (const each of value as unknown[]) {
      const copy = copyJson(each, depth - 1);
      if (copy === TOO_DEEP) return TOO_DEEP;
      list.push(copy);
    }
    return list;
  }
  // Bytes and files of other parsers are no JSON; they are values of their own.
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  const object: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    if (key in Object.prototype) continue;
    const copy = copyJson((value as Record<string, unknown>)[key], depth - 1);
    if (copy === TOO_DEEP) return TOO_DEEP;
    object[key] = copy;
  }
  return object;
}
