import type { RoutePlan } from '@sluice/core/internal';
import type { FastifyInstance, RouteOptions } from 'fastify';

import './augment.js';

import { createHandler } from './create-handler.js';
import { exchangeOf } from './exchange.js';
import { createObserver } from './observer.js';
import type { Documenter } from './openapi/documenter.js';
import type { ServerLife } from './server-life.js';
import { addLastHooks, createTakeOver } from './take-over.js';

type ServerOptions = RoutePlan['server'][number];

/** Hooks of a route; those of a controller run before those of its route. */
const HOOKS = [
  'onRequest',
  'preParsing',
  'preValidation',
  'preHandler',
  'preSerialization',
  'onSend',
  'onResponse',
  'onTimeout',
  'onError',
  'onRequestAbort',
] as const satisfies readonly (keyof ServerOptions)[];

/** Registers a plan as a route of Fastify. */
export function mountRoute(
  instance: FastifyInstance,
  life: ServerLife,
  plan: RoutePlan,
  documenter: Documenter,
): void {
  const server = mergeServerOptions(plan.server);
  const handler = createHandler(life, plan);
  // A hook takes 3 to 8 µs of a request that comes now and then: only where somebody observes already. Who begins to later
  // hears of the responses that handlers begin.
  const observer = life.observed ? createObserver(life, plan) : undefined;
  addLastHooks(handler, [
    ...(observer === undefined ? [] : [observer.onSend]),
    ...(meansToStream(plan) ? [createTakeOver()] : []),
  ]);
  const options: RouteOptions = {
    ...server,
    ...documenter.describe(plan, server.schema),
    ...(server.errorHandler === undefined ? {} : { errorHandler: failFirst(server.errorHandler) }),
    method: plan.method,
    // Under a prefix, Fastify makes two routes of `/`: the prefix with a slash at its end, and without.
    url: plan.path === '/' && instance.prefix !== '' ? '' : plan.path,
    ...(observer === undefined
      ? {}
      : {
          onRequest: [observer.onRequest, ...[server.onRequest ?? []].flat()],
          onError: [observer.onError, ...[server.onError ?? []].flat()],
        }),
    handler,
  };
  instance.route(options);
}

/**
 * Whether a route is made for streams. What another one streams goes out all the same; the hook for it would cost each
 * value that it sends 2 µs.
 */
function meansToStream({ yields, rendersJson, needs }: RoutePlan): boolean {
  return yields || !rendersJson || needs.signal;
}

type ErrorHandler = NonNullable<ServerOptions['errorHandler']>;

/** An error handler of the route's own takes the place of Sluice's, which drops the tasks of a response that failed. */
function failFirst(handle: ErrorHandler): ErrorHandler {
  return function (this: FastifyInstance, error, request, reply) {
    exchangeOf(reply)?.fail(error);
    return handle.call(this, error, request, reply);
  };
}

function mergeServerOptions(all: readonly ServerOptions[]): ServerOptions {
  const merged: ServerOptions = {};
  for (const options of all) {
    const hooks: Record<string, unknown[]> = {};
    for (const name of HOOKS) {
      const both = [merged[name] ?? [], options[name] ?? []].flat();
      if (both.length > 0) hooks[name] = both;
    }
    const config = { ...merged.config, ...options.config };
    const constraints = { ...merged.constraints, ...options.constraints };
    Object.assign(merged, options, hooks, { config, constraints });
  }
  return merged;
}
