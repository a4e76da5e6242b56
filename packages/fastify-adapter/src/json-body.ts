import { RequestValidationError, type ErrorDetail } from '@sluice/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';

import { findJsonFault } from './json-fault.js';

/** What ends in `+json` is JSON (RFC 6839 section 3.1), as FastAPI reads it. */
const JSON_SUFFIX = /^application\/[^;\s]+\+json(?:;|$)/i;

/**
 * Reads bodies of JSON as FastAPI does: an empty one is no body, as many clients send it with every request, and whether one
 * is required is the route's to say; `application/problem+json` is JSON too; what is none is refused with its place.
 *
 * A parser of the host's own for JSON, or for one of these types by its name, stays. Of those by patterns (`*`, a RegExp)
 * Fastify tells nothing: they get what is no JSON.
 */
export function readJsonBodies(instance: FastifyInstance): void {
  const { onProtoPoisoning = 'error', onConstructorPoisoning = 'error' } = instance.initialConfig;
  const parse = instance.getDefaultJsonParser(onProtoPoisoning, onConstructorPoisoning);
  const read = (request: FastifyRequest, body: string, done: Done): void => {
    if (body === '') {
      done(null, undefined);
      return;
    }
    void parse(request, body, (error: Error | null, value: unknown) => {
      if (error === null) done(null, value);
      else done(new RequestValidationError([describeFault(body)], { cause: error }), undefined);
    });
  };
  add(instance, 'application/json', read);
  add(instance, JSON_SUFFIX, read);
}

type Done = (error: Error | null, body?: unknown) => void;

function add(
  instance: FastifyInstance,
  contentType: string | RegExp,
  read: (request: FastifyRequest, body: string, done: Done) => void,
): void {
  try {
    instance.addContentTypeParser<string>(contentType, { parseAs: 'string' }, read);
  } catch (error) {
    if ((error as { code?: string }).code !== 'FST_ERR_CTP_ALREADY_PRESENT') throw error;
  }
}

function describeFault(body: string): ErrorDetail {
  const fault = findJsonFault(body);
  if (fault === undefined) {
    // It is JSON, which Fastify refused for names by which who merges it would change prototypes.
    const msg = 'JSON must not have the name __proto__, nor a prototype in a constructor';
    return { type: 'json_forbidden_name', loc: ['body'], msg, input: null };
  }
  return {
    type: 'json_invalid',
    loc: ['body', countCharacters(body.slice(0, fault.at))],
    msg: 'JSON decode error',
    input: {},
    ctx: { error: `expected ${fault.expected}` },
  };
}

/** As Python counts them: a surrogate pair is one. */
function countCharacters(text: string): number {
  return text.replaceAll(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g, ' ').length;
}
