import path from 'node:path';

import type { FileBody } from '@sluice/core/internal';

import { FileRefused } from './file-refused.js';

/**
 * The absolute path of a file that is to be sent.
 *
 * A path without a root is the program's own and taken as it is. Below a root the name may be a request's: only a plain
 * relative path is one. What another system would read as a way out (a back-slash, a drive) is refused on every system.
 *
 * @throws FileRefused 404
 */
export function resolvePath(body: FileBody): string {
  const { path: name, root } = body;
  if (root === undefined) return path.resolve(name);
  const why = whyRefused(name, body.allowDotFiles);
  if (why !== undefined) throw new FileRefused(404, `${JSON.stringify(name)} below ${root}`, why);
  return path.resolve(root, name);
}

function whyRefused(name: string, allowDotFiles: boolean): string | undefined {
  if (name === '') return 'it is empty';
  if (name.includes('\0')) return 'it holds NUL';
  if (name.includes('\\')) return 'it holds a back-slash';
  if (name.startsWith('/') || /^[a-z]:/i.test(name)) return 'it is absolute';
  // On Windows a colon names a stream of a file, such as file.txt::$DATA.
  if (process.platform === 'win32' && name.includes(':')) return 'it holds a colon';
  if (name.endsWith('/')) return 'it names a folder';
  for (const segment of name.split('/')) {
    if (segment === '..') return 'it leads upwards';
    if (segment.startsWith('.') && !allowDotFiles) return 'it is hidden: allowDotFiles is not set';
  }
  return undefined;
}
