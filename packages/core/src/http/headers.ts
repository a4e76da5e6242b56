import { ResponseError } from '../errors/response-error.js';

/** What a header may be set to; a list is sent as several lines of the same name. */
export type HeaderValue = string | number | readonly string[];

/** Headers as a record, pairs, or another {@link ResponseHeaders}. */
export type HeadersInit =
  | Readonly<Record<string, HeaderValue | undefined>>
  | Iterable<readonly [string, HeaderValue]>
  | ResponseHeaders;

// RFC 9110 section 5.6.2: token = 1*tchar.
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
// RFC 9110 section 5.5: field-vchar, SP and HTAB, and obs-text. CR, LF and NUL would end the field on the wire.
const NOT_IN_VALUE = /[^\t\x20-\x7e\x80-\xff]/;

/** Checks a header name (RFC 9110 section 5.1) and returns it in lower case. */
export function checkHeaderName(name: string): string {
  if (typeof name !== 'string' || !TOKEN.test(name)) {
    throw new ResponseError('HEADER_NAME_INVALID', `${JSON.stringify(name)} is not a header name.`);
  }
  return name.toLowerCase();
}

/** Checks one header value and returns it as text; `name` is only for the message. */
function checkHeaderValue(name: string, value: string | number): string {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string') {
    throw new ResponseError(
      'HEADER_VALUE_INVALID',
      `header ${JSON.stringify(name)}: a value is a string or a number, not ${typeof value}.`,
    );
  }
  const at = text.search(NOT_IN_VALUE);
  if (at !== -1) {
    const code = (text.codePointAt(at) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    throw new ResponseError(
      'HEADER_VALUE_INVALID',
      `header ${JSON.stringify(name)}: U+${code} at position ${String(at)} is not allowed in a value.`,
    );
  }
  return text;
}

/**
 * The headers of a response: names without case, several values for one name, every name and value checked when
 * it is set, so that nothing unchecked can reach the wire.
 *
 * @throws ResponseError HEADER_NAME_INVALID, HEADER_VALUE_INVALID; HEAD_SENT once the head has been sent.
 */
export class ResponseHeaders {
  // One value is kept without a list of its own: most names have one.
  #values: Map<string, string | string[]>;
  /** Whether other headers have the same values, until one of them changes. */
  #shared = false;
  #sealed = false;

  constructor(init?: HeadersInit) {
    if (init instanceof ResponseHeaders) {
      // Checked already.
      this.#values = init.#values;
      this.#shared = init.#shared = true;
      return;
    }
    this.#values = new Map();
    if (init === undefined) return;
    const entries = Symbol.iterator in init ? init : Object.entries(init);
    for (const [name, value] of entries as Iterable<readonly [string, HeaderValue | undefined]>) {
      if (value !== undefined) this.append(name, value);
    }
  }

  /** The value; several are joined by `, `, except those of `set-cookie`, of which the first is given. */
  get(name: string): string | undefined {
    const value = this.#values.get(name.toLowerCase());
    if (value === undefined || typeof value === 'string') return value;
    return name.toLowerCase() === 'set-cookie' ? value[0] : value.join(', ');
  }

  /** Every value of the name, in the order they were added. */
  getAll(name: string): readonly string[] {
    return [this.#values.get(name.toLowerCase()) ?? []].flat();
  }

  has(name: string): boolean {
    return this.#values.has(name.toLowerCase());
  }

  /** Sets the value, in place of any that the name had. */
  set(name: string, value: HeaderValue): this {
    this.#writable(name);
    this.#values.set(checkHeaderName(name), checkValues(name, value));
    return this;
  }

  /** Adds a value to those that the name has. */
  append(name: string, value: HeaderValue): this {
    this.#writable(name);
    const key = checkHeaderName(name);
    const added = checkValues(name, value);
    const present = this.#values.get(key);
    this.#values.set(key, present === undefined ? added : [present, added].flat());
    return this;
  }

  delete(name: string): boolean {
    this.#writable(name);
    return this.#values.delete(name.toLowerCase());
  }

  /** Name in lower case and its value, or its values where there are several. */
  [Symbol.iterator](): IterableIterator<[string, string | string[]]> {
    // Mostly each name has one value, and nothing is to be copied.
    for (const value of this.#values.values()) if (typeof value !== 'string') return this.#copies();
    return this.#values.entries();
  }

  *#copies(): IterableIterator<[string, string | string[]]> {
    for (const [name, value] of this.#values) {
      const [only] = value;
      if (typeof value === 'string') yield [name, value];
      else yield [name, value.length === 1 && only !== undefined ? only : [...value]];
    }
  }

  /** From now on every change throws HEAD_SENT: the head is on its way to the client. */
  seal(): void {
    this.#sealed = true;
  }

  #writable(name: string): void {
    if (this.#sealed) {
      throw new ResponseError(
        'HEAD_SENT',
        `header ${JSON.stringify(name)} was changed after the head was sent.`,
      );
    }
    if (!this.#shared) return;
    // Lists are never changed, only replaced.
    this.#values = new Map(this.#values);
    this.#shared = false;
  }
}

function checkValues(name: string, value: HeaderValue): string | string[] {
  return Array.isArray(value)
    ? (value as readonly string[]).map((each) => checkHeaderValue(name, each))
    : checkHeaderValue(name, value as string | number);
}
