import { type DependencyScope, type DependencyTarget, type Provided } from './dependency-use.js';
import type { Source } from './source.js';

/** What keeps a value for all that runs inside of a call: an `AsyncLocalStorage` of `node:async_hooks`. */
export interface ContextStorage<T> {
  run<Result>(store: T, callback: () => Result): Result;
}

/** What a function dependency asks for, by the names under which it gets it. */
export type DependencyInputs = Readonly<Record<string, Source | DependencyTarget>>;

/** The values of {@link DependencyInputs}. */
export type InputValues<Inputs extends DependencyInputs> = {
  readonly [Name in keyof Inputs]: Inputs[Name] extends Source<infer Value> ? Value : Provided<Inputs[Name]>;
};

/** Options of a declared dependency. */
export interface DeclarationOptions<Value> {
  /** Default `request`; a place that asks may say another one. */
  scope?: DependencyScope;
  /**
   * An `AsyncLocalStorage` that holds the value for the rest of the request: dependencies that follow, the handler, the
   * body's generator, background tasks and clean-ups. Not with scope `app`.
   */
  provides?: ContextStorage<Value>;
  /** Whether the function yields its value. Default: seen on the function; say it where a compiler or a wrapper hides it. */
  yields?: boolean;
  /** Name for errors and the log. Default: that of the function. */
  name?: string;
}

/** What `dependency()` declares, as data. */
export interface DependencyDeclaration {
  readonly inputs: DependencyInputs;
  readonly fn: DependencyTarget;
  readonly scope: DependencyScope | undefined;
  readonly provides: ContextStorage<unknown> | undefined;
  readonly yields: boolean | undefined;
  readonly name: string | undefined;
}

const DEPENDENCY = Symbol.for('sluice.dependency');

/** A declared dependency. It can be called like the function that it was declared with, as a unit test does. */
export interface Dependency<Inputs, Result> {
  (inputs: Inputs): Result;
  readonly [DEPENDENCY]: DependencyDeclaration;
}

/** Attaches a declaration to a function of its own, so that one function can be declared twice. */
export function toDependency<Inputs, Result>(
  fn: (inputs: Inputs) => Result,
  declaration: DependencyDeclaration,
): Dependency<Inputs, Result> {
  return Object.assign((inputs: Inputs) => fn(inputs), { [DEPENDENCY]: Object.freeze(declaration) });
}

/** The declaration of a dependency; undefined for a function or a class that has none. */
export function describeDependency(target: DependencyTarget): DependencyDeclaration | undefined {
  return (target as Partial<Dependency<unknown, unknown>>)[DEPENDENCY];
}
