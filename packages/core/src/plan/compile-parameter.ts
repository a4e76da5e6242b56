// A little longer than other files: half of it are the messages of what cannot be compiled.
import { BackgroundTasks } from '../background/background-tasks.js';
import type { Cell } from '../dependencies/dependency-node.js';
import { addFault } from '../errors/add-fault.js';
import type { ErrorDetail } from '../errors/request-validation-error.js';
import type { SetupFault } from '../errors/setup-error.js';
import { specName } from '../metadata/model-spec.js';
import type { RouteInput, SourceDescription } from '../metadata/source.js';
import { typeName, type Constructor } from '../metadata/types.js';
import { Response } from '../responses/response.js';
import {
  compileConverter,
  type CompiledConverter,
  type UsableConverter,
} from '../validation/compile-converter.js';
import { refuse } from '../validation/converter.js';
import { findRuleProblem } from '../validation/inline-rules.js';
import type { InputField, InputModel } from '../validation/input-model.js';
import { DEFAULT_SETTINGS, type ValidationSettings } from '../validation/settings.js';
import { compileMediaTypeCheck, isForm } from './body-media-type.js';
import type { ParameterReader, RouteNeeds } from './route-plan.js';
import { createGroupPicker, createPicker, toHyphens } from './create-picker.js';

/** A parameter of a handler, as decorators and compiler describe it. */
export interface ParameterDescription {
  /** `ItemsController.create, parameter 1 (@Body)`. */
  readonly where: string;
  readonly source: SourceDescription | undefined;
  /** What the compiler wrote: undefined where it wrote nothing. */
  readonly designType: unknown;
  /** Whether the method counts the parameter as one without an initializer. */
  readonly counted: boolean;
}

export interface CompiledParameter {
  readonly read: ParameterReader;
  readonly asynchronous: boolean;
  readonly needs: keyof RouteNeeds | undefined;
  /** What it reads of the request, for the documentation. */
  readonly inputs: readonly RouteInput[];
}

/** Compiles one parameter into a reader, or adds to `faults`. `resolve` gives where an instance of the server's will be. */
export function compileParameter(
  parameter: ParameterDescription,
  resolve: (target: Constructor) => Cell | undefined,
  faults: SetupFault[],
  settings: ValidationSettings = DEFAULT_SETTINGS,
): CompiledParameter | undefined {
  const { source, designType, where } = parameter;
  if (source === undefined) return compileUnmarked(parameter, faults);
  if (source.kind === 'request') return plain((request) => request);
  // What depends on something of the request's own has become an injection before; all else is no parameter's to read.
  if (source.kind === 'inject' || source.kind === 'depends')
    return compileInjected(source.type ?? designType, where, resolve, faults);
  const type = source.type ?? toKnownType(designType) ?? typeOfDefault(source.default);
  const own = { ...settings, extra: source.extra ?? settings.extra, groups: source.groups };
  const converter = compileConverter(type, own, source.rules);
  const isGroup = source.kind !== 'body' && source.name === undefined && isModel(converter);
  const model = isGroup ? modelOf(converter) : undefined;
  const name = source.kind === 'body' || isGroup ? source.name : requireName(source, where, faults);
  if (name === undefined && source.kind !== 'body' && !isGroup) return undefined;
  const compiled = requireConverter(converter, parameter, source, type, faults);
  if (compiled === undefined) return undefined;
  checkRules(source, type, where, faults);
  const read = createReader({ ...source, type }, compiled, own, faults, where);
  const { kind, rules } = source;
  const inputs: RouteInput[] =
    model !== undefined
      ? model.model.fields.map((field) => toInput({ kind, groups: source.groups }, field, model.model.model))
      : [
          {
            kind,
            name,
            type,
            required: !source.hasDefault && !source.optional,
            default: source.default,
            description: source.description,
            rules,
            mediaType: source.mediaType,
            groups: source.groups,
          },
        ];
  return { read, asynchronous: compiled.asynchronous, needs: undefined, inputs };
}

/** One field of a group, for the documentation. */
function toInput(
  { kind, groups }: Pick<RouteInput, 'kind' | 'groups'>,
  { name, property, type, collection, required }: InputField,
  model: InputModel['model'],
): RouteInput {
  const item = type.kind === 'scalar' ? type.type : Object;
  const wire = kind === 'header' && name === property ? toHyphens(name) : name;
  return {
    kind,
    name: wire,
    type: collection === undefined ? item : [item],
    required,
    default: undefined,
    description: undefined,
    groups,
    field: { model, property },
  };
}

