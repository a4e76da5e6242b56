import { TaskQueueError } from './task-queue-error.js';

/**
 * The JSON text of a value that JSON keeps as it is, but for what brings its own JSON, such as a Date, and for fields that
 * are undefined. What JSON.stringify would change without a word is refused with its place: NaN, a Map, a function,
 * undefined in a list.
 *
 * @param what What the value is, for the message: `the payload of resize`.
 * @throws TaskQueueError PAYLOAD_NOT_JSON
 */
export function toJsonText(value: unknown, what: string): string {
  const parents = new WeakMap<object, { readonly parent: object; readonly key: string }>();

  const refuse = (holder: object, key: string, problem: string): never => {
    const path = [key];
    for (let at = parents.get(holder); at !== undefined; at = parents.get(at.parent)) path.unshift(at.key);
    // The outermost holder is one that JSON.stringify makes, with an empty key.
    const place = path.slice(1).map((name) => `[${JSON.stringify(name)}]`);
    throw new TaskQueueError(
      'PAYLOAD_NOT_JSON',
      `${what}${place.length === 0 ? '' : ` at ${place.join('')}`} → it is ${problem} → give what JSON keeps: text, finite numbers, booleans, null, lists and plain objects`,
    );
  };

  function check(this: unknown, key: string, given: unknown): unknown {
    const holder = this as Record<string, unknown>;
    const problem = findProblem(holder[key], given, Array.isArray(holder) || !parents.has(holder));
    if (problem !== undefined) refuse(holder, key, problem);
    if (typeof given === 'object' && given !== null) {
      for (let at: object | undefined = holder; at !== undefined; at = parents.get(at)?.parent) {
        if (at === given) refuse(holder, key, 'a circle: it holds itself');
      }
      parents.set(given, { parent: holder, key });
    }
    return given;
  }

  try {
    return JSON.stringify(value, check);
  } catch (error) {
    if (error instanceof TaskQueueError) throw error;
    throw new TaskQueueError(
      'PAYLOAD_NOT_JSON',
      `${what} → writing it as JSON threw ${String(error)} → give plain values`,
      { cause: error },
    );
  }
}

/** @param fixed Whether leaving the value out would change what is around it: in a list, and as the whole. */
function findProblem(original: unknown, given: unknown, fixed: boolean): string | undefined {
  switch (typeof given) {
    case 'bigint':
      return 'a bigint';
    case 'number':
      return Number.isFinite(given) ? undefined : String(given);
    case 'function':
      return 'a function';
    case 'symbol':
      return 'a symbol';
    case 'undefined':
      return fixed ? 'undefined' : undefined;
    default:
      return findObjectProblem(original, given);
  }
}

function findObjectProblem(original: unknown, given: unknown): string | undefined {
  if (original instanceof Date && given === null) return 'a date that is none';
  if (ArrayBuffer.isView(original) || original instanceof ArrayBuffer) return 'bytes';
  if (given instanceof Map) return 'a Map';
  if (given instanceof Set) return 'a Set';
  if (given instanceof Promise) return 'a promise; await it';
  // Boxed values and errors lose what they hold: {}.
  if (given instanceof Error) return 'an Error';
  return undefined;
}
