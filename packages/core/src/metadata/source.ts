import type { DependencyUse } from './dependency-use.js';
import type { InlineRules } from './inline-rules.js';
import type { ModelSpec, ValueOf } from './model-spec.js';

/** Where the value of a parameter comes from. */
export type SourceKind = 'path' | 'query' | 'header' | 'cookie' | 'body' | 'request' | 'inject' | 'depends';

/** Options of a source that reads values of a request. */
export interface SourceOptions extends InlineRules {
  /** The type to convert to, where it is not that of the parameter or cannot be seen at run time. */
  type?: ModelSpec;
  /** Value of the parameter when the request has none; it makes the parameter optional. */
  default?: unknown;
  /** Whether the request may leave it out; the parameter is then `undefined`. Default false. */
  optional?: boolean;
  /** What the value means, for the documentation. Default: nothing is said. */
  description?: string;
  /** What is done with fields that a model does not name: `ignore` drops, `forbid` refuses them. Default: the plugin's. */
  extra?: 'ignore' | 'forbid';
  /** Groups of class-validator and class-transformer by which a model is read. Default: none. */
  groups?: readonly string[];
  /**
   * Content type that a body must have: any other is refused. One of `application/x-www-form-urlencoded` and
   * `multipart/form-data` is read as a form, in which a list may have one value, and empty text is none. Default: JSON.
   */
  mediaType?: string;
}

/** The value that a source with these options gives; text where they say no type. */
export type SourceValue<Options, Unsaid = string> =
  | (Options extends { type: infer Type }
      ? ValueOf<Type>
      : Options extends { default: infer Preset }
        ? Widened<Preset>
        : Unsaid)
  | (Options extends { optional: true } ? undefined : never);

type Widened<Preset> = Preset extends string
  ? string
  : Preset extends number
    ? number
    : Preset extends boolean
      ? boolean
      : Preset extends bigint
        ? bigint
        : Preset;

/** A source as data: what a parameter decorator, used as a value, says. */
export interface SourceDescription {
  readonly kind: SourceKind;
  /** As users write it, for messages: `@Query('limit')`. */
  readonly label: string;
  /** Name on the wire. */
  readonly name: string | undefined;
  readonly type: unknown;
  readonly hasDefault: boolean;
  readonly default: unknown;
  readonly optional: boolean;
  readonly description?: string | undefined;
  readonly rules?: InlineRules | undefined;
  readonly extra?: 'ignore' | 'forbid' | undefined;
  readonly groups?: readonly string[] | undefined;
  readonly mediaType?: string | undefined;
  /** What `Depends(…)` asks for. */
  readonly depends?: DependencyUse;
}

/** One value that a route reads of a request, by its own parameter or by that of a dependency: what documentation tells. */
export interface RouteInput {
  readonly kind: 'path' | 'query' | 'header' | 'cookie' | 'body';
  /** Name on the wire; undefined for the whole body. */
  readonly name: string | undefined;
  readonly type: unknown;
  readonly required: boolean;
  /** Undefined where there is none. */
  readonly default: unknown;
  readonly description: string | undefined;
  readonly rules?: InlineRules | undefined;
  /** Content type of the body; undefined for JSON. */
  readonly mediaType?: string | undefined;
  /** Groups of both libraries by which a model is read; undefined for none. */
  readonly groups?: readonly string[] | undefined;
  /** The field of a model that a group of values is read into, where this is one of them: it says all the rest. */
  readonly field?: { readonly model: new () => object; readonly property: string } | undefined;
}

declare const VALUE: unique symbol;

const SOURCE = Symbol.for('sluice.source');

/**
 * A source is one value with two uses: as a parameter decorator, and as an input of a function dependency.
 */
export interface Source<Value = unknown> {
  (target: object, member: string | symbol | undefined, index: number): void;
  readonly [SOURCE]: SourceDescription;
  /** For the compiler alone. */
  readonly [VALUE]?: Value;
}

/** Marks a decorator as a source. */
export function toSource<Value>(
  decorator: (target: object, member: string | symbol | undefined, index: number) => void,
  description: SourceDescription,
): Source<Value> {
  return Object.assign(decorator, { [SOURCE]: Object.freeze(description) });
}

/** The description that a source carries. */
export function describeSource(source: Source): SourceDescription {
  return source[SOURCE];
}

/** Tells sources from other functions. */
export function isSource(value: unknown): value is Source {
  return typeof value === 'function' && SOURCE in value;
}
