import { BackgroundTask } from './background-task.js';

/**
 * Work that runs after the response was sent, in the order it was added.
 *
 * A parameter of this type is one list for the whole request: the handler and what it depends on add to the same one.
 *
 * ```ts
 * @Post('/')
 * create(@Body() item: CreateItem, tasks: BackgroundTasks) {
 *   tasks.addTask(notify, item.name);
 * }
 * ```
 *
 * Follows FastAPI's `BackgroundTasks`: an error in one task is logged and does not stop the next one.
 */
export class BackgroundTasks {
  readonly #tasks: BackgroundTask[];

  constructor(tasks: Iterable<BackgroundTask> = []) {
    this.#tasks = [...tasks];
  }

  /**
   * Adds a call of `fn` with `args`.
   *
   * @throws ResponseError TASK_INVALID when `fn` is not a function.
   */
  addTask<Args extends readonly unknown[]>(fn: (...args: Args) => unknown, ...args: Args): void {
    this.#tasks.push(new BackgroundTask(fn, ...args));
  }

  /** How many tasks it holds. */
  get size(): number {
    return this.#tasks.length;
  }

  [Symbol.iterator](): IterableIterator<BackgroundTask> {
    return this.#tasks[Symbol.iterator]();
  }
}

/** What a response takes as its `background`: one task, or several in their order. */
export type Background = BackgroundTask | BackgroundTasks | readonly BackgroundTask[];

/** The tasks of a `background`, in their order. */
export function* eachTask(background: Background | undefined): Generator<BackgroundTask> {
  if (background === undefined) return;
  if (Symbol.iterator in background) yield* background;
  else yield background;
}
