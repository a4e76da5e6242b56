import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import { ClassicLevel } from 'classic-level';

import { TaskQueueError, type TaskQueueCode } from '../task-queue-error.js';
import { FolderLease } from './folder-lease.js';
import { isError } from '../to-error.js';
import type { StoreChange, TaskStore } from './task-store.js';

type Level = ClassicLevel;

/** How many entries are read at a time. */
const BATCH = 1000;

/** Keeps tasks in a folder, by LevelDB, which locks it for this process. */
export class LevelStore implements TaskStore {
  readonly #folder: string;
  #opened: Level | undefined;
  #lease: FolderLease | undefined;

  constructor(folder: string) {
    this.#folder = path.resolve(folder);
  }

  async open(): Promise<void> {
    try {
      await mkdir(this.#folder, { recursive: true });
      this.#lease = await FolderLease.take(this.#folder);
      if (this.#lease === undefined) throw new TaskQueueError(LOCKED[0], toMessage(this.#folder, LOCKED));
      await this.#openLevel();
    } catch (error) {
      this.#lease?.end();
      throw toOpenError(this.#folder, error);
    }
  }

  async *entries(prefix: string): AsyncGenerator<readonly [string, string]> {
    // '~' comes after all letters that keys are made of.
    const iterator = this.#level.iterator({ gte: prefix, lt: `${prefix}~` });
    try {
      for (;;) {
        const batch = await iterator.nextv(BATCH);
        if (batch.length === 0) return;
        yield* batch;
      }
    } catch (error) {
      throw toOpenError(this.#folder, error);
    } finally {
      await iterator.close();
    }
  }

  async get(key: string): Promise<string | undefined> {
    return this.#level.get(key);
  }

  async write(changes: readonly StoreChange[], durable: boolean): Promise<void> {
    await this.#level.batch(
      changes.map(({ key, value }) =>
        value === undefined ? { type: 'del', key } : { type: 'put', key, value },
      ),
      { sync: durable },
    );
  }

  /**
   * After a failed write the end of LevelDB's log may be half a record, after which nothing is found again, and it refuses
   * further writes. Opening reads the log to that point, and begins a new one.
   */
  async reopen(): Promise<void> {
    await this.#opened?.close();
    try {
      await this.#openLevel();
    } catch (error) {
      throw toOpenError(this.#folder, error);
    }
  }

  async close(): Promise<void> {
    await this.#opened?.close();
    this.#lease?.end();
  }

  get #level(): Level {
    if (this.#opened === undefined) throw new Error('the store is not open');
    return this.#opened;
  }

  async #openLevel(): Promise<void> {
    // It opens itself soon after it was made, so it is not made before the folder is known to be free.
    this.#opened = new ClassicLevel(this.#folder, { keyEncoding: 'utf8', valueEncoding: 'utf8' });
    await this.#opened.open();
  }
}

function toOpenError(folder: string, error: unknown): TaskQueueError {
  if (error instanceof TaskQueueError) return error;
  const explanation = explain(deepest(error));
  return new TaskQueueError(explanation[0], toMessage(folder, explanation), { cause: error });
}

type Explanation = readonly [code: TaskQueueCode, problem: string, fix: string];

function toMessage(folder: string, [, problem, fix]: Explanation): string {
  return `${folder} → ${problem} → ${fix}`;
}

const LOCKED: Explanation = [
  'QUEUE_LOCKED',
  'a queue is open there, in this process or in another one',
  'give each process a folder of its own; @sluice/bullmq is for several processes with one queue',
];

function explain(error: Error & { code?: unknown }): Explanation {
  const { code, message } = error;
  if (code === 'LEVEL_LOCKED') return LOCKED;
  if (code === 'LEVEL_CORRUPTION' || /^Corruption|MANIFEST-\d+: No such file/i.test(message)) {
    return [
      'QUEUE_CORRUPT',
      `what is stored there cannot be read: ${message}`,
      'copy the folder, then repair it with ClassicLevel.repair(folder) of classic-level, or put a backup in its place',
    ];
  }
  return [
    'QUEUE_FOLDER_UNUSABLE',
    `it cannot be made, read or written: ${message}`,
    'give a folder that this process may write, on a local disk with room',
  ];
}

/** abstract-level puts what LevelDB said into the cause of its own error. */
function deepest(error: unknown): Error & { code?: unknown } {
  if (!isError(error)) return new Error(String(error));
  return isError(error.cause) ? deepest(error.cause) : error;
}
