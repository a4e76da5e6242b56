// Makes what the package writes into a new folder: the demo's files, and those beside it that a checkout shares among
// its packages. Runs when the package is packed, so that there is no second copy of the demo to keep in step.
//
//   node scripts/make-template.mjs [folder]      default: dist/template
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import prettier from 'prettier';
import ts from 'typescript';

const own = fileURLToPath(new URL('../own', import.meta.url));
const root = fileURLToPath(new URL('../../..', import.meta.url));
const demo = path.join(root, 'apps', 'demo');
const target = path.resolve(process.argv[2] ?? fileURLToPath(new URL('../dist/template', import.meta.url)));

// Tests of the checkout rather than of a service: they need a browser, a Redis, the demo's README or build, or a
// generator of clients.
const LEFT_OUT =
  /\.(?:browser|redis)\.test\.ts$|\/(?:readme|second-process)\.test\.ts$|\/openapi-client\.test\.ts$/;

// What is the demo there is the service here, and the words of its test runner are those of jest.
const WORDS = [
  [/\b(start-|start|Start)([Dd])emo\b/g, (_, start, d) => `${start}${d === 'D' ? 'S' : 's'}ervice`],
  [/\bsluice-demo-/g, () => 'service-'],
  [/\bDemo\b/g, () => 'Service'],
  [/\bdemo\b/g, () => 'service'],
  [/\bjest\./g, () => 'vi.'],
];

const read = (...names) => readFileSync(path.join(...names), 'utf8');
const readJson = (...names) => JSON.parse(read(...names));

function filesBelow(folder, below) {
  return readdirSync(path.join(folder, below), { recursive: true })
    .map((name) => path.posix.join(below, name.split(path.sep).join('/')))
    .filter((name) => statSync(path.join(folder, name)).isFile())
    .sort();
}

/** What a file imports: files of the demo by their paths, and packages by their names. */
function importsOf(file) {
  if (!file.endsWith('.ts')) return { files: [], packages: [] };
  const specifiers = ts
    .preProcessFile(read(demo, file), true, true)
    .importedFiles.map((each) => each.fileName);
  return {
    files: specifiers
      .filter((name) => name.startsWith('.'))
      .map((name) => path.posix.join(path.posix.dirname(file), name.replace(/\.js$/, '.ts'))),
    packages: specifiers
      .filter((name) => !name.startsWith('.') && !name.startsWith('node:'))
      .map((name) => name.split('/', name.startsWith('@') ? 2 : 1).join('/')),
  };
}

/** The files of a service: sources, tests that can run there, and what of the tests' support these need. */
function chooseFiles() {
  const all = [...filesBelow(demo, 'src'), ...filesBelow(demo, 'test'), ...filesBelow(demo, 'public')];
  const chosen = new Set(all.filter((file) => !file.startsWith('test/') || /\.test\.ts$/.test(file)));
  for (const file of chosen) {
    if (LEFT_OUT.test(file)) chosen.delete(file);
    // A set that grows while it is read: what is added is read as well.
    else for (const imported of importsOf(file).files) chosen.add(imported);
  }
  return [...chosen].sort();
}

/** The folder of `src` or `test` that a file lies in: its example. The page's files belong to the page. */
function exampleOf(file, names) {
  if (file.startsWith('public/')) return 'page';
  const [, folder] = /^(?:src|test)\/([^/]+)\//.exec(file) ?? [];
  return folder !== undefined && names.includes(folder) ? folder : undefined;
}

