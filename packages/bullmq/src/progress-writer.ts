import type { StoredProgress, TaskJob } from './job-info.js';

/** Writes the progress of one attempt: one write at a time, the latest only. */
export class ProgressWriter {
  readonly #job: TaskJob;
  readonly #onError: (error: unknown) => void;
  #next: StoredProgress | undefined;
  #writing: Promise<void> | undefined;

  constructor(job: TaskJob, onError: (error: unknown) => void) {
    this.#job = job;
    this.#onError = onError;
  }

  write(value: unknown): void {
    this.#next = { value };
    this.#writing ??= this.#work();
  }

  /** Waits until the latest is written. */
  async flush(): Promise<void> {
    await this.#writing;
  }

  async #work(): Promise<void> {
    for (let next = this.#take(); next !== undefined; next = this.#take()) {
      try {
        await this.#job.updateProgress(next);
      } catch (error) {
        this.#onError(error);
      }
    }
    this.#writing = undefined;
  }

  #take(): StoredProgress | undefined {
    const next = this.#next;
    this.#next = undefined;
    return next;
  }
}
