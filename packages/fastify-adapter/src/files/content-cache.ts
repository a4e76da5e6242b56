import { statSync, type Stats } from 'node:fs';

import { LRUCache } from 'lru-cache';

/** How much of the files' contents a server keeps. */
export interface FileCacheOptions {
  /** Bytes of contents that are kept at most, for all files together; what was not asked for longest goes first. */
  maxBytes: number;
  /** Bytes of the largest file that is kept. Default 65,536, the most that is read at once. */
  maxFileBytes?: number;
}

/** A file as it was when its content was read. */
export interface KeptFile {
  readonly stats: Stats;
  readonly content: Buffer;
}

/**
 * Milliseconds that a file must have been left alone for before its content is kept: two changes within one tick of the file
 * system's clock (up to 2 s on FAT) would have the same time, and the second would never be seen.
 */
const SETTLED_AFTER = 2000;

/** Bytes that an entry takes besides its content: its key and its stats, roughly. Empty files count too. */
const OVERHEAD = 1024;

/** Contents of files, each used only while a `stat` shows the very file that was read. */
export class ContentCache {
  /** Bytes of the largest file that is kept. */
  readonly maxFileBytes: number;
  readonly #kept: LRUCache<string, KeptFile>;

  constructor({ maxBytes, maxFileBytes = 64 * 1024 }: FileCacheOptions) {
    this.maxFileBytes = Math.min(maxFileBytes, maxBytes);
    this.#kept = new LRUCache({
      maxSize: maxBytes,
      sizeCalculation: ({ content }) => content.length + OVERHEAD,
    });
  }

  /**
   * The content of a file that is as it was when it was kept under this key. The look does not go through a thread: it takes
   * 3 µs of a file that was looked at before, and a thread 20.
   */
  find(filePath: string, key: string): KeptFile | undefined {
    const kept = this.#kept.get(key);
    if (kept === undefined) return undefined;
    const now = statOf(filePath);
    if (now !== undefined && isSameFile(kept.stats, now)) return kept;
    this.#kept.delete(key);
    return undefined;
  }

  /** Keeps the whole content of a file, which was read after `stats` were. */
  keep(key: string, stats: Stats, content: Buffer): void {
    const changed = Math.max(stats.mtimeMs, stats.ctimeMs);
    if (content.length > this.maxFileBytes || Date.now() - changed < SETTLED_AFTER) return;
    this.#kept.set(key, { stats, content });
  }
}

/** Undefined for a file that is not there any more: to say so is left to who opens it. */
function statOf(filePath: string): Stats | undefined {
  try {
    return statSync(filePath, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** The time of its last change is that of its permissions too. */
function isSameFile(before: Stats, now: Stats): boolean {
  return (
    before.ino === now.ino &&
    before.dev === now.dev &&
    before.size === now.size &&
    before.mtimeMs === now.mtimeMs &&
    before.ctimeMs === now.ctimeMs
  );
}
