import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { buildPackages } from '../compilers/build-packages.js';
import { runCommand } from './run-command.js';

const root = path.join(__dirname, '..', '..');

interface Manifest {
  readonly private?: boolean;
  readonly scripts: Readonly<Record<string, string>>;
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Manifest;
}

/** Builds and packs each package that gets published, into a folder. */
export async function packPackages(folder: string): Promise<void> {
  const packages = readdirSync(path.join(root, 'packages'))
    .map((name) => path.join(root, 'packages', name))
    .filter((each) => existsSync(path.join(each, 'package.json')) && readManifest(each).private !== true);
  const builds = packages.map((each) => path.join(each, 'tsconfig.build.json')).filter(existsSync);
  await buildPackages(builds);
  // The version that the set-up uses.
  const [pnpm] = /pnpm@\d+\.\d+\.\d+/.exec(readManifest(root).scripts.setup!) as unknown as [string];
  for (const each of packages) {
    await runCommand('npx', ['--yes', '--prefer-offline', pnpm, 'pack', '--pack-destination', folder], {
      cwd: each,
    });
  }
}