/** Whether a type is a model class, be it a faulty one. */
function isModel(converter: CompiledConverter): boolean {
  return converter.kind.endsWith('-model') || modelOf(converter) !== undefined;
}

/** A class whose fields are a group of values. */
function modelOf(converter: CompiledConverter): { readonly model: InputModel } | undefined {
  return 'convert' in converter && converter.model !== undefined ? { model: converter.model } : undefined;
}

function checkRules({ rules }: SourceDescription, type: unknown, where: string, faults: SetupFault[]): void {
  const problem = rules === undefined ? undefined : findRuleProblem(rules, type);
  if (problem === undefined) return;
  const fix =
    'use min, max, exclusiveMin, exclusiveMax, multipleOf for numbers, minLength, maxLength, pattern for text, minItems, maxItems for lists';
  addFault(faults, 'PARAM_RULE_INVALID', where, problem, fix);
}

function plain(read: ParameterReader, needs?: keyof RouteNeeds): CompiledParameter {
  return { read, asynchronous: false, needs, inputs: [] };
}

/** A parameter without a source: one of the types that a request brings along, or nothing that could fill it. */
function compileUnmarked(
  parameter: ParameterDescription,
  faults: SetupFault[],
): CompiledParameter | undefined {
  const { designType, where, counted } = parameter;
  const own = requestOwned(designType);
  if (own !== undefined) return own;
  if (designType === globalThis.Response) {
    refuseGlobalResponse(where, faults);
    return undefined;
  }
  if (!counted) return plain(() => undefined);
  const type =
    designType === undefined || designType === Object
      ? 'a type that is not known at run time (an interface, a union, or a class imported by `import type`)'
      : typeName(designType);
  addFault(
    faults,
    'PARAM_NOT_FILLED',
    where,
    `it has ${type} and no source`,
    "write where it comes from: @Param('name'), @Query('name'), @Header('name'), @Cookie('name'), @Body(), @Req(), or @Inject(Class) (Response, BackgroundTasks and AbortSignal too)",
  );
  return undefined;
}

function compileInjected(
  type: unknown,
  where: string,
  resolve: (target: Constructor) => Cell | undefined,
  faults: SetupFault[],
): CompiledParameter | undefined {
  const own = requestOwned(type);
  if (own !== undefined) return own;
  if (type === globalThis.Response) refuseGlobalResponse(where, faults);
  else if (typeof type !== 'function' || type === Object) refuseErased(where, '@Inject(TheClass)', faults);
  else {
    const cell = resolve(type as Constructor);
    return plain(() => cell?.value);
  }
  return undefined;
}

/** Whether a type is what a request brings along. */
export function isRequestOwned(type: unknown): boolean {
  return requestOwned(type) !== undefined;
}

/** What belongs to the request itself, by the type that asks for it. */
function requestOwned(type: unknown): CompiledParameter | undefined {
  if (Response.isType(type)) return plain((_request, context) => context.response, 'response');
  if (BackgroundTasks.isType(type)) return plain((_request, context) => context.tasks, 'tasks');
  if (type === AbortSignal) return plain((_request, context) => context.signal, 'signal');
  return undefined;
}

function createReader(
  source: SourceDescription,
  compiled: UsableConverter,
  settings: ValidationSettings,
  faults: SetupFault[],
  where: string,
): ParameterReader {
  const isGroup = (source.kind !== 'body' || isForm(source)) && source.name === undefined;
  const pick =
    isGroup && compiled.model !== undefined
      ? createGroupPicker(source.kind, compiled.model, settings.extra === 'forbid')
      : createPicker(source, compiled.kind === 'list', compiled.takesNull);
  const location = Object.freeze(source.name === undefined ? [source.kind] : [source.kind, source.name]);
  const { convert } = compiled;
  if (source.hasDefault && source.optional) {
    addFault(
      faults,
      'PARAM_DEFAULT_INVALID',
      where,
      'it has `default` and `optional`',
      'keep one: a default makes it optional',
    );
  }
  const { default: preset } = source;
  if (source.hasDefault && !compiled.asynchronous && !isOfType(preset, convert)) {
    addFault(
      faults,
      'PARAM_DEFAULT_INVALID',
      where,
      `its default ${typeof preset === 'string' ? JSON.stringify(preset) : String(preset)} is not of its type`,
      'give a default of the type, or say another type',
    );
  }
  const required = !source.hasDefault && !source.optional;
  // A default that could be changed by one request is copied for each.
  const getDefault =
    typeof preset === 'object' && preset !== null ? () => structuredClone(preset) : () => preset;
  const refusesType = compileMediaTypeCheck(source, compiled);
  return (request, _context, requestFaults) => {
    if (refusesType?.(request, requestFaults) === true) return undefined;
    const value = pick(request);
    if (value !== undefined) return convert(value, location, requestFaults);
    return required ? refuse(requestFaults, 'missing', location, 'Field required', null) : getDefault();
  };
}

