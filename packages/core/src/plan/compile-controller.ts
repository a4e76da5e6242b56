import type { AppScope } from '../dependencies/app-scope.js';
import type { Cell } from '../dependencies/dependency-node.js';
import { addFault } from '../errors/add-fault.js';
import type { SetupFault } from '../errors/setup-error.js';
import { hasNoBody } from '../http/status.js';
import {
  readController,
  readHandlers,
  readParameterTypes,
  type ControllerMetadata,
  type HandlerMetadata,
  type RouteMetadata,
} from '../metadata/metadata-store.js';
import { typeName, type Constructor } from '../metadata/types.js';
import { JSONResponse } from '../responses/json-response.js';
import { JSONLinesResponse } from '../responses/json-lines-response.js';
import type { ResponseClass } from '../responses/response.js';
import { DEFAULT_SETTINGS, type ValidationOptions } from '../validation/settings.js';
import { isGeneratorFunction } from '../values/generators.js';
import type { Method } from './compile-call.js';
import { compileInit } from './compile-init.js';
import { compileInputs, type CompiledHandler } from './compile-inputs.js';
import type { ParameterDescription } from './compile-parameter.js';
import { compileStream } from './compile-stream.js';
import { joinPath } from './path.js';
import { documentRoute } from './document-route.js';
import { readEventModels, readResponseModel } from './read-response-model.js';
import type { RoutePlan } from './route-plan.js';
import {
  checkBody,
  checkPath,
  checkStatusOption,
  readHeaders,
  readRenderer,
  requireResponseClass,
  warnOfUntypedStream,
  type PlacedSource,
} from './check-route.js';

/** What a server gives to the compilation of its controllers. */
export interface CompileOptions {
  /** Response class of the plugin. */
  readonly responseClass: unknown;
  /** Path under which all routes lie; its parameters are known to @Param. */
  readonly mountPath: string;
  /** Limits and rules of validation. */
  readonly validation?: ValidationOptions | undefined;
  /** Whether a result that does not fit its response model is a 500. Default true. */
  readonly responseModelCheck?: boolean | undefined;
  /** Dependencies of the plugin, for every route. */
  readonly dependencies?: readonly unknown[] | undefined;
  /** Gets what may be meant, and is told once, where a route is compiled. */
  readonly warn?: ((message: string) => void) | undefined;
  /** Where controllers and what they ask for will be, once it is opened. */
  readonly app: AppScope;
}

interface ControllerContext {
  readonly target: Constructor;
  readonly metadata: ControllerMetadata;
  readonly controller: Cell;
  readonly options: CompileOptions;
  readonly faults: SetupFault[];
}

/** Compiles a controller into the plans of its routes. Every fault goes to `faults`; the plans are then not to be used. */
export function compileController(
  target: Constructor,
  options: CompileOptions,
  faults: SetupFault[],
): RoutePlan[] {
  const metadata = typeof target === 'function' ? readController(target) : undefined;
  if (metadata === undefined) {
    addFault(
      faults,
      'NOT_A_CONTROLLER',
      typeName(target),
      'it has no @Controller',
      'write @Controller() before the class',
    );
    return [];
  }
  const handlers = readHandlers(target);
  const controller = options.app.controller(target, faults) ?? { value: undefined };
  const context: ControllerContext = { target, metadata, controller, options, faults };
  if (!handlers.some(({ routes }) => routes.length > 0)) {
    addFault(
      faults,
      'NO_ROUTES',
      target.name,
      'it has no route',
      'write @Get(), @Post() or another one before a method',
    );
  }
  return handlers.flatMap((handler) => compileHandler(context, handler));
}

function compileHandler(context: ControllerContext, handler: HandlerMetadata): RoutePlan[] {
  const { target, faults } = context;
  const name = `${target.name}.${String(handler.member)}`;
  if (handler.misplaced) {
    addFault(
      faults,
      'STATIC_ROUTE',
      name,
      'a decorator is on something that is not a method of instances',
      'move it to a method that is not static',
    );
    return [];
  }
  const method = (target.prototype as Record<string | symbol, unknown>)[handler.member] as Method;
  const parameters = describeParameters(context, handler, method, name);
  return handler.routes.map((route) =>
    compileRoute(context, route, { name, method, parameters, yields: isGeneratorFunction(method) }),
  );
}

