import { HTTPException } from '../errors/http-exception.js';
import { ResponseError } from '../errors/response-error.js';
import { isGenerator } from '../values/generators.js';

/** A dependency that has yielded its value, and has its clean-up before it. */
export interface OpenDependency {
  readonly name: string;
  readonly generator: Iterator<unknown> | AsyncIterator<unknown>;
}

/** An error on its way through the open dependencies. A record, since a program may throw anything. */
export interface Failure {
  readonly error: unknown;
}

/** Gets the errors of clean-ups that nobody else gets. */
export type Report = (error: unknown, message: string) => void;

/** A generator that a function without `yield` returned: taken as a value, it would never begin, and never clean up. */
export function refuseGenerator<Value>(name: string, value: Value): Value {
  if (!isGenerator(value)) return value;
  throw new ResponseError(
    'DEPENDENCY_YIELD',
    `dependency ${name} returned a generator, which nobody opens; give the generator function itself, or say what is meant: dependency({}, fn, { yields: true }) takes what it yields, { yields: false } the generator as it is.`,
  );
}

type Result = Failure | undefined;
type Step = IteratorResult<unknown, unknown>;

/**
 * Ends open dependencies, last first, and empties the list. Synchronous while they are.
 *
 * Without a failure each goes on after its `yield`; with one, that is thrown there. What one of them throws is from then
 * on the failure, as in Python's `ExitStack`, which FastAPI uses: what it depended on has to know of it, to roll back. One
 * that catches the failure and ends as if nothing had been does not stop it.
 *
 * @returns The failure that results.
 */
export function unwind(
  open: OpenDependency[],
  failure: Failure | undefined,
  report: Report,
): Result | Promise<Result> {
  let current = failure;
  for (let last = open.pop(); last !== undefined; last = open.pop()) {
    const ended = end(last, current, report);
    if (ended instanceof Promise) return ended.then((next) => unwind(open, next, report));
    current = ended;
  }
  return current;
}

function end(one: OpenDependency, failure: Failure | undefined, report: Report): Result | Promise<Result> {
  try {
    const { generator } = one;
    const step = failure === undefined ? generator.next() : throwInto(generator, failure.error);
    if (!(step instanceof Promise)) return afterEnd(one, failure, step as Step, report);
    return step.then(
      (settled: Step) => afterEnd(one, failure, settled, report),
      (error: unknown) => afterError(one, failure, error, report),
    );
  } catch (error) {
    return afterError(one, failure, error, report);
  }
}

function throwInto(generator: OpenDependency['generator'], error: unknown): Step | Promise<Step> {
  // An iterator of somebody's own may have no `throw`.
  if (generator.throw === undefined) throw error;
  return generator.throw(error);
}

function afterEnd(
  one: OpenDependency,
  failure: Failure | undefined,
  step: Step,
  report: Report,
): Result | Promise<Result> {
  if (step.done === true) {
    if (failure !== undefined) {
      report(
        failure.error,
        `dependency ${one.name} caught this error and ended as if there had been none: the error goes on. Rethrow it there, or throw an HTTPException in its place`,
      );
    }
    return failure;
  }
  const error = yieldError(one.name, 'yielded a second time');
  if (failure !== undefined) report(error, `the clean-up of dependency ${one.name} failed`);
  return close(one, failure ?? { error }, report);
}

/** Closes a generator that stands at a second `yield`, so that its `finally` runs. */
function close(one: OpenDependency, failure: Failure, report: Report): Result | Promise<Result> {
  const fail = (error: unknown): Failure => {
    report(error, `the clean-up of dependency ${one.name} failed`);
    return failure;
  };
  try {
    const closed: unknown = one.generator.return?.();
    return closed instanceof Promise ? closed.then(() => failure, fail) : failure;
  } catch (error) {
    return fail(error);
  }
}

function afterError(
  one: OpenDependency,
  failure: Failure | undefined,
  error: unknown,
  report: Report,
): Result {
  if (failure?.error === error) return failure;
  // An HTTPException takes the place of another error on purpose; any other one would hide the cause.
  if (failure !== undefined && !HTTPException.is(error)) {
    report(failure.error, `the clean-up of dependency ${one.name} replaced this error by another one`);
  }
  return { error };
}

/** The value that a generator yielded first. @throws ResponseError DEPENDENCY_YIELD when it ended without one. */
export function readYielded(name: string, step: Step): unknown {
  if (step.done === true) throw yieldError(name, 'ended without a yield');
  return step.value;
}

function yieldError(name: string, what: string): ResponseError {
  return new ResponseError(
    'DEPENDENCY_YIELD',
    `dependency ${name} ${what}; it yields its value exactly once, and its clean-up comes after.`,
  );
}
