import { HTTPException, RequestValidationError, ResponseHeaders, type ErrorDetail } from '@sluice/core';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { exchangeOf } from './exchange.js';
import { applyHead, takeBackHead } from './head.js';

type ErrorHandler = (error: unknown, request: FastifyRequest, reply: FastifyReply) => unknown;

/**
 * Makes the error handler of Sluice's routes.
 *
 * @param hasHostHandler Whether the host has an error handler of its own: then that one gets every error, with
 *   `statusCode` and `detail`, and this one only puts right what was set for the response that failed.
 */
export function createErrorHandler(hasHostHandler: boolean): ErrorHandler {
  return (error, request, reply) => {
    const exchange = exchangeOf(reply);
    // The client left before the first byte: Fastify makes an error of the body that was closed for it.
    if (exchange?.ended !== undefined && errorField(error, 'code') === 'ERR_STREAM_PREMATURE_CLOSE') {
      reply.hijack();
      return undefined;
    }
    // An error of a hook or a serializer comes after the handler: the tasks are dropped all the same.
    exchange?.fail();
    takeBackHead(reply);
    const known = toHttpException(error, request);
    const headers = known === undefined ? undefined : readHeaders(known);
    // A header of the exception that cannot be sent is a fault of the program, and not the answer that was meant.
    if (headers instanceof Error) error = headers;
    const valid = known !== undefined && headers instanceof ResponseHeaders;
    if (hasHostHandler) {
      if (!valid) throw error;
      applyHead(reply, known.statusCode, headers, undefined);
      throw known;
    }
    if (valid) {
      const log = known.statusCode >= 500 ? request.log.error : request.log.info;
      log.call(request.log, { err: error }, known.message);
      applyHead(reply, known.statusCode, headers, undefined);
      return { detail: known.detail };
    }
    return renderUnexpected(error, request, reply);
  };
}

/** Errors of Sluice, and those of Fastify's body parsers in FastAPI's words. */
function toHttpException(error: unknown, request: FastifyRequest): HTTPException | undefined {
  if (HTTPException.is(error)) return error;
  const code = errorField(error, 'code');
  const detail = typeof code === 'string' ? bodyFault(code, error, request) : undefined;
  return detail === undefined ? undefined : new RequestValidationError([detail], { cause: error });
}

function bodyFault(code: string, error: unknown, request: FastifyRequest): ErrorDetail | undefined {
  switch (code) {
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
      return {
        type: 'json_invalid',
        loc: ['body'],
        msg: 'JSON decode error',
        input: {},
        ctx: { error: 'the body is not valid JSON' },
      };
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return { type: 'missing', loc: ['body'], msg: 'Field required', input: null };
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return {
        type: 'media_type',
        loc: ['header', 'content-type'],
        msg: 'The body has a content type that this route does not read',
        input: request.headers['content-type'] ?? null,
      };
    default:
      // JSON.parse of a host that parses bodies itself.
      return error instanceof SyntaxError && errorField(error, 'statusCode') === 400
        ? bodyFault('FST_ERR_CTP_INVALID_JSON_BODY', error, request)
        : undefined;
  }
}

/** An error of a plugin that names a client's fault (a rate limit, a missing login) is told; all else is not. */
function renderUnexpected(error: unknown, request: FastifyRequest, reply: FastifyReply): { detail: unknown } {
  const status = errorField(error, 'statusCode') ?? errorField(error, 'status');
  if (typeof status === 'number' && status >= 400 && status <= 499) {
    request.log.info({ err: error }, String(errorField(error, 'message')));
    reply.code(status);
    return { detail: errorField(error, 'message') };
  }
  request.log.error({ err: error }, error instanceof Error ? error.message : String(error));
  reply.code(typeof status === 'number' && status >= 500 && status <= 599 ? status : 500);
  return { detail: status === 503 ? 'Service Unavailable' : 'Internal Server Error' };
}

function readHeaders({ headers }: HTTPException): ResponseHeaders | Error {
  try {
    return new ResponseHeaders(headers);
  } catch (error) {
    return error as Error;
  }
}

function errorField(error: unknown, field: string): unknown {
  return typeof error === 'object' && error !== null ? (error as Record<string, unknown>)[field] : undefined;
}
