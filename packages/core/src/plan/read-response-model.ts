import { addFault } from '../errors/add-fault.js';
import type { SetupFault } from '../errors/setup-error.js';
import type { FieldSelection } from '../metadata/field-selection.js';
import type { ControllerMetadata, RouteMetadata } from '../metadata/metadata-store.js';
import { specName } from '../metadata/model-spec.js';
import type { ResponseModelOptions } from '../metadata/route-options.js';
import { EventSourceResponse } from '../responses/event-source-response.js';
import { JSONLinesResponse } from '../responses/json-lines-response.js';
import { JSONResponse } from '../responses/json-response.js';
import type { ResponseClass } from '../responses/response.js';
import type { ResultModel } from '../responses/result-model.js';
import { compileResponseModel, type ResponseModel } from '../schema/response-model.js';

/** What the compilation of a route knows of its response model. */
export interface ModelledRoute {
  readonly controller: ControllerMetadata;
  readonly route: RouteMetadata;
  readonly where: string;
  readonly responseClass: ResponseClass;
  /** Whether the status of the route has no body. */
  readonly bodiless: boolean;
  /** Whether values that do not fit are errors. */
  readonly check: boolean;
}

/** Compiles the response model of a route, the nearest of its options and its controller's, or adds to `faults`. */
export function readResponseModel(modelled: ModelledRoute, faults: SetupFault[]): ResponseModel | undefined {
  const { controller, route, where, responseClass, bodiless, check } = modelled;
  const own = route.options;
  const near = { ...controller.options, ...definedOf(own) };
  const { responseModel: spec } = near;
  if (spec === undefined || spec === null) {
    refuseLoneOptions(own, spec, where, faults);
    return undefined;
  }
  const isOwn = own.responseModel !== undefined;
  const fits = !bodiless && isJson(responseClass);
  if (!fits) {
    // That of a controller is for those of its routes that can have one.
    if (isOwn && !bodiless) {
      const problem = `responseModel ${specName(spec)} says nothing of ${responseClass.name}`;
      addFault(faults, 'RESPONSE_MODEL_INVALID', where, problem, 'leave one of them out');
    }
    return undefined;
  }
  const before = faults.length;
  // A controller's selection is of the fields of its own model.
  const selecting = isOwn ? own : near;
  const include = readSelectionOption(selecting, 'responseModelInclude', where, faults);
  const exclude = readSelectionOption(selecting, 'responseModelExclude', where, faults);
  if (faults.length > before) return undefined;
  const compiled = compileResponseModel({
    spec,
    include,
    exclude,
    excludeNone: near.responseModelExcludeNone === true,
    excludeUnset: near.responseModelExcludeUnset === true,
    excludeDefaults: near.responseModelExcludeDefaults === true,
    groups: near.responseModelGroups ?? [],
    check,
  });
  if ('model' in compiled) return compiled.model;
  for (const { code, problem, fix } of compiled.faults) addFault(faults, code, where, problem, fix);
  return undefined;
}

/**
 * Compiles what the route's `events` hold, each by its name, or adds to `faults`. They come before a model of the controller.
 */
export function readEventModels(
  { route, where, responseClass, check }: ModelledRoute,
  faults: SetupFault[],
): ResultModel | undefined {
  const { events } = route.options;
  // What is wrong with the option itself is told with the documentation.
  if (events === undefined || !isOrExtends(responseClass, EventSourceResponse)) return undefined;
  const models = new Map<string, ResultModel>();
  for (const [name, spec] of Object.entries(events)) {
    const compiled = compileResponseModel({ ...WHOLE, spec, option: `events.${name}`, check });
    if ('model' in compiled) models.set(name, compiled.model);
    else for (const { code, problem, fix } of compiled.faults) addFault(faults, code, where, problem, fix);
  }
  return {
    // Those of the events are asked in its place.
    project: (value) => value,
    serialize: (value) => JSON.stringify(value),
    texts: new WeakMap(),
    ofEvent: (name) => models.get(name),
  };
}

const WHOLE = {
  include: undefined,
  exclude: undefined,
  excludeNone: false,
  excludeUnset: false,
  excludeDefaults: false,
  groups: [],
} as const;

const LONE = [
  'responseModelInclude',
  'responseModelExclude',
  'responseModelExcludeNone',
  'responseModelExcludeUnset',
  'responseModelExcludeDefaults',
  'responseModelGroups',
] as const satisfies readonly (keyof ResponseModelOptions)[];

/** Without a model these do nothing: whoever wrote `responseModelExclude: ['password']` would believe that it does. */
function refuseLoneOptions(
  own: ResponseModelOptions,
  spec: null | undefined,
  where: string,
  faults: SetupFault[],
): void {
  for (const option of LONE) {
    if (own[option] === undefined || own[option] === false) continue;
    const model = spec === null ? 'null' : 'missing';
    const problem = `${option} says what is sent of a model, and responseModel is ${model}`;
    addFault(faults, 'RESPONSE_MODEL_INVALID', where, problem, 'write responseModel: Item beside it');
  }
}

function readSelectionOption(
  options: ResponseModelOptions,
  option: 'responseModelInclude' | 'responseModelExclude',
  where: string,
  faults: SetupFault[],
): FieldSelection | undefined {
  const selection: unknown = options[option];
  if (selection === undefined || isSelection(selection)) return selection;
  const fix = "write ['name', 'price'], or { owner: ['name'] } for fields of a field";
  addFault(faults, 'RESPONSE_MODEL_INVALID', where, `${option} is no list of fields`, fix);
  return undefined;
}

function isSelection(selection: unknown): selection is FieldSelection {
  if (Array.isArray(selection)) return selection.every((name) => typeof name === 'string');
  if (typeof selection !== 'object' || selection === null) return false;
  return Object.values(selection).every((inner) => typeof inner === 'boolean' || isSelection(inner));
}

function isJson(responseClass: ResponseClass): boolean {
  return [JSONResponse, JSONLinesResponse, EventSourceResponse].some((json) =>
    isOrExtends(responseClass, json),
  );
}

function isOrExtends(
  { prototype }: ResponseClass,
  other: typeof EventSourceResponse | typeof JSONLinesResponse | typeof JSONResponse,
): boolean {
  return prototype instanceof other || prototype === other.prototype;
}

/** Options without those that are undefined, which say nothing. */
function definedOf(options: ResponseModelOptions): ResponseModelOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
