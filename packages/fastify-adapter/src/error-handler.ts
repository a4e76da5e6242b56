import { HTTPException, RequestValidationError, ResponseHeaders, type ErrorDetail } from '@sluice/core';
import { assertJson } from '@sluice/core/internal';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { exchangeOf } from './exchange.js';
import { applyHead, takeBackHead } from './head.js';
import { logError, toError, toText } from './log-error.js';
import { isGone } from './raw-response.js';

type ErrorHandler = (error: unknown, request: FastifyRequest, reply: FastifyReply) => void;

/**
 * Makes the error handler of Sluice's routes.
 *
 * @param hasHostHandler Whether the host has an error handler of its own: then that one gets every error, with
 *   `statusCode` and `detail`, and this one only puts right what was set for the response that failed.
 */
export function createErrorHandler(hasHostHandler: boolean): ErrorHandler {
  return (error, request, reply) => {
    const exchange = exchangeOf(reply);
    // The client left before the first byte, or the body was broken off: Fastify, or a hook that reads it, makes an error of that.
    const isOver = exchange !== undefined && (exchange.ended !== undefined || isGone(reply.raw));
    if (isOver && errorField(error, 'code') === 'ERR_STREAM_PREMATURE_CLOSE') {
      reply.hijack();
      return;
    }
    // An error of a hook or a serializer comes after the handler: the tasks are dropped all the same.
    exchange?.fail(error);
    // Nor is it news that a handler whose client has left minds its signal.
    if (exchange?.ended === 'client-closed' && exchange.isOwnAbort(error)) {
      reply.hijack();
      return;
    }
    takeBackHead(reply);
    const known = toHttpException(error, request);
    const answer = known === undefined ? undefined : toAnswer(known);
    if (answer instanceof Error || known === undefined || answer === undefined) {
      const fault = answer ?? error;
      if (hasHostHandler) throw fault;
      renderUnexpected(fault, request, reply);
      return;
    }
    applyHead(reply, known.statusCode, answer.headers, undefined);
    if (hasHostHandler) throw known;
    logError(request.log, known.statusCode >= 500 ? 'error' : 'info', error, known.message);
    sendJson(reply, answer.body);
  };
}

/** What an exception is sent as; or the error that says why it cannot be sent, which is a fault of the program. */
function toAnswer({ headers, detail }: HTTPException): { headers: ResponseHeaders; body: string } | Error {
  try {
    return { headers: new ResponseHeaders(headers), body: toBody(detail) };
  } catch (error) {
    return toError(error);
  }
}

function toBody(detail: unknown): string {
  assertJson(detail);
  try {
    return JSON.stringify({ detail });
  } catch (error) {
    // What was refused may be nested too deeply to be written back.
    if (!(error instanceof RangeError) || !Array.isArray(detail)) throw error;
    return JSON.stringify({ detail: detail.map((fault: object) => ({ ...fault, input: null })) });
  }
}

/** Sent as text: a hook that failed on the response (`preSerialization`) would fail on its error too. */
function sendJson(reply: FastifyReply, body: string): void {
  reply.header('content-type', 'application/json; charset=utf-8').send(body);
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
function renderUnexpected(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  // Not `status`: an error of a client library has that of somebody else's response.
  const status = errorField(error, 'statusCode');
  const told = typeof status === 'number' && status >= 400 && status <= 499;
  const message = toText(error);
  logError(request.log, told ? 'info' : 'error', error, message);
  reply.code(typeof status === 'number' && status >= 400 && status <= 599 ? status : 500);
  sendJson(reply, JSON.stringify({ detail: told ? message : new HTTPException(reply.statusCode).detail }));
}

function errorField(error: unknown, field: string): unknown {
  try {
    return typeof error === 'object' && error !== null
      ? (error as Record<string, unknown>)[field]
      : undefined;
  } catch {
    return undefined;
  }
}
