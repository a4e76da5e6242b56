import { TaskQueueError } from '../task-queue-error.js';
import type { TaskLog } from '../task-log.js';
import { isError, toError } from '../to-error.js';
import type { StoreChange, TaskStore } from './task-store.js';

/** One write of several callers. */
interface Group {
  readonly changes: StoreChange[];
  readonly undo: StoreChange[];
  durable: boolean;
  readonly written: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** How long it waits before it tries again to write what could not be written, in milliseconds. */
const RETRY_AFTER = 1000;

/**
 * Writes the changes of a queue one group after the other: what is asked for while a group is on its way to the disk becomes
 * the next one, so that a hundred tasks that come together wait for one fsync and not for a hundred.
 */
export class StoreWriter {
  readonly #store: TaskStore;
  readonly #log: TaskLog;
  #next: Group | undefined;
  #working: Promise<void> | undefined;
  /** What the store has to be told before anything else, since it could not be written, or may have been and is not to be. */
  readonly #owed = new Map<string, string | undefined>();
  #broken = false;
  #retry: NodeJS.Timeout | undefined;
  #closing = false;

  constructor(store: TaskStore, log: TaskLog) {
    this.#store = store;
    this.#log = log;
  }

  /**
   * Writes to the disk.
   *
   * @param undo What makes it unwritten; done where the write fails, since part of it may have got there.
   * @throws TaskQueueError QUEUE_WRITE_FAILED
   */
  async commit(changes: readonly StoreChange[], undo: readonly StoreChange[]): Promise<void> {
    const group = this.#join();
    group.changes.push(...changes);
    group.undo.push(...undo);
    group.durable = true;
    return group.written;
  }

  /** Writes what the queue goes on without: where it fails, it is written later. Never rejects. */
  note(changes: readonly StoreChange[]): Promise<void> {
    const group = this.#join();
    group.changes.push(...changes);
    // Also the way back, once it is in a group that failed: the queue has gone on.
    group.undo.push(...changes);
    return group.written.catch(() => undefined);
  }

  /** Waits until all is written; tries what is owed a last time, and says what is lost. */
  async close(): Promise<void> {
    this.#closing = true;
    clearTimeout(this.#retry);
    await this.#working;
    if (this.#owed.size === 0) return;
    try {
      await this.#write([], true);
    } catch (error) {
      this.#log.error(
        { err: error },
        `closing the queue: the last changes of ${String(this.#owed.size)} entries could not be written; the next start runs their tasks again`,
      );
    }
  }

  #join(): Group {
    this.#next ??= createGroup();
    this.#working ??= this.#work();
    return this.#next;
  }

  async #work(): Promise<void> {
    // Not before the caller has put its changes into the group, with those of the same turn.
    await Promise.resolve();
    for (let group = this.#take(); group !== undefined; group = this.#take()) {
      try {
        await this.#write(group.changes, group.durable);
        group.resolve();
      } catch (thrown) {
        const error = toError(thrown, 'the store');
        for (const { key, value } of group.undo) this.#owed.set(key, value);
        group.reject(
          new TaskQueueError(
            'QUEUE_WRITE_FAILED',
            `the store of the queue → ${causeOf(error)} → make room on its disk; nothing was stored`,
            { cause: error },
          ),
        );
        this.#writeOwedLater();
      }
    }
    this.#working = undefined;
  }

  #take(): Group | undefined {
    const group = this.#next;
    this.#next = undefined;
    return group;
  }

  async #write(changes: readonly StoreChange[], durable: boolean): Promise<void> {
    try {
      if (this.#broken) await this.#store.reopen();
      const owed = [...this.#owed].map(([key, value]) => (value === undefined ? { key } : { key, value }));
      await this.#store.write([...owed, ...changes], durable || owed.length > 0);
      this.#owed.clear();
      if (this.#broken) this.#log.info({}, 'the queue can store tasks again');
      this.#broken = false;
    } catch (error) {
      if (!this.#broken) this.#log.error({ err: error }, 'the queue cannot store tasks');
      this.#broken = true;
      throw error;
    }
  }

  /** Tries until there is nothing to be written any more. */
  #writeOwedLater(): void {
    if (this.#retry !== undefined || this.#closing) return;
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      // Where it fails, this is asked for again.
      if (this.#broken) void this.note([]);
    }, RETRY_AFTER).unref();
  }
}

function createGroup(): Group {
  let resolve!: () => void;
  let reject!: (error: Error) => void;
  const written = new Promise<void>((onWritten, onFailed) => {
    resolve = onWritten;
    reject = onFailed;
  });
  // Whoever joined hears of it; the rejection of a group of notes alone is nobody's.
  written.catch(() => undefined);
  return { changes: [], undo: [], durable: false, written, resolve, reject };
}

function causeOf(error: Error): string {
  return isError(error.cause) ? causeOf(error.cause) : error.message;
}
