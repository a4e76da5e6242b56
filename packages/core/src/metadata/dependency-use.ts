import type { Constructor } from './types.js';

/**
 * How long the value of a dependency lives. `function`: until the handler has returned, or has yielded its last item, and
 * before the response is sent. `request`: until the last byte is sent and the background tasks have run. `app`: as long as
 * the server.
 */
export const DEPENDENCY_SCOPES = ['function', 'request', 'app'] as const;
export type DependencyScope = (typeof DEPENDENCY_SCOPES)[number];

/** A function that gives the value, a generator function that yields it once, or a class to make an instance of. */
export type DependencyTarget = ((inputs: never) => unknown) | Constructor;

/** What a dependency gives to who asks for it: what it returns, resolves to, or yields; an instance of a class. */
export type Provided<Target> =
  Target extends Constructor<infer Instance>
    ? Instance
    : Target extends (inputs: never) => infer Result
      ? Yielded<Awaited<Result>>
      : never;

type Yielded<Result> = Result extends
  Iterator<infer Value, unknown, never> | AsyncIterator<infer Value, unknown, never>
  ? Value
  : Result;

/** How one place asks for a dependency. */
export interface DependencyOptions {
  /** Default: what the dependency declares, else `request`; `app` in a constructor that runs when the server starts. */
  scope?: DependencyScope;
  /** Whether all who ask share one value, in its scope. Default true; false makes a value for this place alone. */
  useCache?: boolean;
}

/** `Depends(…)` as data. */
export interface DependencyUse {
  /** Undefined where the type of the parameter says it. */
  readonly target: unknown;
  readonly scope: DependencyScope | undefined;
  readonly useCache: boolean;
}
