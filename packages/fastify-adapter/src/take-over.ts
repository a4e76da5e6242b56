import type { FastifyInstance, FastifyReply, onSendHookHandler, RouteOptions } from 'fastify';

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
 * Makes the hook that lets streams write to the response themselves, after every hook of the host has seen them: what Fastify
 * attaches to a stream and to its response from there on is as large as an idle connection.
 */
export function createTakeOver(): onSendHookHandler {
  let trailers: symbol | undefined;
  return (_request, reply, payload, done) => {
    // Something else was put in its place, or around it.
    if (!(payload instanceof BodyStream)) {
      done(null, payload);
      return;
    }
    trailers ??= findTrailers(reply);
    if (((reply as unknown as Record<symbol, unknown>)[trailers] ?? null) !== null) {
      // Fastify sends them when the stream has ended, in chunks: not beside a length (RFC 9112 section 6.2).
      reply.removeHeader('content-length');
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
}

/** Where a reply has its trailers: it tells of them by their names only. */
function findTrailers(reply: FastifyReply): symbol {
  const found = Object.getOwnPropertySymbols(reply).find(
    ({ description }) => description === 'fastify.reply.trailers',
  );
  return found ?? NO_TRAILERS;
}

/** Of a Fastify that keeps them elsewhere. */
const NO_TRAILERS = Symbol('sluice.no-trailers');
