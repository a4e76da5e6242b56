import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** The pages of the repository that users and contributors read, by their paths from its root. */
export function findPages(root: string): string[] {
  const readmes = ['packages', 'apps'].flatMap((parent) =>
    readdirSync(path.join(root, parent)).map((name) => `${parent}/${name}/README.md`),
  );
  const docs = path.join(root, 'docs');
  const inDocs = existsSync(docs) ? readdirSync(docs, { recursive: true, encoding: 'utf8' }) : [];
  const all = [
    'README.md',
    'CONTRIBUTING.md',
    ...inDocs.filter((name) => name.endsWith('.md')).map((name) => path.posix.join('docs', name)),
    ...readmes,
  ];
  return all.filter((file) => existsSync(path.join(root, file)));
}
