import { Response, ResponseHeaders, type ChunkSource } from '@sluice/core';
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
  type StreamParts,
} from '@sluice/core/internal';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { Exchange, exchangeOf } from './exchange.js';
import { applyFields, applyHead } from './head.js';
import { closeWhenReset } from './raw-response.js';
import { Opening } from './opening.js';
import { renderTemplate } from './render-template.js';
import { sendResponse } from './send.js';
import { sendChunks } from './send-stream.js';
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
  const { call, statusCode, headers, model, hasDependencies } = plan;
  const plainHead = hasPlainHead(plan);
  const finish = (request: FastifyRequest, reply: FastifyReply, result: unknown): unknown => {
    if (!isValue(result, model)) {
      const exchange = new Exchange(life, plan, request, reply);
      exchange.begin();
      return finishExchange(exchange, result);
    }
    const value = model === undefined ? result : model.project(result);
    if (!plainHead) applyHead(reply, statusCode, NO_HEADERS, headers);
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

function commitValue(exchange: Exchange, value: unknown): unknown {
  const { plan, reply, injected } = exchange;
  let { statusCode } = plan;
  if (injected !== undefined) {
    ({ statusCode } = injected);
    exchange.addBackground(injected.background);
    applyHead(reply, statusCode, injected.headers, plan.headers);
    injected.seal();
  } else if (!hasPlainHead(plan)) applyHead(reply, statusCode, NO_HEADERS, plan.headers);
  exchange.handled();
  return sendValue(plan, reply, statusCode, value);
}

/** A response, and the result of the handler that it was made of. */
interface MadeResponse {
  readonly response: Response;
  readonly result: unknown;
}

function commitResponse(exchange: Exchange, { response, result }: MadeResponse): unknown {
  const { plan } = exchange;
  const opening = sendResponse(exchange, response, () => {
    const { injected } = exchange;
    if (injected === undefined) return;
    // A Response is itself, one of fetch too.
    if (response !== result && !isFetchResponse(result)) merge(plan, injected, response);
    exchange.addBackground(injected.background);
    injected.seal();
  });
  return untilHandled(exchange, opening);
}

/** As a response would be of which only the source is its own. */
function commitStream(exchange: Exchange, stream: StreamParts, source: ChunkSource<unknown>): unknown {
  const { statusCode, encoding } = stream;
  // Not a closure, which would be held until the first item is there.
  return untilHandled(
    exchange,
    sendChunks(exchange, source, encoding, { statusCode, commit: commitStreamHead }),
  );
}

function commitStreamHead(exchange: Exchange): void {
  const { plan, reply, injected } = exchange;
  if (plan.stream === undefined) return;
  let { statusCode, headers } = plan.stream;
  if (injected === undefined && applyFields(reply, statusCode, plan.stream.fields)) return;
  if (injected !== undefined) {
    const response = new Response(undefined, { statusCode, headers });
    merge(plan, injected, response);
    ({ statusCode, headers } = response);
    exchange.addBackground(injected.background);
    injected.seal();
  }
  applyHead(reply, statusCode, headers, plan.headers);
}

function untilHandled(exchange: Exchange, opening: Promise<void> | Opening | undefined): unknown {
  if (opening === undefined) {
    exchange.handled();
    return undefined;
  }
  // It says so itself.
  if (opening instanceof Opening) return opening;
  return opening.then(
    () => {
      exchange.handled();
      return untilOnItsWay(exchange);
    },
    (error: unknown) => exchange.failInto(error),
  );
}

/** Whether a route says nothing of status and headers: those of hooks stay. */
function hasPlainHead({ statusCode, headers }: RoutePlan): boolean {
  return statusCode === 200 && headers === undefined;
}

/** Puts what was set on the injected response into one that was rendered; its cookies join. */
function merge(plan: RoutePlan, injected: Response, response: Response): void {
  // One that nobody set leaves the status to the response class.
  if (injected.statusCode !== plan.statusCode) response.statusCode = injected.statusCode;
  for (const [name, value] of injected.headers) {
    if (name === 'set-cookie') response.headers.append(name, value);
    else response.headers.set(name, value);
  }
}

/** To a promise of undefined Fastify would answer itself while hooks still run; a promise of the reply says that it is on its way. */
function orReply(reply: FastifyReply, payload: unknown): unknown {
  return payload === undefined ? reply : payload;
}

/** As the reply itself is as a promise, which holds 1 KB until the response has ended; most streams need nothing sooner. */
function untilOnItsWay(exchange: Exchange): PromiseLike<void> | undefined {
  if (exchange.isOnItsWay) return undefined;
  // Not a promise, whose reactions would be held as long.
  return { then: (tell: () => void) => exchange.onItsWay(tell) } as PromiseLike<void>;
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

const NO_HEADERS = new ResponseHeaders();
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
