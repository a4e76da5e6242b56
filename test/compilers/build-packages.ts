import { mkdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { runNode } from './run-node.js';

const root = path.join(__dirname, '..', '..');
/** There while somebody builds: test files run side by side, and one must not read what another one writes. */
const lock = path.join(root, 'node_modules', '.sluice-build');
/** A lock that is older is that of a process which was killed, in milliseconds. */
const STALE = 240_000;

/** Builds packages as they are published, where their sources are newer than what was built: tsc decides. */
export async function buildPackages(
  projects: readonly string[] = ['packages/fastify-adapter/tsconfig.build.json'],
): Promise<void> {
  for (;;) {
    const taken = await mkdir(lock).then(
      () => undefined,
      (error: unknown) => error as NodeJS.ErrnoException,
    );
    if (taken === undefined) break;
    if (taken.code !== 'EEXIST') throw taken;
    const since = await stat(lock).then(
      ({ mtimeMs }) => mtimeMs,
      () => Date.now(),
    );
    if (Date.now() - since > STALE) await rm(lock, { recursive: true, force: true });
    await wait(50);
  }
  try {
    await runNode([require.resolve('typescript/bin/tsc'), '-b', ...projects], root);
  } finally {
    await rm(lock, { recursive: true, force: true });
  }
}