function describeParameters(
  { target, faults }: ControllerContext,
  handler: HandlerMetadata,
  method: Method,
  name: string,
): ParameterDescription[] {
  const prototype = target.prototype as object;
  const types = readParameterTypes(prototype, handler.member);
  const count = Math.max(
    method.length,
    types?.length ?? 0,
    ...[...handler.sources.keys()].map((index) => index + 1),
  );
  return Array.from({ length: count }, (_, index) => {
    const [source, ...others] = handler.sources.get(index) ?? [];
    const where = `${name}, parameter ${String(index + 1)}${source === undefined ? '' : ` (${source.label})`}`;
    if (others.length > 0) {
      addFault(faults, 'PARAM_SOURCES_TWO', where, 'it has more than one source', 'keep one of them');
    }
    return { where, source, designType: types?.[index], counted: index < method.length };
  });
}

function compileRoute(context: ControllerContext, route: RouteMetadata, handler: CompiledHandler): RoutePlan {
  const { metadata, faults, options } = context;
  const { name, parameters } = handler;
  const where = `${name} (${route.method} ${route.path})`;
  const path = joinPath(metadata.prefix, route.path);
  const inputs = compileInputs(
    {
      ...handler,
      controller: context.controller,
      dependencies: [
        ['register(sluice, options)', options.dependencies],
        [context.target.name, metadata.options.dependencies],
        [where, route.options.dependencies],
      ],
    },
    options.app,
    faults,
    { ...DEFAULT_SETTINGS, ...options.validation },
  );
  const compiled = { name, yields: handler.yields, ...inputs };
  const sources = parameters.flatMap(({ source, where: place }): PlacedSource[] =>
    source === undefined ? [] : [{ source, where: place.replace(name, where) }],
  );
  const inDependencies = inputs.dependencyInputs.flatMap(({ source, where: place }): PlacedSource[] =>
    source === undefined ? [] : [{ source, where: `${where}, dependency ${place}` }],
  );
  checkPath(route.path, path, where, [...sources, ...inDependencies], options.mountPath, faults);
  checkBody(route, where, sources, inDependencies, faults);
  const { statusCode, mediaType } = route.options;
  checkStatusOption(route, compiled.yields, where, faults);
  const named = route.options.responseClass ?? metadata.options.responseClass ?? options.responseClass;
  const responseClass = named === undefined ? undefined : requireResponseClass(named, where, faults);
  const effective = responseClass ?? (compiled.yields ? JSONLinesResponse : JSONResponse);
  warnOfUntypedStream(effective, route, where, (message) => options.warn?.(message));
  const renderer = readRenderer(effective, route, where, faults);
  const status = statusCode ?? effective.defaultStatusCode;
  const modelled = {
    controller: metadata,
    route,
    where,
    responseClass: effective,
    bodiless: hasNoBody(status),
    check: options.responseModelCheck !== false,
  };
  const model = readResponseModel(modelled, faults);
  const headers = readHeaders(route, where, faults);
  const contentType = headers?.get('content-type');
  const documented = {
    controller: metadata.options,
    route,
    member: name.slice(name.indexOf('.') + 1),
    where,
    statusCode: status,
    responseClass: effective,
    model,
    readsBody: inputs.inputs.some(({ kind }) => kind === 'body'),
    mediaType: contentType ?? mediaType ?? effective.mediaType,
  };
  const itemModel = readEventModels(modelled, faults) ?? model;
  const init = Object.freeze(
    compileInit(
      {
        statusCode,
        mediaType,
        ...(route.options.template === undefined ? {} : { template: route.options.template }),
        headers: contentType === undefined ? undefined : { 'content-type': contentType },
      },
      responseClass ?? (compiled.yields ? effective : undefined),
    ),
  );
  const { onStreamError } = route.options;
  return Object.freeze({
    ...compiled,
    method: route.method,
    path,
    responseClass,
    model: itemModel,
    fallbackClass: JSONResponse,
    statusCode: status,
    init,
    // What is said in band of an error is encoded by the response itself.
    stream:
      onStreamError === undefined
        ? compileStream({ responseClass: effective, init, model: itemModel, headers })
        : undefined,
    headers,
    renderer,
    documentation: documentRoute(documented, faults),
    onStreamError,
    rendersJson:
      (responseClass === undefined || responseClass === (JSONResponse as ResponseClass)) &&
      mediaType === undefined &&
      contentType === undefined,
    server: [metadata.options.fastify, route.options.fastify].filter((each) => each !== undefined),
  });
}
