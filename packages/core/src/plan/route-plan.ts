import type { BackgroundTasks } from '../background/background-tasks.js';
import type { RequestScopes } from '../dependencies/request-scopes.js';
import type { RequestParameter } from '../dependencies/dependency-node.js';
import type { ErrorDetail } from '../errors/request-validation-error.js';
import type { ResponseHeaders } from '../http/headers.js';
import type { ServerRouteOptions } from '../metadata/route-options.js';
import type { RouteInput } from '../metadata/source.js';
import type { HttpMethod } from '../metadata/types.js';
import type { Rendering } from '../responses/render-result.js';
import type { Response, ResponseInit } from '../responses/response.js';
import type { StreamParts } from '../responses/response-parts.js';
import type { RouteDocumentation } from '../schema/route-documentation.js';

/** What a plan reads of a request; a FastifyRequest has this shape. */
export interface RequestInput {
  readonly params: unknown;
  readonly query: unknown;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
}

/** What belongs to one request, made when it is first asked for. An adapter's exchange is one. */
export interface RequestContext {
  readonly response: Response;
  readonly tasks: BackgroundTasks;
  readonly signal: AbortSignal;
}

/**
 * Reads one parameter of a handler or of a dependency; faults of the request go to `faults`. `values` are those of the
 * route's dependencies.
 */
export type ParameterReader = (
  request: RequestInput,
  context: RequestContext,
  faults: ErrorDetail[],
  values: readonly unknown[],
) => unknown;

/** Which parts of a {@link RequestContext} a route asks for. */
export interface RouteNeeds {
  readonly response: boolean;
  readonly tasks: boolean;
  readonly signal: boolean;
  /** Whether dependencies have clean-ups, or a context in which the rest runs. */
  readonly scopes: boolean;
}

/** What a dependency of a route reads from the request. */
export interface DependencyInput extends RequestParameter {
  /** Name of the dependency. */
  readonly dependency: string;
}

/** One route, with all that registration could decide. Frozen. */
export interface RoutePlan extends Rendering {
  /** `ItemsController.create`, for logs and errors. */
  readonly name: string;
  readonly method: HttpMethod;
  /** Path below the plugin's prefix. */
  readonly path: string;
  /** Status of a rendered result. */
  readonly statusCode: number;
  /** What the response class is given beside the result, where no `Response` was injected. */
  readonly init: Readonly<ResponseInit>;
  /** What is sent of a stream that the method gives, where it is the same for each; else a response is made of it. */
  readonly stream: StreamParts | undefined;
  /** Headers for every response of the handler that does not have them itself. */
  readonly headers: ResponseHeaders | undefined;
  /** Whether a plain result may go to the server's own JSON serializer as a value. */
  readonly rendersJson: boolean;
  /** Whether the method yields, as far as that can be seen: a compiler may hide it. */
  readonly yields: boolean;
  readonly needs: RouteNeeds;
  /** The method of the server's reply that renders the route's templates; undefined where its class has none. */
  readonly renderer: string | undefined;
  /** All that the route reads of a request, by its own parameters and by those of its dependencies. */
  readonly inputs: readonly RouteInput[];
  readonly documentation: RouteDocumentation;
  /** Makes the last item of a stream of the error that it failed with. */
  readonly onStreamError: ((error: unknown) => unknown) | undefined;
  /** Whether `call` takes the request's scopes: there are dependencies to resolve. */
  readonly hasDependencies: boolean;
  /** What dependencies read from a request, with who does. */
  readonly dependencyInputs: readonly DependencyInput[];
  /**
   * Resolves the dependencies, reads the parameters, and calls the method; throws RequestValidationError before it does.
   * What it throws or rejects with is then to go through `scopes.failInto`.
   */
  readonly call: (request: RequestInput, context: RequestContext, scopes?: RequestScopes) => unknown;
  /** Options of the controller and the route for the server's own route, in this order. */
  readonly server: readonly ServerRouteOptions[];
}
