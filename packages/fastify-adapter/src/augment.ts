import type { RouteShorthandOptions } from 'fastify';

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- the core declares it, for adapters to fill
  namespace Sluice {
    // Options of a Fastify route: hooks, `config`, `bodyLimit`, `constraints`, `logLevel`, … No second docstring: the
    // reference has one for both.
    // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- it merges Fastify's options into the core's
    interface ServerRouteOptions extends RouteShorthandOptions {}
  }
}
