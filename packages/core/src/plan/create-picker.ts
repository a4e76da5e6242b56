import { readCookies } from '../http/cookies.js';
import type { SourceDescription } from '../metadata/source.js';
import type { RequestInput } from './route-plan.js';

/** Takes the raw value of a source out of a request; undefined when it is not there. */
export function createPicker(source: SourceDescription, list: boolean): (request: RequestInput) => unknown {
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
        ? (request) => toHeaderList(own(request.headers, key))
        : (request) => toLast(own(request.headers, key));
    }
    case 'cookie':
      return (request) => own(readCookies(request.headers.cookie as string | undefined), name);
    default:
      // JSON null is a body that is not there, as in FastAPI.
      return source.name === undefined
        ? (request) => request.body ?? undefined
        : (request) => own(request.body, name) ?? undefined;
  }
}

/** A property of the object's own: a query of `?constructor=` must not find Object's. */
function own(values: unknown, name: string): unknown {
  return typeof values === 'object' && values !== null && Object.hasOwn(values, name)
    ? (values as Record<string, unknown>)[name]
    : undefined;
}

function toLast(value: unknown): unknown {
  return Array.isArray(value) ? (value as unknown[]).at(-1) : value;
}

function toList(value: unknown): unknown {
  return value === undefined || Array.isArray(value) ? value : [value];
}

function toHeaderList(value: unknown): unknown {
  return typeof value === 'string' ? value.split(',').map((part) => part.trim()) : value;
}
