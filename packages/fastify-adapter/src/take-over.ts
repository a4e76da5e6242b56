import type { FastifyInstance, onSendHookHandler, RouteOptions } from 'fastify';

import { BodyStream } from './body-stream.js';
import { exchangeOf } from './exchange.js';
import { keepHead } from './head.js';
import { joinHead } from './raw-response.js';

/** The last hooks of a route, by its handler. */
const lastHooks = new WeakMap<RouteOptions['handler'], readonly onSendHookHandler[]>();

/** Gives a route hooks that run after all others, when a response is sent. */
export function addLastHooks(handler: RouteOptions['handler'], hooks: readonly onSendHookHandler[]): void {
  if (hooks.length > 0) lastHooks.set(handler, hooks);
}

/** Adds the last hooks of each route when the route is added, after those that plugins of the host add to it. */
export function placeLastHooks(instance: FastifyInstance): void {
  instance.addHook('onRoute', (route) => {
    const hooks = lastHooks.get(route.handler);
    if (hooks !== undefined) route.onSend = [...[route.onSend ?? []].flat(), ...hooks];
  });
}

/**
 * Lets streams write to the response themselves, after every hook of the host has seen them: what Fastify attaches to a stream
 * and to its response from there on is as large as an idle connection.
 */
export const takeOver: onSendHookHandler = (_request, reply, payload, done) => {
  // Something else was put in its place, or around it.
  if (!(payload instanceof BodyStream)) {
    done(null, payload);
    return;
  }
  payload.begin({
    commit: () => {
      reply.raw.writeHead(reply.statusCode, reply.getHeaders() as Record<string, string>);
      reply.hijack();
      keepHead(reply);
      exchangeOf(reply)?.takenOver();
    },
    fail: done,
  });
  // After the first byte.
  joinHead(reply.raw);
};
