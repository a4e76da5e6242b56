import type { ContextStorage } from '../metadata/dependency.js';
import type { DependencyScope, DependencyTarget } from '../metadata/dependency-use.js';
import type { SourceDescription } from '../metadata/source.js';

/** Holds a value that is made when the server starts. */
export interface Cell {
  value: unknown;
}

/** A parameter that is read from a request, as decorators and compiler describe it. */
export interface RequestParameter {
  /** `currentUser, input token (@Header('x-token'))`. */
  readonly where: string;
  readonly source: SourceDescription | undefined;
  readonly designType: unknown;
  /** Whether something must fill it: false for one with an initializer. */
  readonly counted: boolean;
  /** Whether no compiler could have written a type: text is then text. */
  readonly untyped: boolean;
}

/** Where one input of a dependency comes from. */
export type NodeInput =
  | { readonly kind: 'node'; readonly node: DependencyNode }
  | { readonly kind: 'cell'; readonly cell: Cell }
  | { readonly kind: 'request'; readonly parameter: RequestParameter };

/** One dependency as it is resolved: for an app once, for a request once in each. */
export interface DependencyNode {
  readonly target: DependencyTarget;
  readonly name: string;
  readonly scope: DependencyScope;
  readonly inputs: readonly NodeInput[];
  /** Calls the function or the constructor with the values of the inputs, in their order. */
  readonly make: (values: readonly unknown[]) => unknown;
  /** `make` gives a value, or a promise of one; a generator that yields the value; an instance, which nobody awaits. */
  readonly kind: 'function' | 'generator' | 'class';
  readonly provides: ContextStorage<unknown> | undefined;
  /** Whether it says that it yields nothing: a generator that it returns is then its value. */
  readonly givesGenerators: boolean;
  /** The value of one of scope `app`. */
  readonly cell: Cell;
}
