import type { HeadersInit } from '../http/headers.js';
import type { DependencyTarget } from './dependency-use.js';
import type { ControllerDocumentation, RouteDocumentationOptions } from './documentation-options.js';
import type { Source } from './source.js';
import type { Constructor } from './types.js';

declare global {
  // A global interface, since TypeScript merges nothing into an interface that a package re-exports.
  // eslint-disable-next-line @typescript-eslint/no-namespace -- see above
  namespace Sluice {
    /**
     * Options for the server's own route, handed over as they are. An adapter declares them: for Fastify `config`,
     * `preHandler`, `onRequest`, `bodyLimit`, `constraints` and so on.
     */
    // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- an adapter fills it
    interface ServerRouteOptions {}
  }
}

/** Options for the server's own route; see {@link Sluice.ServerRouteOptions}. */
export type ServerRouteOptions = Sluice.ServerRouteOptions;

/** Options that a route, a controller and the plugin share; the nearest one wins. */
interface SharedOptions {
  /** The response class that renders what is returned. Default `JSONResponse`; `JSONLinesResponse` for a method that yields. */
  responseClass?: RenderingClass;
  /**
   * Dependencies for their effect alone (a login, a limit), resolved before those of parameters: the plugin's, then the
   * controller's, then the route's. `Depends(fn, options)` gives one options.
   */
  dependencies?: readonly (DependencyTarget | Source)[];
}

/**
 * A class that makes a response of a handler's result. Said by shape, since decorators' metadata lies below the
 * response classes: every class that extends `Response` is one.
 */
interface RenderingClass {
  readonly mediaType: string | undefined;
  readonly defaultStatusCode: number;
  // Method syntax, so that a class is accepted whatever content its constructor takes.
  from(result: unknown, init: never): unknown;
}

/** Options of one route. */
export interface RouteOptions extends SharedOptions, RouteDocumentationOptions {
  /** Status of a response that the handler does not set one on. Default: that of the response class, mostly 200. */
  statusCode?: number;
  /**
   * Model class of what the method returns, or yields: `Item`, or `[Item]` for a list. Only the fields that it names, with
   * a decorator of class-validator, are sent, at any depth. A returned `Response` is sent as it is.
   */
  responseModel?: Constructor | readonly [Constructor];
  /** Media type in place of that of the response class. */
  mediaType?: string;
  /** Headers of every response that the handler makes, unless that response has them itself; not of errors. */
  headers?: HeadersInit;
  /**
   * What a stream says last when its source fails after the head was sent: an item, encoded like the others, after which
   * the body ends as a whole one does. Without it, or where it gives undefined, the connection is broken off instead. The
   * error is logged either way; tell the client nothing of it that it should not know.
   */
  onStreamError?: (error: unknown) => unknown;
  /** Options for Fastify's own route, handed over as they are; hooks of the controller run before those of the route. */
  fastify?: ServerRouteOptions;
}

/** Options of a controller. */
export interface ControllerOptions extends SharedOptions, ControllerDocumentation {
  /** Options for every route of the controller in Fastify, handed over as they are. */
  fastify?: ServerRouteOptions;
}
