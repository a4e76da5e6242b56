import { mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { findFolderProblem, makeServiceFolder } from './service-folder.js';

let folder: string;
const before = process.cwd();

beforeEach(async () => {
  folder = await realpath(await mkdtemp(path.join(tmpdir(), 'service-')));
  process.chdir(folder);
});

afterEach(async () => {
  process.chdir(before);
  await rm(folder, { recursive: true, force: true });
});

it.each(['my-service', 'deep/er/service', './service/', 'a.b_c-d'])('makes %s', async (given) => {
  const made = await makeServiceFolder(given);
  expect(made).toEqual({ path: path.join(folder, given).replace(/\/$/, ''), name: path.basename(given) });
});

it('takes the current folder, with a repository in it', async () => {
  await mkdir('own/.git', { recursive: true });
  process.chdir('own');
  expect(await makeServiceFolder('.')).toEqual({ path: path.join(folder, 'own'), name: 'own' });
});

it.each([
  ['', 'the name of a folder is missing'],
  [' ', 'the name of a folder is missing'],
  ['My-Service', 'can no longer contain capital letters'],
  ['my service', 'can only contain URL-friendly characters'],
  ['.hidden', 'cannot start with a period'],
  ['node_modules', 'is not a valid package name'],
  ['http', 'is a core module name'],
  ['zoë', 'can only contain URL-friendly characters'],
  ['a\0b', 'can only contain URL-friendly characters'],
  ['a\r\nb', 'can only contain URL-friendly characters'],
  ['x'.repeat(300), 'can no longer contain more than 214 characters'],
])('refuses %j and says why', async (given, why) => {
  await expect(makeServiceFolder(given)).rejects.toThrow(why);
});

it('refuses a folder that has something in it, and leaves it as it is', async () => {
  await mkdir('taken');
  for (const name of ['a', 'b', 'c', 'd']) await writeFile(path.join('taken', name), '');
  await expect(makeServiceFolder('taken')).rejects.toThrow(/taken is not empty: it has a, b, c, …$/);
});

it('refuses a file, and a folder in one', async () => {
  await writeFile('taken', '');
  await expect(makeServiceFolder('taken')).rejects.toThrow('taken is a file');
  await expect(makeServiceFolder('taken/service')).rejects.toThrow('cannot be taken: ENOTDIR');
});

it('tells what is wrong with a folder while it is typed, and makes nothing', async () => {
  await mkdir('taken/inside', { recursive: true });
  await mkdir('empty');
  expect(findFolderProblem('taken')).toMatch(/taken is not empty: it has inside$/);
  expect(findFolderProblem('taken/')).toMatch(/is not empty/);
  expect(findFolderProblem('Taken')).toMatch(/cannot be the name of a package/);
  expect(findFolderProblem('empty')).toBeUndefined();
  expect(findFolderProblem('taken/new')).toBeUndefined();
  expect(await readdir('.')).toEqual(['empty', 'taken']);
});
