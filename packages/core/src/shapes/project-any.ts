import { checkDepth, misfit, toInteger, type Project, type ProjectionSettings } from './projection.js';
import { toIso, unwrap } from './project-scalar.js';
import { isPending, kindOf, placed, Unfit } from './unfit.js';

/** Gives what projects instances of a class that is a model, undefined for other classes. */
export type ModelLookup = (constructor: unknown) => Project | undefined;

/**
 * Copies any JSON value as JSON.stringify would write it, with dates as ISO text, bigints as digits, Maps as objects and
 * Sets as lists. An instance of a model class is sent as that model here too, so that what it hides stays hidden.
 */
export function projectAny(object: boolean, settings: ProjectionSettings, findModel: ModelLookup): Project {
  const copy: Project = (value, depth) => {
    switch (typeof value) {
      case 'string':
      case 'boolean':
        return value;
      case 'number':
        return value - value === 0 ? value : misfit(value, 'a finite number', settings);
      case 'bigint':
        return toInteger(value);
      case 'object':
        return value === null ? null : copyObject(value, depth);
      default:
        return undefined;
    }
  };
  const copyObject = (value: object, depth: number): unknown => {
    checkDepth(depth);
    if (Array.isArray(value)) return copyList(value, copy, depth);
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) {
      if (value instanceof Date) return toIso(value) ?? misfit(value, 'a date', settings);
      if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) {
        return misfit(value, 'no bytes, which are sent only where a model declares Buffer', settings);
      }
      const model = findModel(value.constructor);
      if (model !== undefined) return model(value, depth);
      if (value instanceof Set) return copyList([...value], copy, depth);
    }
    const plain = unwrap(value);
    if (plain !== value) return copy(plain, depth + 1);
    if (isPending(value)) return misfit(value, 'a JSON value', settings);
    return copyEntries(entriesOf(value, settings), copy, depth);
  };
  if (!object) return copy;
  return (value, depth) =>
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Set)
      ? copyObject(value, depth)
      : misfit(value, 'an object', settings);
}

/** Copies a value of which nothing is said: it may be anything but an object. */
export function projectPlain(settings: ProjectionSettings): Project {
  const project: Project = (value, depth) => {
    switch (typeof value) {
      case 'string':
      case 'boolean':
        return value;
      case 'number':
        return value - value === 0 ? value : misfit(value, 'a finite number', settings);
      case 'bigint':
        return toInteger(value);
      case 'object':
        break;
      default:
        return undefined;
    }
    if (value === null) return null;
    checkDepth(depth);
    if (Array.isArray(value) || value instanceof Set)
      return copyList([...(value as Iterable<unknown>)], project, depth);
    const date = toIso(value);
    if (date !== undefined) return date;
    const plain = unwrap(value);
    return plain === value || typeof plain === 'object'
      ? misfit(value, NO_OBJECT, settings)
      : project(plain, depth);
  };
  return project;
}

const NO_OBJECT =
  'no object, since the model says nothing of one: write @Type(() => TheClass), @Holds(() => record(…)) or @IsObject()';

export function copyList(items: readonly unknown[], project: Project, depth: number): unknown[] {
  const copy = new Array<unknown>(items.length);
  let index = 0;
  try {
    // By index: a hole is null, as it is for JSON.stringify.
    for (; index < items.length; index += 1) {
      const item = project(items[index], depth + 1);
      copy[index] = item === undefined ? null : item;
    }
  } catch (error) {
    throw placed(error, index);
  }
  return copy;
}

export function copyEntries(
  entries: Iterable<readonly [string, unknown]>,
  project: Project,
  depth: number,
): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const [key, value] of entries) {
    try {
      const projected = value === undefined ? undefined : project(value, depth + 1);
      if (projected === undefined) continue;
      // Assigned, it would become the prototype.
      if (key === '__proto__') {
        Object.defineProperty(copy, key, {
          value: projected,
          enumerable: true,
          configurable: true,
          writable: true,
        });
      } else copy[key] = projected;
    } catch (error) {
      throw placed(error, key);
    }
  }
  return copy;
}

/** The own entries of an object, or those of a Map, whose keys have to be of a kind that text can stand for. */
export function entriesOf(
  value: object,
  { check }: ProjectionSettings,
): Iterable<readonly [string, unknown]> {
  if (!(value instanceof Map)) return Object.entries(value);
  return Array.from(value as Map<unknown, unknown>, ([key, item]): [string, unknown] => {
    if (check && !KEYS.has(typeof key)) {
      throw new Unfit('keys of a Map that are text, numbers or booleans', `a key that is ${kindOf(key)}`);
    }
    return [String(key), item];
  });
}

const KEYS: ReadonlySet<string> = new Set(['string', 'number', 'bigint', 'boolean']);
