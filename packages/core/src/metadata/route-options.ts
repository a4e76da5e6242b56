import type { HeadersInit } from '../http/headers.js';
import type { FieldSelection } from './field-selection.js';
import type { ModelSpec } from './model-spec.js';
import type { DependencyTarget } from './dependency-use.js';
import type { ControllerDocumentation, RouteDocumentationOptions } from './documentation-options.js';
import type { Source } from './source.js';

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

/** Options for the server's own route, as the adapter has them: of a Fastify route `config`, `preHandler` and so on. */
export type ServerRouteOptions = Sluice.ServerRouteOptions;

/** What is sent of a result, by options that a route and its controller share; the nearest one wins. */
export interface ResponseModelOptions {
  /**
   * What the method returns, or each item that it yields: a model class, a scalar type, an enum, `[Item]` for a list, or
   * `union`, `nullable` and `record` of them. What it does not name is not sent, at any depth; what does not fit it is a
   * 500. A returned `Response` is sent as it is. Of a controller, it is that of the routes that send JSON; null takes it back.
   */
  responseModel?: ModelSpec | null;
  /** The fields that are sent, where not all are. Default: all of the model. */
  responseModelInclude?: FieldSelection;
  /** Fields that are not sent. Default: none. */
  responseModelExclude?: FieldSelection;
  /** Whether fields that are null are left out, at any depth. Default false. */
  responseModelExcludeNone?: boolean;
  /** Whether fields that are undefined are left out, where their initializer would fill them. Default false. */
  responseModelExcludeUnset?: boolean;
  /** Whether fields are left out that have the value of their initializer. Default false. */
  responseModelExcludeDefaults?: boolean;
  /** Groups of `@Expose` and `@Transform` that are shown. Default: none. */
  responseModelGroups?: readonly string[];
}

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
export interface RouteOptions extends SharedOptions, ResponseModelOptions, RouteDocumentationOptions {
  /** Status of a response that the handler does not set one on. Default: that of the response class, mostly 200. */
  statusCode?: number;
  /** Media type in place of that of the response class. */
  mediaType?: string;
  /**
   * Template that is rendered with what the method returns as its context, by `responseClass: TemplateResponse`. Default: none,
   * the method returns a `TemplateResponse`.
   */
  template?: string;
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
export interface ControllerOptions extends SharedOptions, ResponseModelOptions, ControllerDocumentation {
  /** Options for every route of the controller in Fastify, handed over as they are. */
  fastify?: ServerRouteOptions;
}
