import {
  toDependency,
  type DeclarationOptions,
  type Dependency,
  type DependencyInputs,
  type InputValues,
} from '../metadata/dependency.js';
import type { DependencyOptions, DependencyTarget, Provided } from '../metadata/dependency-use.js';
import { writeSource } from '../metadata/metadata-store.js';
import { toSource, type Source, type SourceDescription } from '../metadata/source.js';

/**
 * Asks for the value of a dependency: `@Depends(currentUser) user: User`.
 *
 * A dependency is a function, a generator function that yields its value once and cleans up after it, or a class whose
 * constructor parameters are sources and dependencies. `@Depends()` takes the class that is the type of the parameter.
 * All who ask for it in one request get the same value.
 *
 * It is one value: a parameter decorator, an input of {@link dependency}, and an entry of `dependencies: […]`.
 */
export function Depends(): Source;
export function Depends(target: undefined, options: DependencyOptions): Source;
export function Depends<Target extends DependencyTarget>(
  target: Target,
  options?: DependencyOptions,
): Source<Provided<Target>>;
export function Depends(target?: DependencyTarget, options: DependencyOptions = {}): Source {
  const name = typeof target === 'function' ? target.name : '';
  const description: SourceDescription = {
    kind: 'depends',
    label: name === '' ? '@Depends' : `@Depends(${name})`,
    name: undefined,
    type: undefined,
    hasDefault: false,
    default: undefined,
    optional: false,
    depends: Object.freeze({ target, scope: options.scope, useCache: options.useCache ?? true }),
  };
  return toSource((owner, member, index) => {
    writeSource(owner, member, index, description);
  }, description);
}

/**
 * Declares what a function dependency asks for: sources, and other dependencies. The function gets their values by name.
 *
 * ```ts
 * const currentUser = dependency({ token: Header('x-token'), users: Inject(UserStore) }, ({ token, users }) => {
 *   const user = users.find(token);
 *   if (user === undefined) throw new HTTPException(401);
 *   return user;
 * });
 * ```
 *
 * A source without a type is text. The result is a dependency, and a function that can be called with the values.
 */
export function dependency<const Inputs extends DependencyInputs, Result>(
  inputs: Inputs,
  fn: (inputs: InputValues<Inputs>) => Result,
  options: DeclarationOptions<NoInfer<Provided<(inputs: never) => Result>>> = {},
): Dependency<InputValues<Inputs>, Result> {
  return toDependency(fn, {
    inputs: copyInputs(inputs),
    fn,
    scope: options.scope,
    provides: options.provides,
    yields: options.yields,
    name: options.name,
  });
}

/** In a literal, a value that is named `__proto__` becomes the prototype, and would be lost without a word. */
function copyInputs(inputs: DependencyInputs): DependencyInputs {
  const prototype: unknown = Object.getPrototypeOf(inputs);
  const lost = typeof prototype === 'function' || (prototype !== null && prototype !== Object.prototype);
  return lost
    ? Object.defineProperty({ ...inputs }, '__proto__', { value: prototype, enumerable: true })
    : { ...inputs };
}
