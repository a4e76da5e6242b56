import type { StoreChange, TaskStore } from '../embedded/task-store.js';

/** Keeps tasks in memory, also when it is closed, so that a test can open a queue over it again. */
export class MemoryStore implements TaskStore {
  readonly #entries = new Map<string, string>();

  async open(): Promise<void> {
    // There is nothing to open.
  }

  async *entries(prefix: string): AsyncGenerator<readonly [string, string]> {
    const keys = [...this.#entries.keys()].filter((key) => key.startsWith(prefix)).sort();
    for (const key of keys) yield [key, this.#entries.get(key) ?? ''];
  }

  async get(key: string): Promise<string | undefined> {
    return this.#entries.get(key);
  }

  async write(changes: readonly StoreChange[]): Promise<void> {
    for (const { key, value } of changes) {
      if (value === undefined) this.#entries.delete(key);
      else this.#entries.set(key, value);
    }
  }

  async reopen(): Promise<void> {
    // It does not break.
  }

  async close(): Promise<void> {
    // What is kept stays.
  }
}
