import type { FastifyInstance, onSendHookHandler, RouteOptions } from 'fastify';

import { BodyStream } from './body-stream.js';
import { exchangeOf } from './exchange.js';
import { keepHead } from './head.js';

/** Handlers of routes that may send a stream. Those of plain values are spared the hook. */
const streaming = new WeakSet<RouteOptions['handler']>();

/** Marks the handler of a route that may send a stream. */
export function markStreaming(handler: RouteOptions['handler']): void {
  streaming.add(handler);
}

/**
 * Lets streams write to the response themselves, after every hook of the host has seen them: what Fastify attaches to a stream
 * and to its response from there on is as large as an idle connection. Has to be the last hook, so it is added when the
 * route is, after those that plugins of the host add to it.
 */
export function takeOverStreams(instance: FastifyInstance): void {
  instance.addHook('onRoute', (route) => {
    if (streaming.has(route.handler)) route.onSend = [...[route.onSend ?? []].flat(), takeOver];
  });
}

const takeOver: onSendHookHandler = (_request, reply, payload, done) => {
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
};
