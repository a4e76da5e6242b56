import path from 'node:path';

import { runNode } from './run-node.js';

/** Builds the packages as they are published, where their sources are newer than what was built: tsc decides. */
export async function buildPackages(): Promise<void> {
  const root = path.join(__dirname, '..', '..');
  const tsc = require.resolve('typescript/bin/tsc');
  await runNode([tsc, '-b', 'packages/fastify-adapter/tsconfig.build.json'], root);
}
