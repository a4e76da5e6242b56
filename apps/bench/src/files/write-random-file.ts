import { randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import path from 'node:path';

const BLOCK = 2 ** 20;

/**
 * Writes a file, and waits until the system has written it to the disk too, which it would else do during the first
 * rounds. No two blocks of it are alike: bytes in a wrong place change the checksum of the whole.
 */
export async function writeRandomFile(folder: string, name: string, size: number): Promise<void> {
  const file = await open(path.join(folder, name), 'wx');
  try {
    const block = randomBytes(BLOCK);
    for (let at = 0; at < size; at += BLOCK) {
      block.writeDoubleLE(at);
      await file.write(block, 0, Math.min(BLOCK, size - at));
    }
    await file.datasync();
  } finally {
    await file.close();
  }
}
