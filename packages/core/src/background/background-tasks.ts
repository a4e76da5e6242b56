import { BackgroundTask } from './background-task.js';

const BACKGROUND_TASKS = Symbol.for('sluice.background-tasks');

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

  /** Whether a type is this class, of any copy of this package. */
  static isType(type: unknown): boolean {
    if (typeof type !== 'function') return false;
    const { prototype } = type as { prototype: unknown };
    return typeof prototype === 'object' && prototype !== null && Object.hasOwn(prototype, BACKGROUND_TASKS);
  }

  /** How many tasks it holds. */
  get size(): number {
    return this.#tasks.length;
  }

  [Symbol.iterator](): IterableIterator<BackgroundTask> {
    return this.#tasks[Symbol.iterator]();
  }
}

Object.defineProperty(BackgroundTasks.prototype, BACKGROUND_TASKS, { value: true });

/** What a response takes as its `background`: one task, or several in their order. */
export type Background = BackgroundTask | BackgroundTasks | readonly BackgroundTask[];

/** The tasks of a `background`, in their order. */
export function* eachTask(background: Background | undefined): Generator<BackgroundTask> {
  if (background === undefined) return;
  if (Symbol.iterator in background) yield* background;
  else yield background;
}
