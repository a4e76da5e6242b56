import { isForm } from './body-media-type.js';
import { readCookies } from '../http/cookies.js';
import type { SourceDescription } from '../metadata/source.js';
import type { InputModel } from '../validation/input-model.js';
import type { RequestInput } from './route-plan.js';

/**
 * Takes the raw value of a source out of a request; undefined when it is not there.
 *
 * @param keepsNull Whether null of JSON is a value: else it is a body that is not there, as in FastAPI.
 */
export function createPicker(
  source: SourceDescription,
  list: boolean,
  keepsNull = false,
): (request: RequestInput) => unknown {
  const name = source.name ?? '';
  switch (source.kind) {
    case 'path':
      return (request) => own(request.params, name);
    case 'query':
      return list
        ? (request) => toList(own(request.query, name))
        : (request) => toLast(own(request.query, name));
    case 'header': {
      const key = name.toLowerCase();
      // Node joins repeated headers by commas (RFC 9110 section 5.3).
      return list
        ? (request) => toHeaderList(headerOf(request.headers, key))
        : (request) => toLast(headerOf(request.headers, key));
    }
    case 'cookie':
      return (request) => own(readCookies(request.headers.cookie as string | undefined), name);
    default:
      if (isForm(source)) {
        const pick = list ? toList : toLast;
        return (request) => toFilled(pick(own(request.body, name)));
      }
      if (keepsNull)
        return source.name === undefined ? (request) => request.body : (request) => own(request.body, name);
      return source.name === undefined
        ? (request) => request.body ?? undefined
        : (request) => own(request.body, name) ?? undefined;
  }
}

/**
 * Takes a group of values out of a request, of a form too, as an object with the fields of a model. A header's field is written with
 * hyphens, `ifModifiedSince` as `if-modified-since`, where @Expose gives it no name.
 *
 * @param all Whether what the model does not name is taken too, to be refused.
 */
export function createGroupPicker(
  kind: SourceDescription['kind'],
  model: InputModel,
  all: boolean,
): (request: RequestInput) => Record<string, unknown> {
  const isHeader = kind === 'header';
  const ofForm = kind === 'body';
  const fields = model.fields.map(({ name, property, collection }) => ({
    name,
    key: isHeader ? (name === property ? toHyphens(name) : name.toLowerCase()) : name,
    pick: collection === 'list' || collection === 'set' ? (isHeader ? toHeaderList : toList) : toLast,
  }));
  const keys = new Set(fields.map(({ key }) => key));
  const valuesOf = groupOf(kind);
  const pickFrom = isHeader ? headerOf : own;
  return (request) => {
    const values = valuesOf(request);
    const group: Record<string, unknown> = {};
    for (const { name, key, pick } of fields) {
      const given = pick(pickFrom(values, key));
      const value = ofForm ? toFilled(given) : given;
      if (value !== undefined) group[name] = value;
    }
    if (all && typeof values === 'object' && values !== null) {
      for (const [key, value] of Object.entries(values)) {
        if (!keys.has(key) && key !== '__proto__') group[key] = value;
      }
    }
    return group;
  };
}

function groupOf(kind: SourceDescription['kind']): (request: RequestInput) => unknown {
  switch (kind) {
    case 'path':
      return (request) => request.params;
    case 'query':
      return (request) => request.query;
    case 'header':
      return (request) => request.headers;
    case 'body':
      return (request) => request.body;
    default:
      return (request) => readCookies(request.headers.cookie as string | undefined);
  }
}

/** `ifModifiedSince` and `if_modified_since` as `if-modified-since`. */
export function toHyphens(name: string): string {
  return name
    .replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
    .replaceAll('_', '-')
    .toLowerCase();
}

/** A property of the object's own: a query of `?constructor=` must not find Object's. */
function own(values: unknown, name: string): unknown {
  return typeof values === 'object' && values !== null && Object.hasOwn(values, name)
    ? (values as Record<string, unknown>)[name]
    : undefined;
}

/**
 * A header. Node reads their bytes as Latin-1; `Last-Event-ID` is UTF-8 (WHATWG HTML section 9.2.3), since an event may have any
 * text as its id.
 */
function headerOf(headers: unknown, key: string): unknown {
  const value = own(headers, key);
  return key === 'last-event-id' && typeof value === 'string' ? fromUtf8(value) : value;
}

/** Text whose characters are bytes of UTF-8; what is not is left as it is. */
function fromUtf8(text: string): string {
  if (!BEYOND_ASCII.test(text) || BEYOND_BYTES.test(text)) return text;
  try {
    return UTF_8.decode(Uint8Array.from(text, (byte) => byte.charCodeAt(0)));
  } catch {
    return text;
  }
}

const BEYOND_ASCII = /[\u0080-\uffff]/;
const BEYOND_BYTES = /[\u0100-\uffff]/;
const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function toLast(value: unknown): unknown {
  return Array.isArray(value) ? (value as unknown[]).at(-1) : value;
}

/** What a person did not fill in comes as empty text. */
function toFilled(value: unknown): unknown {
  return value === '' || (Array.isArray(value) && value.length === 0) ? undefined : value;
}

function toList(value: unknown): unknown {
  return value === undefined || Array.isArray(value) ? value : [value];
}

function toHeaderList(value: unknown): unknown {
  return typeof value === 'string' ? value.split(',').map((part) => part.trim()) : value;
}
