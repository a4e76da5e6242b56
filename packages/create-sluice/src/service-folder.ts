import { mkdir, readdir, stat } from 'node:fs/promises';
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
 * Why a folder cannot be taken by its name alone; undefined if it can.
 *
 * @param given As it was written, from the current folder.
 */
export function findNameProblem(given: string): string | undefined {
  if (given.trim() === '') return 'the name of a folder is missing: npm create sluice@latest my-service';
  const name = path.basename(path.resolve(given));
  const { validForNewPackages, errors = [], warnings = [] } = validatePackageName(name);
  if (validForNewPackages) return undefined;
  return `${JSON.stringify(name)} cannot be the name of a package: ${[...errors, ...warnings].join('; ')}`;
}

/**
 * Makes the folder, or takes one that is empty.
 *
 * @throws UserError if its name is none of a package, or something is there.
 */
export async function makeServiceFolder(given: string): Promise<ServiceFolder> {
  const problem = findNameProblem(given);
  if (problem !== undefined) throw new UserError(problem);
  const folder = path.resolve(given);
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory() === false) throw new UserError(`${folder} is a file`);
  if (found !== undefined) {
    const inside = (await readdir(folder)).filter((name) => !HARMLESS.has(name));
    if (inside.length > 0) {
      const named = inside.slice(0, 3).join(', ');
      throw new UserError(`${folder} is not empty: it has ${named}${inside.length > 3 ? ', …' : ''}`);
    }
  }
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw new UserError(`${folder} cannot be made: ${(error as Error).message}`);
  }
  return { path: folder, name: path.basename(folder) };
}
