import type { TaskInfo, TaskWatch } from './task-queue.js';
import { toError } from './to-error.js';

/** Who watches which task. */
export class Watches {
  readonly #byId = new Map<string, Set<Watch>>();

  /** Whether somebody watches a task. */
  has(id: string): boolean {
    return this.#byId.has(id);
  }

  /** The ids of tasks that somebody watches. */
  get ids(): string[] {
    return [...this.#byId.keys()];
  }

  /** @param read Gives what is known at first; undefined where none of this id is stored. */
  open(id: string, read: () => Promise<TaskInfo | undefined>, signal: AbortSignal | undefined): TaskWatch {
    const watch = new Watch(signal, () => {
      const watching = this.#byId.get(id);
      watching?.delete(watch);
      if (watching?.size === 0) this.#byId.delete(id);
    });
    const watching = this.#byId.get(id) ?? new Set();
    this.#byId.set(id, watching.add(watch));
    watch.start(read);
    return watch;
  }

  /** Tells those who watch a task. */
  tell(info: TaskInfo): void {
    for (const watch of this.#byId.get(info.id) ?? []) watch.push(info);
  }

  /** Ends those who watch a task that is gone, or whatever task. */
  end(id?: string): void {
    const ended = id === undefined ? [...this.#byId.values()] : [this.#byId.get(id) ?? []];
    for (const watch of ended.flatMap((watching) => [...watching])) watch.end();
  }
}

type Reader = (result: IteratorResult<TaskInfo>) => void;
const DONE: IteratorResult<TaskInfo> = { done: true, value: undefined };

/**
 * The changes of one task. No generator: one that waits cannot be ended from outside.
 */
class Watch implements TaskWatch {
  readonly #signal: AbortSignal | undefined;
  readonly #onEnd: () => void;
  readonly #readers: Reader[] = [];
  /** The latest that nobody has taken yet. */
  #latest: TaskInfo | undefined;
  #told = false;
  #ended = false;
  #failure: { readonly error: Error } | undefined;
  readonly #end = (): void => {
    this.#latest = undefined;
    this.end();
  };

  constructor(signal: AbortSignal | undefined, onEnd: () => void) {
    this.#signal = signal;
    this.#onEnd = onEnd;
  }

  start(read: () => Promise<TaskInfo | undefined>): void {
    if (this.#signal?.aborted === true) {
      this.end();
      return;
    }
    this.#signal?.addEventListener('abort', this.#end, { once: true });
    read().then(
      (info) => {
        if (info === undefined) this.end();
        // What came while it was read is newer.
        else if (!this.#told) this.push(info);
      },
      (error: unknown) => {
        this.#failure = { error: toError(error, 'the queue') };
        this.end();
      },
    );
  }

  push(info: TaskInfo): void {
    if (this.#ended) return;
    this.#told = true;
    const reader = this.#readers.shift();
    if (reader === undefined) this.#latest = info;
    else reader({ done: false, value: info });
    if (info.state === 'done' || info.state === 'dead') this.end();
  }

  /** Ends it once the latest was taken. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#signal?.removeEventListener('abort', this.#end);
    this.#onEnd();
    for (const reader of this.#readers.splice(0)) reader(DONE);
  }

  async next(): Promise<IteratorResult<TaskInfo>> {
    const latest = this.#latest;
    if (latest !== undefined) {
      this.#latest = undefined;
      return { done: false, value: latest };
    }
    if (this.#ended) return this.#finish();
    const result = await new Promise<IteratorResult<TaskInfo>>((resolve) => this.#readers.push(resolve));
    return result.done === true ? this.#finish() : result;
  }

  async return(): Promise<IteratorResult<TaskInfo>> {
    this.#end();
    return DONE;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** An error of the reading is told once. */
  #finish(): IteratorResult<TaskInfo> {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure.error;
    return DONE;
  }
}
