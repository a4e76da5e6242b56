import { ResponseError } from '../errors/response-error.js';
import { isGenerator, isGeneratorFunction } from '../values/generators.js';
import { checkTaskOptions, type TaskOptions } from './task-options.js';

/**
 * One piece of work for after the response, given to a response as its `background`.
 *
 * ```ts
 * return new JSONResponse({ ok: true }, { background: new BackgroundTask(sendMail, address) });
 * ```
 *
 * @throws ResponseError TASK_INVALID when `fn` is not a function, or one that yields.
 */
export class BackgroundTask<Args extends readonly unknown[] = readonly unknown[]> {
  readonly options: TaskOptions;
  readonly #fn: (...args: readonly unknown[]) => unknown;
  readonly #args: readonly unknown[];

  constructor(fn: (...args: Args) => unknown, ...args: Args) {
    if (typeof fn !== 'function') {
      throw new ResponseError(
        'TASK_INVALID',
        `a background task is a function, not ${typeof fn}; give the function itself, not the result of a call.`,
      );
    }
    if (isGeneratorFunction(fn)) throw yieldsError(fn.name === '' ? 'anonymous' : fn.name);
    this.options = NO_OPTIONS;
    this.#fn = fn as (...args: readonly unknown[]) => unknown;
    this.#args = args;
  }

  /** Name of the function, for logs. */
  get name(): string {
    return this.#fn.name === '' ? 'anonymous' : this.#fn.name;
  }

  /** How many arguments it runs with, without its signal. */
  get argumentCount(): number {
    return this.#args.length;
  }

  /**
   * The same work, run in another way.
   *
   * @throws ResponseError TASK_INVALID when the timeout is no number of milliseconds.
   */
  with(options: TaskOptions): BackgroundTask<Args> {
    const task = new BackgroundTask<Args>(this.#fn, ...(this.#args as Args));
    return Object.assign(task, { options: { ...this.options, ...checkTaskOptions(options) } });
  }

  /**
   * Calls the function, and gives what it gives; what it throws or rejects with is the caller's.
   *
   * @throws ResponseError TASK_INVALID when the function gives a generator.
   * @param signal Given to the function where the options say so.
   */
  run(signal?: AbortSignal): unknown {
    const result =
      this.options.signal === true
        ? this.#fn(...this.#args, signal ?? new AbortController().signal)
        : this.#fn(...this.#args);
    if (isGenerator(result)) throw yieldsError(this.name);
    return result;
  }
}

function yieldsError(name: string): ResponseError {
  return new ResponseError(
    'TASK_INVALID',
    `the background task ${name} gives a generator, and nobody would ask for what it yields; give a function that does its work by itself.`,
  );
}

const NO_OPTIONS: TaskOptions = Object.freeze({});
