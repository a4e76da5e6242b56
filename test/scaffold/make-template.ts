import { execFileSync } from 'node:child_process';
import path from 'node:path';

const root = path.join(__dirname, '..', '..');

/** Makes the template that create-sluice is packed with, in a folder, and gives that. */
export function makeTemplate(folder: string): string {
  const script = path.join(root, 'packages', 'create-sluice', 'scripts', 'make-template.mjs');
  execFileSync(process.execPath, [script, folder], { stdio: ['ignore', 'ignore', 'inherit'] });
  return folder;
}
