import { closeSync, readSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { FileBody } from '@sluice/core/internal';

import { FileRefused } from './file-refused.js';
import { openFile } from './open-file.js';

let folder: string;
beforeAll(async () => {
  folder = await realpath(await mkdtemp(path.join(tmpdir(), 'sluice-open-')));
  await mkdir(path.join(folder, 'root/sub'), { recursive: true });
  await writeFile(path.join(folder, 'root/a.txt'), 'inside');
  await writeFile(path.join(folder, 'root/..b.txt'), 'inside');
  await writeFile(path.join(folder, 'secret.txt'), 'outside');
  await symlink('../..b.txt', path.join(folder, 'root/sub/in'));
  await symlink('../secret.txt', path.join(folder, 'root/out'));
  await symlink('root', path.join(folder, 'link-to-root'));
});
afterAll(() => rm(folder, { recursive: true }));

const body = (init: Partial<FileBody>): FileBody => ({
  kind: 'file',
  path: '',
  root: undefined,
  allowDotFiles: false,
  followSymlinks: false,
  precompressed: [],
  deleteAfter: false,
  ...init,
});

async function read(name: string, init: Partial<FileBody>): Promise<string> {
  const { fd, stats } = await openFile(path.join(folder, name), body(init));
  const bytes = Buffer.alloc(stats.size);
  readSync(fd, bytes);
  closeSync(fd);
  return bytes.toString();
}

const root = (): string => path.join(folder, 'root');

test.each<[string, string, () => Partial<FileBody>]>([
  ['a file', 'root/a.txt', () => ({ root: root() })],
  ['a link that stays inside, to a name that begins with dots', 'root/sub/in', () => ({ root: root() })],
  ['a file below a root that is a link', 'link-to-root/a.txt', () => ({ root: `${folder}/link-to-root` })],
])('opens %s', async (_what, name, init) => {
  expect(await read(name, init())).toBe('inside');
});

test.each<[string, () => Partial<FileBody>]>([
  ['where there is no root', () => ({})],
  ['where links may lead out', () => ({ root: root(), followSymlinks: true })],
])('opens what a link leads out to %s', async (_where, init) => {
  expect(await read('root/out', init())).toBe('outside');
});

test.each<[string, string, () => Partial<FileBody>, string]>([
  ['a link that leads out', 'root/out', () => ({ root: root() }), 'a link leads out of the root'],
  ['a folder', 'root/sub', () => ({}), 'it is not a file'],
  ['what is not there', 'missing', () => ({}), 'ENOENT'],
  ['a file as a folder', 'secret.txt/a', () => ({}), 'ENOTDIR'],
  ['a name that is too long', 'x'.repeat(300), () => ({}), 'ENAMETOOLONG'],
  ['a link below a root that is gone by then', 'root/sub/in', () => ({ root: `${folder}/gone` }), 'ENOENT'],
])('refuses %s, and names the cause', async (_what, name, init, cause) => {
  const opening = openFile(path.join(folder, name), body(init()));
  await expect(opening).rejects.toThrow(FileRefused);
  await expect(opening).rejects.toMatchObject({
    statusCode: 404,
    detail: 'Not Found',
    reason: expect.stringContaining(`${path.join(folder, name)} is not sent: ${cause}`) as string,
  });
});
