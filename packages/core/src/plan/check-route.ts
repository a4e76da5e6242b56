import { addFault } from '../errors/add-fault.js';
import type { SetupFault } from '../errors/setup-error.js';
import { toMessage } from '../errors/to-message.js';
import { ResponseHeaders } from '../http/headers.js';
import { hasNoBody, isFinalStatus } from '../http/status.js';
import type { RouteMetadata } from '../metadata/metadata-store.js';
import type { SourceDescription } from '../metadata/source.js';
import { typeName } from '../metadata/types.js';
import { Response, type ResponseClass } from '../responses/response.js';
import { StreamingResponse } from '../responses/streaming-response.js';
import type { TemplateResponse } from '../responses/template-response.js';
import { parsePath } from './path.js';

/** A source of a handler, or of a dependency of its route. */
export interface PlacedSource {
  /** `ItemsController.read (GET /:id), parameter 1 (@Param('id'))`. */
  readonly where: string;
  readonly source: SourceDescription;
}

/** Checks the path of a route, and that every @Param is in it. */
export function checkPath(
  own: string,
  path: string,
  where: string,
  sources: readonly PlacedSource[],
  mountPath: string,
  faults: SetupFault[],
): void {
  const { parameters, problem } = parsePath(path);
  // The route's own path is looked at too: `list` below `/items` would become `/itemslist`.
  const ownProblem = parsePath(own).problem;
  if (ownProblem !== undefined || problem !== undefined) {
    const what = ownProblem === undefined ? `${path}: ${String(problem)}` : `${own}: ${ownProblem}`;
    addFault(faults, 'PATH_INVALID', where, `the path ${what}`, "write a path such as '/items/:id'");
  }
  const mounted = parsePath(mountPath).parameters;
  const shadowed = parameters.find((name) => name !== '*' && mounted.includes(name));
  if (shadowed !== undefined) {
    addFault(
      faults,
      'PATH_INVALID',
      where,
      `:${shadowed} is in the path ${path} and in the prefix ${mountPath}`,
      'give one of them another name',
    );
  }
  const known = [...mounted, ...parameters];
  for (const { where: place, source } of sources) {
    const { kind, name } = source;
    if (kind !== 'path' || name === undefined || known.includes(name)) continue;
    const has =
      known.length === 0
        ? 'which has no parameter'
        : `which has ${known.map((each) => `:${each}`).join(', ')}`;
    addFault(
      faults,
      'PATH_PARAM_UNKNOWN',
      place,
      `there is no :${name} in the path ${path}, ${has}`,
      `write :${name} in the path, or a name that it has`,
    );
  }
}

/**
 * Checks that the @Body parameters of a handler fit its method and each other. A dependency may read the same body in a
 * way of its own (the whole of it, for a signature).
 *
 * @param inDependencies Sources of the route's dependencies.
 */
export function checkBody(
  route: RouteMetadata,
  where: string,
  sources: readonly PlacedSource[],
  inDependencies: readonly PlacedSource[],
  faults: SetupFault[],
): void {
  const isBody = ({ source }: PlacedSource): boolean => source.kind === 'body';
  const bodies = sources.filter(isBody).map(({ source }) => source);
  if (
    (bodies.length > 0 || inDependencies.some(isBody)) &&
    (route.method === 'GET' || route.method === 'HEAD')
  ) {
    addFault(
      faults,
      'BODY_ON_BODYLESS_METHOD',
      where,
      `a ${bodies.length > 0 ? 'handler' : 'dependency'} of ${route.method} reads a body`,
      'use @Post, @Put or @Patch, or read the values by @Query',
    );
  }
  if (bodies.length > 1 && bodies.some(({ name }) => name === undefined)) {
    addFault(
      faults,
      'BODY_SOURCES_MIXED',
      where,
      'a @Body without a name is the whole body, beside another @Body',
      "name each of them: @Body('item'), @Body('user')",
    );
  }
  const names = bodies.map(({ name }) => name).filter((name) => name !== undefined);
  if (new Set(names).size < names.length) {
    addFault(
      faults,
      'BODY_SOURCES_MIXED',
      where,
      'two @Body read the same key',
      'give each a name of its own',
    );
  }
}

/** Checks the status of a route, and that it has a body where one is made. */
export function checkStatusOption(
  { options }: RouteMetadata,
  yields: boolean,
  where: string,
  faults: SetupFault[],
): void {
  const { statusCode, mediaType, responseModel, responseClass } = options;
  if (statusCode === undefined) return;
  if (!isFinalStatus(statusCode)) {
    addFault(
      faults,
      'STATUS_INVALID',
      where,
      `the status ${String(statusCode)} is not that of a response`,
      'use an integer from 200 to 599',
    );
  }
  const makesBody =
    (responseModel !== undefined && responseModel !== null) ||
    (responseClass !== undefined && responseClass !== (Response as unknown));
  if (hasNoBody(statusCode) && (makesBody || mediaType !== undefined || yields)) {
    addFault(
      faults,
      'STATUS_WITHOUT_BODY',
      where,
      `a response of status ${String(statusCode)} has no body`,
      'leave out responseClass, responseModel and mediaType and return nothing, or use another status',
    );
  }
}

/** Gives the method of the server's reply that renders the templates of a route; undefined where there are none. */
export function readRenderer(
  responseClass: ResponseClass,
  { options }: RouteMetadata,
  where: string,
  faults: SetupFault[],
): string | undefined {
  const { renderer } = responseClass as Partial<typeof TemplateResponse>;
  if (renderer === undefined && options.template !== undefined) {
    const problem = `its template ${options.template} says nothing of ${responseClass.name}`;
    addFault(faults, 'TEMPLATE_UNUSED', where, problem, 'write responseClass: TemplateResponse beside it');
  }
  return renderer;
}

/** Gives the response class, or adds to `faults`. */
export function requireResponseClass(
  named: unknown,
  where: string,
  faults: SetupFault[],
): ResponseClass | undefined {
  if (typeof named === 'function' && Response.is(named.prototype)) return named as unknown as ResponseClass;
  addFault(
    faults,
    'RESPONSE_CLASS_INVALID',
    where,
    `${typeName(named)} is not a response class`,
    'use JSONResponse, HTMLResponse or another class that extends Response of @sluice/core',
  );
  return undefined;
}

/** A stream without a media type is sent without a content type, as in FastAPI; a browser then guesses what it is. */
export function warnOfUntypedStream(
  responseClass: ResponseClass,
  { options }: RouteMetadata,
  where: string,
  warn: (message: string) => void,
): void {
  const { prototype, mediaType } = responseClass as ResponseClass & { prototype: unknown };
  const streams = prototype === StreamingResponse.prototype || prototype instanceof StreamingResponse;
  if (!streams || (mediaType ?? options.mediaType) !== undefined) return;
  if (options.headers !== undefined && new ResponseHeaders(options.headers).has('content-type')) return;
  warn(
    `${where}: its stream has no media type, so no Content-Type is sent. Write mediaType: 'text/csv', or another.`,
  );
}

/** Reads the `headers` of a route, or adds to `faults`. */
export function readHeaders(
  route: RouteMetadata,
  where: string,
  faults: SetupFault[],
): ResponseHeaders | undefined {
  if (route.options.headers === undefined) return undefined;
  try {
    return new ResponseHeaders(route.options.headers);
  } catch (error) {
    addFault(faults, 'HEADER_INVALID', where, toMessage(error), 'correct the header in `headers`');
    return undefined;
  }
}
