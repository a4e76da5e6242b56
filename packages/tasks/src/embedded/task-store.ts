/** Something to store under a key, or, without a value, to remove. */
export interface StoreChange {
  readonly key: string;
  readonly value?: string;
}

/**
 * Where an embedded queue keeps its tasks: texts under keys, in the order of the keys.
 *
 * On disk it is LevelDB, in tests memory.
 */
export interface TaskStore {
  /** @throws TaskQueueError QUEUE_LOCKED, QUEUE_FOLDER_UNUSABLE, QUEUE_CORRUPT */
  open(): Promise<void>;
  /** Everything under keys that begin so. */
  entries(prefix: string): AsyncIterable<readonly [key: string, value: string]>;
  get(key: string): Promise<string | undefined>;
  /**
   * Writes all changes or none. Which of them it was is not known when it rejects: they may be there after `reopen`.
   *
   * @param durable Whether it is on the disk when the promise resolves; else it is with the system, which outlives the
   *   process, not a power cut.
   */
  write(changes: readonly StoreChange[], durable: boolean): Promise<void>;
  /** Makes a store that failed to write usable again. */
  reopen(): Promise<void>;
  close(): Promise<void>;
}
