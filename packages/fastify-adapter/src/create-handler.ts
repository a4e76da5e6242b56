import { Response } from '@sluice/core';
import {
  assertJson,
  isEventFeed,
  isFetchResponse,
  isIterator,
  isThenable,
  renderResult,
  RequestScopes,
  type RequestContext,
  type RoutePlan,
} from '@sluice/core/internal';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { applyPlanHead, commitResponse, commitStream, commitValue, type MadeResponse } from './commit.js';
import { Exchange, exchangeOf } from './exchange.js';
import { closeWhenReset } from './raw-response.js';
import { renderTemplate } from './render-template.js';
import { sendValue } from './send-value.js';
import type { ServerLife } from './server-life.js';

type Handler = (request: FastifyRequest, reply: FastifyReply) => unknown;

/**
 * Compiles the Fastify handler of a route. A plain value on a route that asks for nothing of the request's life goes
 * straight to Fastify; all else gets an exchange.
 */
export function createHandler(life: ServerLife, plan: RoutePlan): Handler {
  const handle = createExchangeHandler(life, plan);
  if (!isValueRoute(plan)) return handle;
  const handleValue = createValueHandler(life, plan);
  return (request, reply) => (life.observed ? handle(request, reply) : handleValue(request, reply));
}

/** Whether a route asks for nothing of the request's life, and means to return values that Fastify writes as JSON. */
function isValueRoute({ needs, yields, rendersJson }: RoutePlan): boolean {
  const needed = needs.response || needs.tasks || needs.signal || needs.scopes;
  return rendersJson && !yields && !needed;
}

/** Whether tasks are all that a value of the route leaves to do: what else there may be wants to hear of the response's end. */
function leavesOnlyTasks({ needs, hasDependencies }: RoutePlan): boolean {
  return !(needs.signal || needs.scopes || hasDependencies);
}

function createValueHandler(life: ServerLife, plan: RoutePlan): Handler {
  const { call, statusCode, model, hasDependencies } = plan;
  const finish = (request: FastifyRequest, reply: FastifyReply, result: unknown): unknown => {
    if (!isValue(result, model)) {
      const exchange = new Exchange(life, plan, request, reply);
      exchange.begin();
      return finishExchange(exchange, result);
    }
    const value = model === undefined ? result : model.project(result);
    applyPlanHead(reply, plan);
    return sendValue(plan, reply, statusCode, value);
  };
  return (request, reply) => {
    if (request.raw.httpVersionMajor === 2) closeWhenReset(reply.raw);
    // They have nothing to clean up, else there were an exchange.
    const scopes = hasDependencies ? new RequestScopes(NO_REPORT) : undefined;
    const result = call(request, NO_CONTEXT, scopes);
    return isThenable(result)
      ? Promise.resolve(result).then((value) => orReply(reply, finish(request, reply, value)))
      : finish(request, reply, result);
  };
}

function createExchangeHandler(life: ServerLife, plan: RoutePlan): Handler {
  const watches = !leavesOnlyTasks(plan);
  return (request, reply) => {
    // Where somebody observes, there is one from the first hook on.
    const exchange = exchangeOf(reply) ?? new Exchange(life, plan, request, reply, watches);
    exchange.begin();
    try {
      const result = plan.call(request, exchange, exchange.scopes);
      if (!isThenable(result)) return finishInContext(exchange, result);
      return Promise.resolve(result).then(
        (value) => orReply(reply, finishInContext(exchange, value)),
        (error: unknown) => exchange.failInto(error),
      );
    } catch (error) {
      return exchange.failInto(error);
    }
  };
}

/** Finishes inside of the context that dependencies have provided, where one did. */
function finishInContext(exchange: Exchange, result: unknown): unknown {
  const { scopes } = exchange;
  if (scopes?.hasContext !== true) return finishExchange(exchange, result);
  exchange.enterContext(scopes);
  return scopes.run(() => finishExchange(exchange, result));
}

/** Commits a handler's result to the reply. Gives what Fastify is to send, or undefined when that is on its way. */
function finishExchange(exchange: Exchange, result: unknown): unknown {
  const { plan } = exchange;
  try {
    if (plan.stream !== undefined && isIterator(result) && !isEventFeed(result))
      return commitStream(exchange, plan.stream, result);
    if (
      plan.rendersJson &&
      exchange.injected?.headers.has('content-type') !== true &&
      isValue(result, plan.model)
    ) {
      const value = plan.model === undefined ? result : plan.model.project(result);
      return afterFunctionScope(exchange, commitValue, value);
    }
    const response = renderResult(result, plan, plan.init);
    exchange.addBackground(response.background);
    const made: MadeResponse = { response, result };
    // What a method yields is made while it is sent, and ends the scope itself.
    if (isIterator(result)) return commitResponse(exchange, made);
    // What is rendered may still read from what the scope holds.
    if (exchange.scopes !== undefined) {
      const { body } = response.toParts();
      if (body.kind === 'template') {
        return renderTemplate(exchange, response, body).then(
          () => orReply(exchange.reply, afterFunctionScope(exchange, commitResponse, made)),
          (error: unknown) => exchange.failInto(error),
        );
      }
    }
    return afterFunctionScope(exchange, commitResponse, made);
  } catch (error) {
    return exchange.failInto(error);
  }
}

/** Ends the function scope, then commits; an error of a clean-up is one of the handler. */
function afterFunctionScope<Made>(
  exchange: Exchange,
  commit: (exchange: Exchange, made: Made) => unknown,
  made: Made,
): unknown {
  const closing = exchange.scopes?.closeFunctionScope();
  if (closing === undefined) return commit(exchange, made);
  return closing
    .then(() => orReply(exchange.reply, commit(exchange, made)))
    .catch((error: unknown) => exchange.failInto(error));
}

/** To a promise of undefined Fastify would answer itself while hooks still run; a promise of the reply says that it is on its way. */
function orReply(reply: FastifyReply, payload: unknown): unknown {
  return payload === undefined ? reply : payload;
}

/** Whether a result is a value that becomes JSON, and not a response, a stream or an error. What a model takes is for it to say. */
function isValue(result: unknown, model: RoutePlan['model']): boolean {
  if (typeof result === 'object' && result !== null && !Array.isArray(result)) {
    const plain =
      Object.getPrototypeOf(result) === Object.prototype &&
      !(Symbol.iterator in result) &&
      !(Symbol.asyncIterator in result);
    if (plain) return true;
    if (Response.is(result) || isFetchResponse(result) || isIterator(result) || result instanceof Error)
      return false;
  }
  if (model === undefined) assertJson(result);
  return true;
}

const NO_REPORT = (): void => undefined;

/** Stands in for the exchange on routes that ask for nothing of it. */
const NO_CONTEXT: RequestContext = Object.freeze({
  get response(): never {
    throw new Error('This route has no exchange.');
  },
  get tasks(): never {
    throw new Error('This route has no exchange.');
  },
  get signal(): never {
    throw new Error('This route has no exchange.');
  },
});
