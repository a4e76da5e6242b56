import { Response, ResponseHeaders, type ChunkSource } from '@sluice/core';
import { isFetchResponse, type RoutePlan, type StreamParts } from '@sluice/core/internal';
import type { FastifyReply } from 'fastify';

import type { Exchange } from './exchange.js';
import { applyFields, applyHead } from './head.js';
import { Opening } from './opening.js';
import { sendResponse } from './send.js';
import { sendChunks } from './send-stream.js';
import { sendValue } from './send-value.js';

/** Sets status and headers of the route on a reply. Those of hooks stay where it says nothing of them. */
export function applyPlanHead(reply: FastifyReply, { statusCode, headers }: RoutePlan): void {
  if (statusCode !== 200 || headers !== undefined) applyHead(reply, statusCode, NO_HEADERS, headers);
}

/** Sends a value as JSON. Gives what Fastify is to send. */
export function commitValue(exchange: Exchange, value: unknown): unknown {
  const { plan, reply, injected } = exchange;
  let { statusCode } = plan;
  if (injected !== undefined) {
    ({ statusCode } = injected);
    exchange.addBackground(injected.background);
    applyHead(reply, statusCode, injected.headers, plan.headers);
    injected.seal();
  } else applyPlanHead(reply, plan);
  exchange.handled();
  return sendValue(plan, reply, statusCode, value);
}

/** A response, and the result of the handler that it was made of. */
export interface MadeResponse {
  readonly response: Response;
  readonly result: unknown;
}

/** Sends a response. Gives what the handler gives Fastify: undefined when the response is on its way. */
export function commitResponse(exchange: Exchange, { response, result }: MadeResponse): unknown {
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

/** Sends a stream of which only the source is not the same for all of its route: as a response would be that is made of it. */
export function commitStream(exchange: Exchange, stream: StreamParts, source: ChunkSource<unknown>): unknown {
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

/** Puts what was set on the injected response into one that was rendered; its cookies join. */
function merge(plan: RoutePlan, injected: Response, response: Response): void {
  // One that nobody set leaves the status to the response class.
  if (injected.statusCode !== plan.statusCode) response.statusCode = injected.statusCode;
  for (const [name, value] of injected.headers) {
    if (name === 'set-cookie') response.headers.append(name, value);
    else response.headers.set(name, value);
  }
}

/** As the reply itself is as a promise, which holds 1 KB until the response has ended; most streams need nothing sooner. */
function untilOnItsWay(exchange: Exchange): PromiseLike<void> | undefined {
  if (exchange.isOnItsWay) return undefined;
  // Not a promise, whose reactions would be held as long.
  return { then: (tell: () => void) => exchange.onItsWay(tell) } as PromiseLike<void>;
}

const NO_HEADERS = new ResponseHeaders();
