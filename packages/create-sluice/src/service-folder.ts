import { readdirSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import validatePackageName from 'validate-npm-package-name';

import { UserError } from './user-error.js';

// What a folder may have that is made for a service: a repository, and what the system puts there.
const HARMLESS = new Set(['.git', '.DS_Store']);

/** Where a service goes, and what it is called. */
export interface ServiceFolder {
  readonly path: string;
  /** Of the package: the folder's. */
  readonly name: string;
}

/**
 * Why a folder cannot be taken: its name is none of a package, or something is there. Undefined if it can.
 *
 * @param given As it was written, from the current folder.
 */
export function findFolderProblem(given: string): string | undefined {
  if (given.trim() === '') return 'the name of a folder is missing: npm create sluice@latest my-service';
  const folder = path.resolve(given);
  const name = path.basename(folder);
  const { validForNewPackages, errors = [], warnings = [] } = validatePackageName(name);
  if (!validForNewPackages) {
    return `${JSON.stringify(name)} cannot be the name of a package: ${[...errors, ...warnings].join('; ')}`;
  }
  try {
    return findContentProblem(folder);
  } catch (error) {
    return `${folder} cannot be taken: ${(error as Error).message}`;
  }
}

function findContentProblem(folder: string): string | undefined {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found === undefined) return undefined;
  if (!found.isDirectory()) return `${folder} is a file`;
  const inside = readdirSync(folder).filter((name) => !HARMLESS.has(name));
  if (inside.length === 0) return undefined;
  return `${folder} is not empty: it has ${inside.slice(0, 3).join(', ')}${inside.length > 3 ? ', …' : ''}`;
}

/**
 * Makes the folder, or takes one that is empty.
 *
 * @throws UserError if it cannot be taken.
 */
export async function makeServiceFolder(given: string): Promise<ServiceFolder> {
  const problem = findFolderProblem(given);
  if (problem !== undefined) throw new UserError(problem);
  const folder = path.resolve(given);
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw new UserError(`${folder} cannot be made: ${(error as Error).message}`);
  }
  return { path: folder, name: path.basename(folder) };
}
