import { ResponseError } from '../errors/response-error.js';
import { BackgroundTask } from './background-task.js';
import { checkTaskOptions, type TaskOptions } from './task-options.js';

const BACKGROUND_TASKS = Symbol.for('sluice.background-tasks');

/** Adds tasks that are run in a certain way. */
export interface TaskAdder<Given extends readonly unknown[]> {
  /**
   * Adds a call of `fn` with `args`, after which it gets its `AbortSignal` where the options say so.
   *
   * @throws ResponseError TASK_INVALID when `fn` is not a function, TASK_TOO_LATE when the tasks have run.
   */
  addTask<Args extends readonly unknown[]>(
    fn: (...args: [...Args, ...Given]) => unknown,
    ...args: Args
  ): void;
}

/**
 * Work that runs after the response was sent, in the order it was added.
 *
 * A parameter of this type is one list for the whole request: the handler and what it depends on add to the same one.
 *
 * ```ts
 * @Post('/')
 * create(@Body() item: CreateItem, tasks: BackgroundTasks) {
 *   tasks.addTask(notify, item.name);
 *   tasks.with({ timeout: 5000, signal: true }).addTask((signal) => fetch(HOOK, { signal }));
 * }
 * ```
 *
 * Follows FastAPI's `BackgroundTasks`: an error in one task is logged and does not stop the next one.
 */
export class BackgroundTasks {
  #tasks: BackgroundTask[] | undefined;
  #ended: { readonly reason: string; readonly forDetached: boolean } | undefined;

  /** @throws ResponseError TASK_INVALID when one of `tasks` is no task. */
  constructor(tasks?: Iterable<BackgroundTask>) {
    if (tasks !== undefined) this.#tasks = Array.from(tasks, (task) => checkTask(task));
  }

  /**
   * Adds a call of `fn` with `args`.
   *
   * @throws ResponseError TASK_INVALID when `fn` is not a function, TASK_TOO_LATE when the tasks have run.
   */
  addTask<Args extends readonly unknown[]>(fn: (...args: Args) => unknown, ...args: Args): void {
    this.#add(new BackgroundTask(fn, ...args));
  }

  /**
   * Adds tasks to the same list that are run in another way: `tasks.with({ detached: true }).addTask(resize, file)`.
   *
   * @throws ResponseError TASK_INVALID when the timeout is no number of milliseconds.
   */
  with<Options extends TaskOptions>(
    options: Options,
  ): TaskAdder<Options['signal'] extends true ? [signal: AbortSignal] : []> {
    checkTaskOptions(options);
    return {
      addTask: (fn: (...args: never[]) => unknown, ...args: readonly unknown[]) => {
        this.#add(new BackgroundTask(fn as (...args: readonly unknown[]) => unknown, ...args).with(options));
      },
    };
  }

  /** Whether a type is this class, of any copy of this package. */
  static isType(type: unknown): boolean {
    if (typeof type !== 'function') return false;
    const { prototype } = type as { prototype: unknown };
    return typeof prototype === 'object' && prototype !== null && Object.hasOwn(prototype, BACKGROUND_TASKS);
  }

  /** How many tasks it holds. */
  get size(): number {
    return this.#tasks?.length ?? 0;
  }

  /** The task at a place, from 0; undefined where none is. */
  at(index: number): BackgroundTask | undefined {
    return this.#tasks?.[index];
  }

  /**
   * Refuses further tasks, which nobody would run; for who runs them.
   *
   * @param reason What has happened: `the tasks of this request have run`.
   * @param forDetached Whether detached tasks are refused too.
   */
  end(reason: string, forDetached = true): void {
    this.#ended = { reason, forDetached };
  }

  [Symbol.iterator](): IterableIterator<BackgroundTask> {
    return (this.#tasks ??= [])[Symbol.iterator]();
  }

  #add(task: BackgroundTask): void {
    const ended = this.#ended;
    if (ended !== undefined && (ended.forDetached || task.options.detached !== true)) {
      throw new ResponseError('TASK_TOO_LATE', `${task.name} was added when ${ended.reason}.`);
    }
    // Most have one: a list that grows has places for 17.
    if (this.#tasks === undefined) this.#tasks = [task];
    else this.#tasks.push(task);
  }
}

Object.defineProperty(BackgroundTasks.prototype, BACKGROUND_TASKS, { value: true });

/** What a response takes as its `background`: one task, or several in their order. */
export type Background = BackgroundTask | BackgroundTasks | readonly BackgroundTask[];

/**
 * Refuses what is no `background`, while the response can still be another one: its tasks are taken when it has ended, where
 * no error reaches anybody.
 *
 * @throws ResponseError TASK_INVALID
 */
export function checkBackground(background: Background): void {
  if (Array.isArray(background)) for (const task of background) checkTask(task);
  else if (!isTasks(background)) checkTask(background);
}

function checkTask<Task>(task: Task): Task {
  // By its shape: it may be of another copy of this package.
  const { run, options } = (task ?? {}) as { readonly run?: unknown; readonly options?: unknown };
  if (typeof run === 'function' && typeof options === 'object') return task;
  throw new ResponseError(
    'TASK_INVALID',
    `a background task is a BackgroundTask, not ${task === null ? 'null' : typeof task}; give new BackgroundTask(fn, …), or a list of such.`,
  );
}

/** Whether something is a list of tasks, of any copy of this package; such a list holds nothing else. */
function isTasks(background: unknown): boolean {
  return (background as { readonly [BACKGROUND_TASKS]?: unknown } | null)?.[BACKGROUND_TASKS] === true;
}

/** The tasks of a `background`, in their order. */
export function* eachTask(background: Background | undefined): Generator<BackgroundTask> {
  if (background === undefined) return;
  if (Symbol.iterator in background) yield* background;
  else yield background;
}
