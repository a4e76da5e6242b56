import { readFileSync } from 'node:fs';
import path from 'node:path';

import { readArguments, USAGE, type Arguments } from './arguments.js';
import { chooseExamples, DEFAULT_EXAMPLES } from './choose-examples.js';
import { findPackageManager, packageManagers, type PackageManager } from './package-managers.js';
import type { Questions } from './questions.js';
import { findFolderProblem, makeServiceFolder } from './service-folder.js';
import { readTemplate } from './template.js';
import { UserError } from './user-error.js';
import { writeService } from './write-service.js';

/** What the command has around it. */
export interface Surroundings {
  /** Where the template lies. */
  readonly templateFolder: string;
  readonly args: readonly string[];
  readonly userAgent: string | undefined;
  /** Undefined where nobody is there to answer. */
  readonly ask: (() => Promise<Questions>) | undefined;
  readonly print: (text: string) => void;
}

/**
 * Runs the command.
 *
 * @throws UserError about what the person who ran it can put right.
 */
export async function run({ templateFolder, args, userAgent, ask, print }: Surroundings): Promise<void> {
  const given = readArguments(args);
  if (given.help || given.version) {
    print(given.help ? USAGE : `${readVersion()}\n`);
    return;
  }

  const template = await readTemplate(templateFolder);
  // What is wrong is told before anything is asked.
  const problem = given.folder === undefined ? undefined : findFolderProblem(given.folder);
  if (problem !== undefined) throw new UserError(problem);
  const chosen = given.examples === undefined ? undefined : chooseExamples(given.examples, template.examples);
  const questions = given.yes || isComplete(given) ? undefined : await ask?.();

  const folder = given.folder ?? (await questions?.folder());
  if (folder === undefined) {
    throw new UserError('the name of a folder is missing: npm create sluice@latest my-service');
  }
  const preferred = findPackageManager(userAgent);
  const name = given.packageManager ?? (await questions?.packageManager(preferred)) ?? preferred;
  const examples =
    chosen ??
    chooseExamples((await questions?.examples(template.examples)) ?? DEFAULT_EXAMPLES, template.examples);

  const packageManager = packageManagers[name];
  const service = await makeServiceFolder(folder);
  const files = await writeService(service, { template, templateFolder, examples, packageManager });
  print(toSummary(service.path, files.length, packageManager));
}

function isComplete({ folder, packageManager, examples }: Arguments): boolean {
  return folder !== undefined && packageManager !== undefined && examples !== undefined;
}

function toSummary(folder: string, count: number, { install, run: runScript }: PackageManager): string {
  const shown = path.relative(process.cwd(), folder);
  const enter = shown === '' ? '' : `  cd ${shown}\n`;
  return `\n${count} files are in ${folder}. Next:\n\n${enter}  ${install}\n  ${runScript} start\n\n`;
}

function readVersion(): string {
  const manifest = readFileSync(path.join(__dirname, '..', 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
