import { realpath } from 'node:fs/promises';

const OPEN_FOLDERS = Symbol.for('sluice.open-task-folders');
const shared: { [OPEN_FOLDERS]?: Set<string> } & typeof globalThis = globalThis;

/**
 * The folders that this process has open, whichever copy of this package opened them.
 *
 * LevelDB locks its folder against other processes. It refuses a second opening in one process too, but loses the lock by
 * it: it opens the file of the lock before it looks, and POSIX lets go of a lock when a process closes any of its
 * descriptors of the file. So LevelDB is not asked.
 */
export class FolderLease {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /** Gives undefined where the folder is open already. */
  static async take(folder: string): Promise<FolderLease | undefined> {
    const path = await realpath(folder);
    const open = shared[OPEN_FOLDERS] ?? new Set();
    shared[OPEN_FOLDERS] = open;
    if (open.has(path)) return undefined;
    open.add(path);
    return new FolderLease(path);
  }

  end(): void {
    shared[OPEN_FOLDERS]?.delete(this.#path);
  }
}