/** Whether converting a value changes nothing: text that could be read as a number is not a number. Null is a way to say nothing. */
function isOfType(value: unknown, convert: UsableConverter['convert']): boolean {
  if (value === null) return true;
  const faults: ErrorDetail[] = [];
  const converted = convert(value, [], faults);
  return faults.length === 0 && (typeof value === 'object' || converted === value);
}

/** `Object` and `Array` are what a compiler writes for what it cannot say. */
function toKnownType(designType: unknown): unknown {
  return designType === Object || designType === Array ? undefined : designType;
}

function typeOfDefault(preset: unknown): unknown {
  switch (typeof preset) {
    case 'string':
      return String;
    case 'number':
      return Number;
    case 'boolean':
      return Boolean;
    case 'bigint':
      return BigInt;
    default:
      return undefined;
  }
}

function requireName(source: SourceDescription, where: string, faults: SetupFault[]): string | undefined {
  if (typeof source.name === 'string' && source.name !== '') return source.name;
  addFault(
    faults,
    'PARAM_NAME_MISSING',
    where,
    'it does not say which value it reads',
    `write ${source.label.replace(/\(.*$/, '')}('name')`,
  );
  return undefined;
}

function requireConverter(
  compiled: CompiledConverter,
  parameter: ParameterDescription,
  source: SourceDescription,
  type: unknown,
  faults: SetupFault[],
): UsableConverter | undefined {
  const { where } = parameter;
  if (compiled.kind === 'empty-model') {
    const name = typeName(compiled.model);
    const fix =
      'decorate its fields with class-validator (@IsString(), @IsInt(), …), or write @Body(Object) for any object';
    addFault(
      faults,
      'MODEL_EMPTY',
      where,
      `${name} has no decorated field, so nothing of it could be checked`,
      fix,
    );
    return undefined;
  }
  if (compiled.kind === 'faulty-model') {
    for (const { code, problem, fix } of compiled.faults) addFault(faults, code, where, problem, fix);
    return undefined;
  }
  if (compiled.kind === 'unknown') {
    const fix =
      "use String, Number, 'integer', Boolean, Date, BigInt, Object, an enum, a model class, a list of one: [String], or in a body union(…), nullable(…) and record(…) of them";
    const problem = `${specName(type)} is no type that a request can have`;
    if (type === undefined) refuseErased(where, withType(source, parameter.designType), faults);
    else addFault(faults, 'PARAM_TYPE_UNSUPPORTED', where, problem, fix);
    return undefined;
  }
  const fits =
    source.kind === 'body' ||
    compiled.kind === 'scalar' ||
    (compiled.model !== undefined && source.name === undefined) ||
    (compiled.kind === 'list' &&
      !compiled.asynchronous &&
      (source.kind === 'query' || source.kind === 'header'));
  if (fits) return compiled;
  const fix = `read text there (String, Number, …), or ${specName(type)} from @Body()`;
  addFault(faults, 'PARAM_TYPE_UNSUPPORTED', where, `${source.label} cannot give ${specName(type)}`, fix);
  return undefined;
}

function withType(source: SourceDescription, designType: unknown): string {
  if (source.kind === 'body' && source.name === undefined) {
    return designType === Array ? '@Body([Item])' : '@Body(TheClass), or @Body(Object) for any object';
  }
  const type = designType === Array ? '[String]' : 'String';
  return `${source.label.replace(/\)$/, '')}, { type: ${type} })`;
}

function refuseErased(where: string, instead: string, faults: SetupFault[]): void {
  addFault(
    faults,
    'PARAM_TYPE_ERASED',
    where,
    'its type is not known at run time',
    `write ${instead}; where its type is a class or a scalar, emitDecoratorMetadata tells it too`,
  );
}

function refuseGlobalResponse(where: string, faults: SetupFault[]): void {
  addFault(
    faults,
    'GLOBAL_RESPONSE',
    where,
    "its type is fetch's global Response, which a request does not have",
    "import { Response } from '@sluice/core'",
  );
}
