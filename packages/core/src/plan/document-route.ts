import { addFault } from '../errors/add-fault.js';
import type { SetupFault } from '../errors/setup-error.js';
import { hasNoBody } from '../http/status.js';
import type { RequestBodyDocumentation } from '../metadata/documentation-options.js';
import { specName } from '../metadata/model-spec.js';
import type { ControllerOptions } from '../metadata/route-options.js';
import type { RouteMetadata } from '../metadata/metadata-store.js';
import { EventSourceResponse } from '../responses/event-source-response.js';
import { FileResponse } from '../responses/file-response.js';
import { JSONLinesResponse } from '../responses/json-lines-response.js';
import { JSONResponse } from '../responses/json-response.js';
import { RedirectResponse } from '../responses/redirect-response.js';
import type { ResponseClass } from '../responses/response.js';
import type { ResponseModel } from '../schema/response-model.js';
import type { DocumentedBody, RouteDocumentation } from '../schema/route-documentation.js';
import { ShapeReader } from '../shapes/compile-shape.js';
import { compileConverter } from '../validation/compile-converter.js';
import { typeName } from '../metadata/types.js';

/** What the compilation of a route knows of its response. */
export interface DocumentedRoute {
  readonly controller: ControllerOptions;
  readonly route: RouteMetadata;
  readonly member: string | symbol;
  readonly where: string;
  readonly statusCode: number;
  readonly responseClass: ResponseClass;
  /** The media type of the response: by option, by header, by its class. */
  readonly mediaType: string | undefined;
  readonly model: ResponseModel | undefined;
  /** Whether some @Body of the route, or of what it depends on, reads its body. */
  readonly readsBody: boolean;
}

/** Puts together what is documented of a route, or adds to `faults`. */
export function documentRoute(route: DocumentedRoute, faults: SetupFault[]): RouteDocumentation {
  const { controller, member } = route;
  const { options } = route.route;
  checkOptions(route, faults);
  return Object.freeze({
    hidden: (options.includeInSchema ?? controller.includeInSchema) === false,
    tags: [...new Set([...(controller.tags ?? []), ...(options.tags ?? [])])],
    summary: options.summary ?? toWords(String(member)),
    description: options.description,
    deprecated: options.deprecated ?? controller.deprecated ?? false,
    operationId: options.operationId,
    security: options.security ?? controller.security,
    ...(options.requestBody === undefined ? {} : { requestBody: options.requestBody }),
    responseDescription: options.responseDescription ?? 'Successful Response',
    body: toBody(route),
    responses: { ...controller.responses, ...options.responses },
  });
}

function toBody({ route, statusCode, responseClass, mediaType, model }: DocumentedRoute): DocumentedBody {
  const { events } = route.options;
  if (isOrExtends(responseClass, RedirectResponse)) return { kind: 'redirect' };
  if (hasNoBody(statusCode)) return { kind: 'none' };
  if (isOrExtends(responseClass, EventSourceResponse)) {
    return { kind: 'items', framing: 'events', mediaType: mediaType ?? 'text/event-stream', model, events };
  }
  if (isOrExtends(responseClass, JSONLinesResponse)) {
    const lines = { kind: 'items', framing: 'lines', events: undefined } as const;
    return { ...lines, mediaType: mediaType ?? 'application/jsonl', model };
  }
  if (isOrExtends(responseClass, JSONResponse)) {
    return { kind: 'json', mediaType: mediaType ?? 'application/json', model };
  }
  if (mediaType === undefined) return { kind: 'binary', mediaType: 'application/octet-stream' };
  const binary = isOrExtends(responseClass, FileResponse) || !isText(mediaType);
  return { kind: binary ? 'binary' : 'text', mediaType };
}

function checkOptions(
  { controller, route, where, responseClass, readsBody }: DocumentedRoute,
  faults: SetupFault[],
): void {
  const { options } = route;
  const add = (problem: string, fix: string): void => {
    addFault(faults, 'DOCUMENTATION_INVALID', where, problem, fix);
  };
  for (const [status, response] of Object.entries({ ...controller.responses, ...options.responses })) {
    if (!/^(?:[1-5](?:\d\d|XX)|default)$/.test(status)) {
      add(
        `\`responses\` has ${status}, which is no status`,
        "write a status such as 404, '4XX', or 'default'",
      );
    }
    checkType(`responses[${status}].model`, response.model, add);
    for (const [name, header] of Object.entries(response.headers ?? {})) {
      checkType(`responses[${status}].headers['${name}'].type`, header.type, add);
    }
  }
  if (options.requestBody !== undefined) checkRequestBody(options.requestBody, route.method, readsBody, add);
  const { events } = options;
  if (events === undefined) return;
  if (!isOrExtends(responseClass, EventSourceResponse)) {
    add(
      `\`events\` says nothing of ${responseClass.name}`,
      'write responseClass: EventSourceResponse beside it',
    );
  }
  if (Object.keys(events).length === 0) {
    add('`events` names no event', 'write { item_update: ItemOut }, or leave it out');
  }
  if (options.responseModel !== undefined) {
    add(
      '`events` and `responseModel` both say what the events hold',
      'keep `responseModel` where all hold the same, else `events`',
    );
  }
}

function checkRequestBody(
  requestBody: RequestBodyDocumentation,
  method: string,
  readsBody: boolean,
  add: (problem: string, fix: string) => void,
): void {
  // As programs without types may write it.
  const { mediaType, model } = Object(requestBody) as Partial<RequestBodyDocumentation>;
  if (readsBody) add('`requestBody` and @Body both say what the body is', 'leave `requestBody` out');
  if (method === 'GET' || method === 'HEAD')
    add(`\`requestBody\` says what the body of ${method} is, which has none`, 'use @Post or @Put');
  if (typeof mediaType !== 'string' || !MEDIA_TYPE.test(mediaType))
    add(
      `\`requestBody\` has the media type ${typeName(mediaType)}`,
      "write { mediaType: 'multipart/form-data' }",
    );
  if (model !== undefined && !('convert' in compileConverter(model))) {
    const fix = 'use a model class whose fields have decorators, or leave it out for bytes';
    add(`\`requestBody.model\` is ${specName(model)}, which is no type of a request`, fix);
  }
}

/** A type, a subtype, and maybe parameters, on one line (RFC 9110 section 8.3.1). */
const MEDIA_TYPE = /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+(?:[ \t]*;[\t -~]*)?$/;

function checkType(option: string, type: unknown, add: (problem: string, fix: string) => void): void {
  if (type === undefined) return;
  const reader = new ShapeReader();
  reader.compile(type, option);
  for (const { problem, fix } of reader.faults) add(problem, fix);
}

/** `readItem` and `read_item` as "Read Item". */
function toWords(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ');
}

function isText(mediaType: string): boolean {
  return /^text\/|[/+](?:json|jsonl|xml|yaml|javascript|x-ndjson)\b/i.test(mediaType);
}

function isOrExtends(responseClass: ResponseClass, other: { readonly prototype: object }): boolean {
  return (
    responseClass.prototype === other.prototype ||
    Object.prototype.isPrototypeOf.call(other.prototype, responseClass.prototype)
  );
}
