import type { ErrorDetail } from '../errors/request-validation-error.js';
import type { ContextStorage } from '../metadata/dependency.js';
import { unwind, type Failure, type OpenDependency, type Report } from './unwind.js';

type Outcome = Failure | undefined;

/**
 * The dependencies of one request: their values, and the clean-ups of its two scopes.
 *
 * | Event                                  | What runs, in this order                                                   |
 * | -------------------------------------- | -------------------------------------------------------------------------- |
 * | handler returned, response made        | `closeFunctionScope()`: function scope; its error is one of the handler    |
 * | the method's last item, or its end     | the same, by the iteration that the plan wraps                             |
 * | error before the head is sent          | `failInto(error)`: function scope, request scope; what results is answered |
 * | error in mid-stream                    | function scope by the iteration; then, once the response has ended,        |
 * |                                        | `closeRequestScope({ error })`                                             |
 * | last byte, client gone, server closing | source stopped (function scope with it), tasks, `closeRequestScope()`      |
 *
 * Inside a scope the last one that was opened is the first that ends. The function scope goes before the request scope,
 * which never depends on it. Each clean-up runs once: who closes takes the list. Clean-ups run one after another, also
 * when a scope is closed while another one still is. All is synchronous while the dependencies are.
 */
export class RequestScopes {
  /** By the plan's numbers. */
  readonly values: unknown[] = [];
  /** Faults of the inputs of dependencies and handler, for one 422. */
  readonly faults: ErrorDetail[] = [];
  readonly #report: Report;
  #function: OpenDependency[] | undefined;
  #request: OpenDependency[] | undefined;
  #contexts: (readonly [storage: ContextStorage<unknown>, value: unknown])[] | undefined;
  #closing: Promise<unknown> | undefined;

  /** @param report Gets errors of clean-ups that are not thrown, and those that another error takes the place of. */
  constructor(report: Report) {
    this.#report = report;
  }

  /** Keeps a dependency that has yielded, for its clean-up. */
  open(scope: 'function' | 'request', dependency: OpenDependency): void {
    if (scope === 'function') (this.#function ??= []).push(dependency);
    else (this.#request ??= []).push(dependency);
  }

  /** Keeps a value for `run`. */
  provide(storage: ContextStorage<unknown>, value: unknown): void {
    (this.#contexts ??= []).push([storage, value]);
  }

  /** Whether a dependency provides a context: what runs later for this request then belongs into {@link run}. */
  get hasContext(): boolean {
    return this.#contexts !== undefined;
  }

  /** Whether something waits for its clean-up. */
  get isOpen(): boolean {
    const held = (this.#function?.length ?? 0) + (this.#request?.length ?? 0);
    return held > 0 || this.#closing !== undefined;
  }

  /** What is open of function scope: nothing, what ends synchronously, or what may not. */
  get functionScope(): 'empty' | 'synchronous' | 'asynchronous' {
    if (this.#function === undefined) return 'empty';
    const synchronous = this.#function.every(({ generator }) => Symbol.iterator in generator);
    return synchronous ? 'synchronous' : 'asynchronous';
  }

  /** Calls inside of all contexts that dependencies provide. */
  run<Result>(callback: () => Result): Result {
    let enter = callback;
    for (const [storage, value] of this.#contexts?.toReversed() ?? []) {
      const inner = enter;
      enter = () => storage.run(value, inner);
    }
    return enter();
  }

  /**
   * Ends the function scope.
   *
   * @param failure Error that ended the call or the iteration; it is thrown into the dependencies.
   * @throws What results: the failure, or what a clean-up threw. By the promise, where a clean-up is asynchronous.
   */
  closeFunctionScope(failure?: Failure): void | Promise<void> {
    const outcome = this.#unwind(failure, false);
    return outcome instanceof Promise ? outcome.then(raise) : raise(outcome);
  }

  /**
   * Throws an error into all that is open, and ends it.
   *
   * @throws What results: the same error, or the one that a dependency threw in its place. By the promise, where a
   * clean-up is asynchronous.
   */
  failInto(error: unknown): Promise<never> {
    const fail = (outcome: Outcome): never => {
      throw outcome === undefined ? error : outcome.error;
    };
    const outcome = this.#unwind({ error }, true);
    return outcome instanceof Promise ? outcome.then(fail) : fail(outcome);
  }

  /**
   * Ends all that is open, once the response has ended and the tasks have run. Never fails: errors are reported.
   *
   * @param failure Error that broke the response off, already logged; it is thrown into the dependencies.
   */
  closeRequestScope(failure?: Failure): void | Promise<void> {
    const settle = (outcome: Outcome): void => {
      if (outcome !== undefined && outcome.error !== failure?.error) {
        this.#report(outcome.error, 'the clean-up of a dependency failed');
      }
    };
    const outcome = this.#unwind(failure, true);
    return outcome instanceof Promise ? outcome.then(settle) : settle(outcome);
  }

  #unwind(failure: Outcome, all: boolean): Outcome | Promise<Outcome> {
    const closing = this.#closing;
    if (closing !== undefined) return closing.then(() => this.#unwind(failure, all));
    const inner = this.#function ?? NOTHING;
    const outer = all ? (this.#request ?? NOTHING) : NOTHING;
    if (inner.length === 0 && outer.length === 0) return failure;
    this.#function = undefined;
    if (all) this.#request = undefined;
    const outcome = this.run(() => unwind([...outer, ...inner], failure, this.#report));
    if (outcome instanceof Promise) {
      this.#closing = outcome;
      return outcome.finally(() => (this.#closing = undefined));
    }
    return outcome;
  }
}

const NOTHING: readonly OpenDependency[] = [];

function raise(outcome: Outcome): void {
  if (outcome !== undefined) throw outcome.error;
}
