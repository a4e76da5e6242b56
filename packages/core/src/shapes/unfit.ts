import { ResponseError } from '../errors/response-error.js';

/** A value that is not of its shape; on its way up it gathers where it was. */
export class Unfit extends Error {
  override readonly name = 'Unfit';
  /** From the outermost on. */
  readonly path: (string | number)[] = [];

  constructor(
    readonly expected: string,
    readonly got: string,
  ) {
    super(`expected ${expected}, got ${got}`);
  }

  at(place: string | number): this {
    this.path.unshift(place);
    return this;
  }
}

/** Adds a place to what was thrown below it. */
export function placed(error: unknown, place: string | number): unknown {
  return error instanceof Unfit ? error.at(place) : error;
}

/** What goes to the log: the place, what was expected, and the kind of the value, never the value itself. */
export function toResponseError(error: unknown): unknown {
  if (error instanceof Unfit) {
    const where = error.path.length === 0 ? 'the result' : toPath(error.path);
    return new ResponseError('RESPONSE_MODEL_UNFIT', `${where}: ${error.message}.`);
  }
  // Of getters and toJSON that call each other; those of a shape are counted.
  return error;
}

/** `[3].owner.name`, `byShop["a b"]`. */
export function toPath(path: readonly (string | number)[]): string {
  let text = '';
  for (const place of path) {
    if (typeof place === 'number') text += `[${String(place)}]`;
    else if (/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(place)) text += text === '' ? place : `.${place}`;
    else text += `[${JSON.stringify(place)}]`;
  }
  return text;
}

/** The kind of a value, without the value. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  switch (typeof value) {
    case 'string':
      return 'text';
    case 'number':
      return Number.isFinite(value) ? (Number.isInteger(value) ? 'an integer' : 'a number') : String(value);
    case 'object':
      return objectKind(value);
    case 'function':
      return 'a function';
    default:
      return `a ${typeof value}`;
  }
}

function objectKind(value: object): string {
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid date' : 'a date';
  if (value instanceof Promise) return 'a promise, which is to be awaited before it is returned';
  if (Symbol.asyncIterator in value)
    return 'a stream or an asynchronous iterator, of which a list is to be read';
  if (isIterator(value)) return 'an iterator, of which [...iterator] makes a list';
  const { constructor } = value as { constructor?: unknown };
  const name = typeof constructor === 'function' ? constructor.name : '';
  return name === '' || name === 'Object' ? 'an object' : `an instance of ${name}`;
}

/** What holds its values back: nothing of them can be read as a property. */
export function isPending(value: object): boolean {
  return value instanceof Promise || Symbol.asyncIterator in value || isIterator(value);
}

function isIterator(value: object): boolean {
  return Symbol.iterator in value && typeof (value as { readonly next?: unknown }).next === 'function';
}

/** What has values of its own, and none that a model could name. */
export function isNoModel(value: object): boolean {
  return (
    value instanceof Map ||
    value instanceof Set ||
    value instanceof Date ||
    ArrayBuffer.isView(value) ||
    isPending(value)
  );
}
