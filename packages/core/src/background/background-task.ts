import { ResponseError } from '../errors/response-error.js';

/** A function that runs after the response; it may be asynchronous. */
export type TaskFunction<Args extends readonly unknown[] = never[]> = (...args: Args) => unknown;

/**
 * One piece of work for after the response, given to a response as its `background`.
 *
 * ```ts
 * return new JSONResponse({ ok: true }, { background: new BackgroundTask(sendMail, address) });
 * ```
 *
 * @throws ResponseError TASK_INVALID when `fn` is not a function.
 */
export class BackgroundTask {
  /** Name of the function, for logs. */
  readonly name: string;
  /** How many arguments it runs with. */
  readonly argumentCount: number;
  readonly #run: () => unknown;

  constructor(fn: () => unknown);
  constructor(fn: TaskFunction, ...args: unknown[]);
  constructor(fn: (...args: never[]) => unknown, ...args: unknown[]) {
    if (typeof fn !== 'function') {
      throw new ResponseError(
        'TASK_INVALID',
        `a background task is a function, not ${typeof fn}; give the function itself, not the result of a call.`,
      );
    }
    this.name = fn.name === '' ? 'anonymous' : fn.name;
    this.argumentCount = args.length;
    this.#run = () => fn(...(args as never[]));
  }

  /** Runs the function; what it throws or rejects with is the caller's. */
  async run(): Promise<void> {
    await this.#run();
  }
}
