import { parseArgs } from 'node:util';

import { isPackageManager, packageManagers, type PackageManagerName } from './package-managers.js';
import { UserError } from './user-error.js';

/** What the command line says; what it does not say is asked, or has a default. */
export interface Arguments {
  readonly folder: string | undefined;
  readonly packageManager: PackageManagerName | undefined;
  /** Names as they were given, not checked yet. */
  readonly examples: readonly string[] | undefined;
  /** Whether nothing is asked. */
  readonly yes: boolean;
  readonly help: boolean;
  readonly version: boolean;
}

export const USAGE = `Makes a new service on Sluice in a new folder.

  npm create sluice@latest my-service

  npm create sluice@latest my-service -- --package-manager pnpm --examples items,live

Options
  --package-manager <name>   npm, pnpm or yarn; by default the one that runs this
  --examples <names>         which examples of the demo to keep, with commas between them; all, or none
  --yes                      asks nothing, and takes the defaults: the examples are items and what these need
  --help                     this text
  --version                  the version of create-sluice
`;

/**
 * Reads the command line.
 *
 * @throws UserError about what it does not know.
 */
export function readArguments(args: readonly string[]): Arguments {
  const { values, positionals } = parse(args);
  if (positionals.length > 1) {
    throw new UserError(
      `one folder is made, and ${positionals.length} were given: ${positionals.join(', ')}`,
    );
  }
  const { 'package-manager': manager, examples, yes = false, help = false, version = false } = values;
  if (manager !== undefined && !isPackageManager(manager)) {
    throw new UserError(
      `--package-manager ${manager}: it is one of ${Object.keys(packageManagers).join(', ')}`,
    );
  }
  return {
    folder: positionals[0],
    packageManager: manager,
    examples: examples?.split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()])),
    yes,
    help,
    version,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        'package-manager': { type: 'string' },
        examples: { type: 'string' },
        yes: { type: 'boolean', short: 'y' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UserError(`${(error as Error).message}\n\n${USAGE}`);
  }
}
