import { pickRules, RULE_NAMES } from '../metadata/inline-rules.js';
import { writeSource } from '../metadata/metadata-store.js';
import { readCompound, type ModelSpec, type ValueOf } from '../metadata/model-spec.js';
import {
  toSource,
  type Source,
  type SourceKind,
  type SourceOptions,
  type SourceValue,
} from '../metadata/source.js';
import type { Constructor } from '../metadata/types.js';

/**
 * A parameter of the path: `@Param('id') id: number` on `/:id`. It is converted to the parameter's type.
 */
export function Param<const Options extends SourceOptions = object>(
  name: string,
  options?: Options,
): Source<SourceValue<Options>>;
/** A group of them, as the fields of a model class: `@Param() group: TheClass`. */
export function Param<const Options extends SourceOptions = object>(
  options?: Options,
): Source<SourceValue<Options, unknown>>;
export function Param<Instance>(type: Constructor<Instance>, options?: SourceOptions): Source<Instance>;
export function Param(first?: First, options?: SourceOptions): Source {
  return readFirst('path', 'Param', first, options);
}

/**
 * A value of the query string: `@Query('limit', { default: 20 }) limit: number`. Of a repeated name the last value
 * counts, or all of them for a list: `@Query('tag', { type: [String] })`.
 */
export function Query<const Options extends SourceOptions = object>(
  name: string,
  options?: Options,
): Source<SourceValue<Options>>;
/** A group of them, as the fields of a model class: `@Query() group: TheClass`. */
export function Query<const Options extends SourceOptions = object>(
  options?: Options,
): Source<SourceValue<Options, unknown>>;
export function Query<Instance>(type: Constructor<Instance>, options?: SourceOptions): Source<Instance>;
export function Query(first?: First, options?: SourceOptions): Source {
  return readFirst('query', 'Query', first, options);
}

/** A request header, by its name without case: `@Header('x-token')`. A list takes the parts between commas. */
export function Header<const Options extends SourceOptions = object>(
  name: string,
  options?: Options,
): Source<SourceValue<Options>>;
/** A group of them, as the fields of a model class: `@Header() group: TheClass`. */
export function Header<const Options extends SourceOptions = object>(
  options?: Options,
): Source<SourceValue<Options, unknown>>;
export function Header<Instance>(type: Constructor<Instance>, options?: SourceOptions): Source<Instance>;
export function Header(first?: First, options?: SourceOptions): Source {
  return readFirst('header', 'Header', first, options);
}

/** A cookie of the request; percent-encoded values are decoded. */
export function Cookie<const Options extends SourceOptions = object>(
  name: string,
  options?: Options,
): Source<SourceValue<Options>>;
/** A group of them, as the fields of a model class: `@Cookie() group: TheClass`. */
export function Cookie<const Options extends SourceOptions = object>(
  options?: Options,
): Source<SourceValue<Options, unknown>>;
export function Cookie<Instance>(type: Constructor<Instance>, options?: SourceOptions): Source<Instance>;
export function Cookie(first?: First, options?: SourceOptions): Source {
  return readFirst('cookie', 'Cookie', first, options);
}

/**
 * The body of the request.
 *
 * `@Body() item: CreateItem` is the whole body as an instance of a model class, `@Body(CreateItem)` the same where the
 * compiler writes no types, `@Body(Object)` any JSON object, `@Body([Item])` a list, `@Body(union(Cat, Dog))` one of
 * several. With a name it is one key of a JSON object, so that several parameters make one body: `@Body('item') item: Item, @Body('user') user: User`.
 */
export function Body<const Options extends SourceOptions = object>(
  options?: Options,
): Source<SourceValue<Options, unknown>>;
// Text is a name always: an integer is said by `{ type: 'integer' }`.
export function Body<const Options extends SourceOptions = object>(
  name: string,
  options?: Options,
): Source<SourceValue<Options, unknown>>;
export function Body<
  const Type extends Exclude<ModelSpec, string>,
  const Options extends SourceOptions = object,
>(
  type: Type,
  options?: Options,
): Source<ValueOf<Type> | (Options extends { optional: true } ? undefined : never)>;
export function Body(first?: First, options?: SourceOptions): Source {
  return readFirst('body', 'Body', first, options);
}

type First = Exclude<ModelSpec, string> | string | SourceOptions;

/** A source takes a name, or a type, or options alone. */
function readFirst(
  kind: SourceKind,
  decorator: string,
  first: First | undefined,
  options: SourceOptions | undefined,
): Source {
  if (first === undefined || isSourceOptions(first))
    return createSource(kind, decorator, undefined, first ?? options);
  if (typeof first === 'string') return createSource(kind, decorator, first, options);
  return createSource(kind, decorator, undefined, { ...options, type: first });
}

/** The server's own request object: a `FastifyRequest`; `Req<FastifyRequest>()` as an input of a dependency. */
export function Req<Request = unknown>(): Source<Request> {
  return createSource('request', 'Req', undefined, undefined);
}

/**
 * What belongs to the request or to the server, by its class: `Response`, `BackgroundTasks` and `AbortSignal` of this
 * request, or any other class, made once per server. A parameter that has the type of one of the first three needs no
 * decorator where the compiler writes types.
 */
export function Inject<Instance>(type?: Constructor<Instance>): Source<Instance> {
  return createSource('inject', 'Inject', undefined, type === undefined ? undefined : { type });
}

function createSource<Value>(
  kind: SourceKind,
  decorator: string,
  name: string | undefined,
  options: SourceOptions | undefined,
): Source<Value> {
  const description = {
    kind,
    label: name === undefined ? `@${decorator}` : `@${decorator}('${name}')`,
    name,
    type: options?.type,
    // `default: undefined` says nothing, like no default: what has no value is `optional`.
    hasDefault: options?.default !== undefined,
    default: options?.default,
    optional: options?.optional === true,
    description: options?.description,
    rules: options === undefined ? undefined : pickRules(options),
    extra: options?.extra,
    groups: options?.groups,
    mediaType: options?.mediaType,
  };
  return toSource((target, member, index) => {
    writeSource(target, member, index, description);
  }, description);
}

// An enum is an object too, but not one with just these keys; so is a type of responses, whose keys are hidden.
function isSourceOptions(value: unknown): value is SourceOptions {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    readCompound(value) === undefined &&
    Object.keys(value).every((key) => SOURCE_OPTIONS.has(key))
  );
}

const SOURCE_OPTIONS: ReadonlySet<string> = new Set([
  ...['type', 'default', 'optional', 'description', 'extra', 'groups', 'mediaType'],
  ...RULE_NAMES,
]);