function readExamples(files) {
  const described = readJson(own, 'examples.json');
  const folders = files.flatMap((file) => /^src\/([^/]+)\//.exec(file)?.[1] ?? []);
  // The first controller stays in any case.
  const names = [...new Set(folders)].filter((name) => name !== 'basics');
  for (const name of names) {
    if (described[name] === undefined) throw new Error(`own/examples.json does not describe src/${name}`);
  }
  // In the order of their descriptions, which is the order in which they are offered.
  return Object.keys(described).map((name) => {
    const { hint, with: along = [] } = described[name];
    const imported = files
      .filter((file) => exampleOf(file, names) === name)
      .flatMap((file) => importsOf(file).files.map((each) => exampleOf(each, names)));
    const needs = new Set([...imported, ...(along === 'all' ? names : along)]);
    return { name, hint, needs: names.filter((each) => each !== name && needs.has(each)) };
  });
}

function toName(file) {
  const [word, replacement] = WORDS[0];
  return file.replaceAll(word, replacement);
}

async function toContent(file) {
  let content = read(demo, file);
  if (!file.endsWith('.ts')) return content;
  for (const [word, replacement] of WORDS) content = content.replaceAll(word, replacement);
  return format(content, file);
}

async function format(content, file) {
  return prettier.format(content, {
    ...(await prettier.resolveConfig(path.join(root, 'x.ts'))),
    filepath: file,
  });
}

function toTsconfigs() {
  const { config } = ts.readConfigFile(path.join(root, 'tsconfig.base.json'), (name) =>
    readFileSync(name, 'utf8'),
  );
  // What only packages need.
  const omitted = ['declaration', 'declarationMap', 'composite'];
  const compilerOptions = Object.fromEntries(
    Object.entries(config.compilerOptions).filter(([name]) => !omitted.includes(name)),
  );
  return {
    'tsconfig.json': {
      compilerOptions: { ...compilerOptions, noEmit: true, types: ['node', 'vitest/globals'] },
      include: ['src', 'test', 'vitest.config.mts'],
    },
    'tsconfig.build.json': {
      extends: './tsconfig.json',
      compilerOptions: {
        noEmit: false,
        rootDir: 'src',
        outDir: 'dist',
        // Beside what it tells of: without dist, tsc must not believe that all is built.
        incremental: true,
        tsBuildInfoFile: 'dist/.tsbuildinfo',
        types: ['node'],
      },
      include: ['src'],
      exclude: ['**/*.test.ts'],
    },
  };
}

function toManifest() {
  const { devDependencies, ...manifest } = readJson(own, 'package.json');
  const { dependencies } = readJson(demo, 'package.json');
  const here = readJson(root, 'package.json').devDependencies;
  const versionOf = (name, range) =>
    range.startsWith('workspace:')
      ? `^${readJson(root, 'packages', name.replace('@sluice/', ''), 'package.json').version}`
      : range;
  return {
    ...manifest,
    dependencies: Object.fromEntries(
      Object.entries(dependencies).map(([name, range]) => [name, versionOf(name, range)]),
    ),
    devDependencies: Object.fromEntries(
      Object.entries(devDependencies).map(([name, range]) => [
        name,
        range === 'as here' ? here[name] : range,
      ]),
    ),
  };
}

async function main() {
  const files = chooseFiles();
  const examples = readExamples(files);
  const names = examples.map(({ name }) => name);
  rmSync(target, { recursive: true, force: true });
  const write = (name, content) => {
    const file = path.join(target, 'files', name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  };

  const entries = [];
  for (const file of files) {
    const { files: imports, packages } = importsOf(file);
    const name = toName(file);
    write(name, await toContent(file));
    entries.push({ path: name, example: exampleOf(file, names), imports: imports.map(toName), packages });
  }
  for (const [name, content] of Object.entries(toTsconfigs())) {
    write(name, await format(JSON.stringify(content), name));
    entries.push({ path: name, imports: [], packages: [] });
  }
  const kept = ['package.json', 'examples.json'];
  for (const name of readdirSync(own).filter((each) => !kept.includes(each))) {
    write(name, read(own, name));
    entries.push({ path: name, imports: [], packages: [] });
  }
  for (const name of ['.prettierrc.json', 'scripts/dev.mjs']) {
    write(name, read(root, name).replaceAll('apps/demo/', ''));
    entries.push({ path: name, imports: [], packages: [] });
  }
  const template = { examples, files: entries, manifest: toManifest() };
  writeFileSync(path.join(target, 'template.json'), `${JSON.stringify(template, undefined, 2)}\n`);
}

await main();
