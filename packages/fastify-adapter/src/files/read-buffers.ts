/** Bytes that are read of a file at a time. */
export const READ_SIZE = 256 * 1024;

/** Buffers that are kept for the next read: 4 MiB in all. */
const MOST_KEPT = 16;

/**
 * Buffers for reading files, used again and again. A new one for each read made V8 collect its whole heap for every 64 MiB
 * that were sent, which took a third of the CPU time, and had the system clear the memory anew.
 */
export class ReadBuffers {
  readonly #kept: Buffer[] = [];

  take(): Buffer {
    return this.#kept.pop() ?? Buffer.allocUnsafeSlow(READ_SIZE);
  }

  /** Takes back a buffer whose bytes nobody reads any more. */
  giveBack(buffer: Buffer): void {
    if (this.#kept.length < MOST_KEPT) this.#kept.push(buffer);
  }
}
