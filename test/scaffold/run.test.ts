// What the command asks, does and says.
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { Questions } from '../../packages/create-sluice/src/questions.js';
import { run } from '../../packages/create-sluice/src/run.js';
import { makeTemplate } from './make-template.js';

const before = process.cwd();
let folder: string;
let templateFolder: string;
let printed: string;
let asked: string[];

beforeAll(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'create-')));
  templateFolder = makeTemplate(path.join(folder, 'template'));
  process.chdir(folder);
}, 60_000);

afterAll(async () => {
  process.chdir(before);
  await rm(folder, { recursive: true, force: true });
});

beforeEach(() => {
  printed = '';
  asked = [];
});

function call(args: string, answers?: { folder?: string; examples?: string[] }, userAgent?: string) {
  const questions: Questions = {
    folder: async () => (asked.push('folder'), answers?.folder ?? ''),
    packageManager: async (first) => (asked.push(`package manager, ${first} first`), 'yarn'),
    examples: async (offered) => (
      asked.push(`examples of ${offered.map(({ name }) => name).join(' ')}`),
      answers?.examples ?? []
    ),
  };
  return run({
    templateFolder,
    args: args.split(' ').filter((each) => each !== ''),
    userAgent,
    ask: answers === undefined ? undefined : async () => questions,
    print: (text) => (printed += text),
  });
}

const has = (...names: string[]): boolean => existsSync(path.join(folder, ...names));

it('asks for all that was not said', async () => {
  await call('', { folder: 'asked', examples: ['live'] }, 'pnpm/12.0.0 npm/? node/v20.20.2 linux x64');
  expect(asked).toEqual([
    'folder',
    'package manager, pnpm first',
    expect.stringMatching(/^examples of .*\bitems\b.*\blive\b/),
  ]);
  expect(has('asked', 'src', 'live')).toBe(true);
  expect(has('asked', 'src', 'items')).toBe(false);
  expect(has('asked', '.yarnrc.yml')).toBe(true);
  // Without it, version 1 of Yarn installs nothing on Node 20.
  expect(readFileSync(path.join(folder, 'asked', '.yarnrc'), 'utf8')).toMatch(/^ignore-engines true$/m);
});

it('asks for nothing that was said', async () => {
  await call('said --examples none', { examples: [] });
  expect(asked).toEqual(['package manager, npm first']);
  asked = [];
  await call('all-said --examples none --package-manager npm', {});
  await call('by-default --yes', {});
  expect(asked).toEqual([]);
});

it('takes defaults where nobody is there to be asked', async () => {
  await call('alone', undefined, 'pnpm/12.0.0');
  expect(has('alone', 'pnpm-workspace.yaml')).toBe(true);
  // After an installation, `format:check` would find fault with it.
  expect(readFileSync(path.join(folder, 'alone', '.prettierignore'), 'utf8')).toBe('pnpm-lock.yaml\n');
  expect(readdirSync(path.join(folder, 'alone', 'src')).sort()).toEqual(
    expect.arrayContaining(['activity', 'basics', 'items', 'main.ts']),
  );
  expect(has('alone', 'src', 'live')).toBe(false);
});

it('says what comes next', async () => {
  await call('next --yes --package-manager npm');
  expect(printed).toMatch(
    /^\n\d+ files are in .*next\. Next:\n\n {2}cd next\n {2}npm install\n {2}npm run start\n\n$/,
  );
});

it('calls the package as its folder', async () => {
  await call('deep/er --yes');
  const manifest = JSON.parse(
    readFileSync(path.join(folder, 'deep', 'er', 'package.json'), 'utf8'),
  ) as object;
  expect(manifest).toMatchObject({ name: 'er' });
  expect(readFileSync(path.join(folder, 'deep', 'er', 'README.md'), 'utf8')).toMatch(/^# er\n/);
});

it.each([
  ['', 'the name of a folder is missing'],
  ['--yes', 'the name of a folder is missing'],
  ['x --examples nothing', 'there is no nothing'],
  ['x --package-manager bun', 'it is one of npm, pnpm, yarn'],
  ['template --yes', 'is not empty: it has files, template.json'],
  ['Big --yes', 'cannot be the name of a package'],
])('refuses %j and writes nothing', async (args, message) => {
  const there = readdirSync(folder);
  await expect(call(args)).rejects.toMatchObject({
    name: 'UserError',
    message: expect.stringContaining(message) as string,
  });
  expect(readdirSync(folder)).toEqual(there);
});

it.each([
  ['--examples nothing', 'there is no nothing'],
  ['Big', 'cannot be the name of a package'],
  ['template', 'is not empty: it has files, template.json'],
])('tells what is wrong with %j before it asks anything', async (args, message) => {
  await expect(call(args, {})).rejects.toThrow(message);
  expect(asked).toEqual([]);
});

it('prints its options and its version, and does nothing else', async () => {
  await call('--help x', {});
  expect(printed).toContain('--examples <names>');
  printed = '';
  await call('--version', {});
  expect(printed).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect([has('x'), asked]).toEqual([false, []]);
});
