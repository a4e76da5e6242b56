import type { ErrorDetail } from '../errors/request-validation-error.js';
import type { ParameterReader, RequestContext, RequestInput } from './route-plan.js';

/** Reads the parameters of one call: a promise where one of them is. */
type ReadParameters = (
  request: RequestInput,
  context: RequestContext,
  faults: ErrorDetail[],
  values: readonly unknown[],
) => unknown[] | Promise<unknown[]>;

/**
 * Compiles the reading of parameters of which some may give a promise. The faults stand in the order of the parameters,
 * whichever were found last.
 *
 * @param maxErrors How many faults are kept.
 */
export function compileReading(readers: readonly ParameterReader[], maxErrors: number): ReadParameters {
  return (request, context, faults, values) => {
    const own = readers.map((): ErrorDetail[] => []);
    const inputs = readers.map((read, at) => read(request, context, own[at] ?? faults, values));
    const finish = (settled: unknown[]): unknown[] => {
      for (const fault of own.flat())
        if (faults.length < maxErrors && isNew(fault, faults)) faults.push(fault);
      return settled;
    };
    return inputs.some((input) => input instanceof Promise)
      ? Promise.all(inputs).then(finish)
      : finish(inputs);
  };
}

/** The content type of the body is told once, however many parameters are read of it. */
function isNew({ type }: ErrorDetail, faults: readonly ErrorDetail[]): boolean {
  return type !== 'media_type' || !faults.some((other) => other.type === type);
}
