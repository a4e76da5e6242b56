import type { RequestScopes } from '../dependencies/request-scopes.js';

type Step = IteratorResult<unknown, unknown>;
type Yielding = IterableIterator<unknown> | AsyncIterableIterator<unknown>;

/**
 * What a method yields, with the function scope around it: for such a method "the handler runs" means to the end of the
 * iteration, so the scope ends with that, and an error of it is thrown into the scope.
 *
 * Stays synchronous where the method and the clean-ups are.
 */
export function withinFunctionScope(iterator: Yielding, scopes: RequestScopes): Yielding {
  return !(Symbol.asyncIterator in iterator) && scopes.functionScope === 'synchronous'
    ? new SynchronousIteration(iterator, scopes)
    : new AsynchronousIteration(iterator, scopes);
}

class SynchronousIteration implements IterableIterator<unknown> {
  readonly #iterator: Iterator<unknown>;
  readonly #scopes: RequestScopes;

  constructor(iterator: Iterator<unknown>, scopes: RequestScopes) {
    this.#iterator = iterator;
    this.#scopes = scopes;
  }

  [Symbol.iterator](): this {
    return this;
  }

  next(): Step {
    return this.#within(() => this.#iterator.next());
  }

  return(value?: unknown): Step {
    return this.#within(() => this.#iterator.return?.(value) ?? { done: true, value });
  }

  #within(pull: () => Step): Step {
    let step: Step;
    try {
      step = pull();
    } catch (error) {
      void this.#scopes.closeFunctionScope({ error });
      throw error;
    }
    if (step.done === true) void this.#scopes.closeFunctionScope();
    return step;
  }
}

class AsynchronousIteration implements AsyncIterableIterator<unknown> {
  readonly #iterator: Iterator<unknown> | AsyncIterator<unknown>;
  readonly #scopes: RequestScopes;

  constructor(iterator: Iterator<unknown> | AsyncIterator<unknown>, scopes: RequestScopes) {
    this.#iterator = iterator;
    this.#scopes = scopes;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<Step> {
    return this.#within(() => this.#iterator.next());
  }

  return(value?: unknown): Promise<Step> {
    return this.#within(() => this.#iterator.return?.(value) ?? { done: true, value });
  }

  async #within(pull: () => Step | Promise<Step>): Promise<Step> {
    let step: Step;
    try {
      step = await pull();
    } catch (error) {
      await this.#scopes.closeFunctionScope({ error });
      throw error;
    }
    if (step.done === true) await this.#scopes.closeFunctionScope();
    return step;
  }
}
