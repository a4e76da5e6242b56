import path from 'node:path';

const REGION = /^[ \t]*\/\/ #region (\S+)\n([^]*?)^[ \t]*\/\/ #endregion.*\n/gm;
const IMPORT = /^import (?:type )?([^;]*?) from '(\.[^']*)';\n/gm;

/**
 * Takes examples out of a file that is part of every service: imports from their folders, lines that are such a name
 * and nothing else, and what stands between `// #region` with the name of one and `// #endregion`.
 *
 * @param file Path of the file in the service, with slashes.
 */
export function leaveOut(text: string, file: string, kept: (example: string) => boolean): string {
  const names: string[] = [];
  const rest = text
    .replace(REGION, (_, example: string, inside: string) => (kept(example) ? inside : ''))
    .replace(IMPORT, (statement, imported: string, specifier: string) => {
      const [, example] = /^src\/([^/]+)\//.exec(path.posix.join(path.posix.dirname(file), specifier)) ?? [];
      if (example === undefined || kept(example)) return statement;
      names.push(...(imported.match(/\w+/g) ?? []));
      return '';
    });
  return names.reduce((left, name) => left.replace(new RegExp(`^[ \\t]*${name},\\n`, 'm'), ''), rest);
}
