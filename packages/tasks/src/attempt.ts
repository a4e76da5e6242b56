import { NoRetryError } from './no-retry-error.js';
import type { AnyTask, Task, TaskContext } from './task.js';
import { toError } from './to-error.js';
import { toJsonText } from './to-json-text.js';

/** What became of an attempt. */
export type AttemptOutcome =
  | { readonly kind: 'done' }
  /** @see retry False where another attempt cannot help. */
  | { readonly kind: 'failed'; readonly error: Error; readonly retry: boolean }
  /** The queue closed and waited no longer: it counts as none. */
  | { readonly kind: 'interrupted' };

/** What an attempt is made of. */
export interface AttemptInput {
  readonly task: AnyTask;
  readonly id: string;
  /** JSON. */
  readonly payload: string;
  /** From 1. */
  readonly attempt: number;
  readonly enqueuedAt: Date;
  /** @param progress JSON, parsed. */
  readonly onProgress: (progress: unknown) => void;
}

/** One run of a handler, with its time limit and its signal. */
export class Attempt {
  readonly name: string;
  readonly id: string;
  readonly outcome: Promise<AttemptOutcome>;
  readonly #controller = new AbortController();
  #interrupt!: () => void;
  #interrupted = false;
  #over = false;

  constructor(input: AttemptInput) {
    this.name = input.task.name;
    this.id = input.id;
    const interrupted = new Promise<AttemptOutcome>((resolve) => {
      this.#interrupt = () => {
        resolve({ kind: 'interrupted' });
      };
    });
    this.outcome = Promise.race([this.#run(input), interrupted]).finally(() => {
      this.#over = true;
    });
  }

  /** Fires its signal, since the queue closes. What it still comes to counts only if it is done. */
  abort(): void {
    this.#interrupted = true;
    this.#controller.abort(new DOMException('the queue closes and waits no longer', 'AbortError'));
  }

  /** Waits for it no longer. */
  giveUp(): void {
    this.#interrupt();
  }

  async #run(input: AttemptInput): Promise<AttemptOutcome> {
    let payload: unknown;
    try {
      payload = await input.task.readPayload(JSON.parse(input.payload), input.task.name);
    } catch (thrown) {
      // What does not fit its model now will not fit it later either.
      return { kind: 'failed', error: toError(thrown, this.name), retry: false };
    }
    let timer: NodeJS.Timeout | undefined;
    try {
      const work = this.#call(input, payload);
      await Promise.race([work, this.#whenTimeIsOver(input.task.timeout, (set) => (timer = set))]);
      return { kind: 'done' };
    } catch (thrown) {
      if (this.#interrupted) return { kind: 'interrupted' };
      return { kind: 'failed', error: toError(thrown, this.name), retry: !NoRetryError.is(thrown) };
    } finally {
      clearTimeout(timer);
    }
  }

  /** What the handler throws at once is a rejection too. */
  async #call({ task, attempt, enqueuedAt, onProgress }: AttemptInput, payload: unknown): Promise<void> {
    const { handler, name, attempts } = task as Task<unknown>;
    const context: TaskContext = {
      ...{ id: this.id, name, attempt, attempts, enqueuedAt },
      signal: this.#controller.signal,
      report: (progress) => {
        const text = toJsonText(progress, `the progress of ${name}`);
        // One that was given up and runs on has nothing to say: the next attempt may be running.
        if (!this.#over) onProgress(JSON.parse(text));
      },
    };
    await handler(payload, context);
  }

  #whenTimeIsOver(timeout: number | null, onTimer: (timer: NodeJS.Timeout) => void): Promise<never> {
    return new Promise((_resolve, reject) => {
      if (timeout === null) return;
      const end = (): void => {
        const said = `${this.name} did not end within ${timeout} ms`;
        reject(new TaskTimeoutError(said));
        this.#controller.abort(new DOMException(said, 'TimeoutError'));
      };
      onTimer(setTimeout(end, timeout));
    });
  }
}

/** An attempt took longer than the `timeout` of its task. */
class TaskTimeoutError extends Error {
  override readonly name = 'TaskTimeoutError';
}
