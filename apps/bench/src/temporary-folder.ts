import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * Has a new folder filled, runs with it, and removes it, also where something throws or the terminal breaks the run off.
 *
 * @param fill Without it there is no folder, and the empty string stands for it.
 */
export async function inTemporaryFolder(
  fill: ((folder: string) => Promise<void>) | undefined,
  run: (folder: string) => Promise<void>,
): Promise<void> {
  if (fill === undefined) {
    await run('');
    return;
  }
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-bench-'));
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true });
  };
  const breakOff = (): never => process.exit(130);
  process.once('exit', remove);
  process.once('SIGINT', breakOff);
  process.once('SIGTERM', breakOff);
  try {
    await fill(folder);
    await run(folder);
  } finally {
    process.off('exit', remove);
    process.off('SIGINT', breakOff);
    process.off('SIGTERM', breakOff);
    remove();
  }
}
