import type { RoutePlan } from '@sluice/core/internal';
import type { onErrorHookHandler, onRequestHookHandler, onSendHookHandler } from 'fastify';

import { Exchange, exchangeOf } from './exchange.js';
import type { ServerLife } from './server-life.js';

/** Hooks that begin an exchange before the handler does, where somebody wants to hear of the end of its response. */
interface Observer {
  readonly onRequest: onRequestHookHandler;
  readonly onError: onErrorHookHandler;
  readonly onSend: onSendHookHandler;
}

/**
 * Sees a response of a route from its beginning, also one that a hook of the host gives in place of the handler.
 *
 * Hooks of the host come before those of a route, so that one of them may answer before `onRequest` is reached: what it sends goes
 * through `onSend`, and an error of it through `onError`. One that takes the response over (`reply.hijack()`) before any
 * hook of the route is not seen.
 */
export function createObserver(life: ServerLife, plan: RoutePlan): Observer {
  const observe = (...[request, reply]: Parameters<onRequestHookHandler>): void => {
    if (life.observed && exchangeOf(reply) === undefined) new Exchange(life, plan, request, reply);
  };
  return {
    onRequest: (request, reply, done) => {
      observe(request, reply, done);
      done();
    },
    onError: (request, reply, _error, done) => {
      observe(request, reply, done);
      done();
    },
    onSend: (request, reply, payload, done) => {
      observe(request, reply, done);
      done(null, payload);
    },
  };
}
