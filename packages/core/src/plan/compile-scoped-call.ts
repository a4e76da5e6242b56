import type { Cell } from '../dependencies/dependency-node.js';
import type { RequestScopes } from '../dependencies/request-scopes.js';
import { RequestValidationError } from '../errors/request-validation-error.js';
import { isIterator } from '../responses/render-result.js';
import type { Method } from './compile-call.js';
import { SKIPPED, type Step } from './compile-steps.js';
import { compileReading } from './read-parameters.js';
import type { ParameterReader, RequestContext, RequestInput, RoutePlan } from './route-plan.js';
import { withinFunctionScope } from './scoped-iteration.js';

/**
 * Compiles the call of a handler that has dependencies: they are resolved one after another, then the parameters are
 * read, then the method is called. Where none of that is a promise, nothing is waited for.
 *
 * @param asynchronous Whether a reader may give a promise.
 * @param maxErrors How many faults one response tells.
 */
export function compileScopedCall(
  controller: Cell,
  method: Method,
  readers: readonly ParameterReader[],
  asynchronous: boolean,
  steps: readonly Step[],
  maxErrors: number,
): RoutePlan['call'] {
  const call = (scopes: RequestScopes, values: readonly unknown[]): unknown => {
    if (scopes.faults.length > 0) throw new RequestValidationError(scopes.faults);
    const result = method.apply(controller.value, values as unknown[]);
    if (scopes.functionScope === 'empty') return result;
    return result instanceof Promise
      ? result.then((settled) => withinScope(scopes, settled))
      : withinScope(scopes, result);
  };
  const readAsynchronous = compileReading(readers, maxErrors);
  const finish = (scopes: RequestScopes, request: RequestInput, context: RequestContext): unknown => {
    const { faults, values } = scopes;
    const inputs = asynchronous
      ? readAsynchronous(request, context, faults, values)
      : readers.map((read) => read(request, context, faults, values));
    return inputs instanceof Promise ? inputs.then((settled) => call(scopes, settled)) : call(scopes, inputs);
  };
  const resolve = (
    scopes: RequestScopes,
    request: RequestInput,
    context: RequestContext,
    from: number,
  ): unknown => {
    for (let at = from; ; at += 1) {
      const step = steps[at];
      if (step === undefined) return finish(scopes, request, context);
      const next = (): unknown => {
        const value = scopes.values[at];
        if (step.provides === undefined || value === SKIPPED)
          return resolve(scopes, request, context, at + 1);
        scopes.provide(step.provides, value);
        return step.provides.run(value, () => resolve(scopes, request, context, at + 1));
      };
      const pending = step.resolve(scopes, request, context);
      if (pending !== undefined) return pending.then(next);
      if (step.provides !== undefined) return next();
    }
  };
  return (request, context, scopes) => {
    if (scopes === undefined) throw new Error('a route with dependencies was called without scopes');
    return resolve(scopes, request, context, 0);
  };
}

function withinScope(scopes: RequestScopes, result: unknown): unknown {
  return isIterator(result) ? withinFunctionScope(result, scopes) : result;
}
