// Packs each package that gets published and looks at the tarball itself: what a user installs.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');
const packed = join(root, '.packed');
const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));

/** The pnpm that the set-up uses, so that its version stands in one place. */
const pnpm = /pnpm@\d+\.\d+\.\d+/.exec(readJson(join(root, 'package.json')).scripts.setup)[0];

function run(command, args, cwd = root) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (error !== undefined) throw error;
  return { ok: status === 0, output: `${stdout}${stderr}`.trim() };
}

function mustRun(command, args, cwd) {
  const { ok, output } = run(command, args, cwd);
  if (!ok) throw new Error(`${command} ${args.join(' ')}\n${output}`);
}

/** The file that a package's `bin` names, run by this Node: no search path involved. */
function binOf(name) {
  const require = createRequire(import.meta.url);
  // Their manifests are not all exported, so start at node_modules.
  const manifest = require.resolve
    .paths(name)
    .map((folder) => join(folder, name, 'package.json'))
    .find(existsSync);
  const { bin } = readJson(manifest);
  return join(dirname(manifest), typeof bin === 'string' ? bin : Object.values(bin)[0]);
}

function filesIn(folder) {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile());
}

/** Paths that only this machine has. A short home such as /root is left out: it may well be a URL in an example. */
function isOfThisMachine(text) {
  const home = homedir();
  return (
    ['packages', 'apps', 'node_modules'].some((folder) => text.includes(join(root, folder))) ||
    (home.split(sep).length > 2 && text.includes(home + sep))
  );
}

/** What a manifest lacks for a registry, and for who looks at the package there. */
function manifestFaults(manifest, directory, content) {
  const faults = [];
  const same = readJson(join(root, 'package.json'));
  const expect = (isRight, what) => {
    if (!isRight) faults.push(`package.json: ${what}`);
  };
  expect(manifest.license === 'MIT', 'license is MIT');
  expect(
    readFileSync(join(content, 'LICENSE'), 'utf8') === readFileSync(join(root, 'LICENSE'), 'utf8'),
    'LICENSE is that of the repository',
  );
  expect(typeof manifest.description === 'string' && manifest.description !== '', 'description is missing');
  expect(manifest.keywords?.includes('sluice'), 'keywords are missing');
  // Provenance ties the package to the workflow of exactly this repository.
  expect(manifest.repository?.url === same.repository.url, 'repository.url is that of the root');
  expect(
    manifest.repository?.directory === directory.split(sep).join('/'),
    `repository.directory is ${directory}`,
  );
  expect(manifest.publishConfig?.access === 'public', 'publishConfig.access is public');
  expect(manifest.publishConfig?.provenance === true, 'publishConfig.provenance is true');
  expect(manifest.engines?.node === same.engines.node, `engines.node is ${same.engines.node}`);
  for (const target of targetsOf([manifest.main, manifest.types, manifest.bin, manifest.exports])) {
    expect(existsSync(join(content, target)), `${target} is not among the files`);
  }
  return faults;
}

/** Every file that a manifest names, at any depth. */
function targetsOf(value) {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(targetsOf) : [];
}

function faultsOf(folder, { name }) {
  const target = join(packed, name.replace('/', '-'));
  mkdirSync(target, { recursive: true });
  mustRun('npx', ['--yes', '--prefer-offline', pnpm, 'pack', '--pack-destination', target], folder);
  const tarball = join(
    target,
    readdirSync(target).find((file) => file.endsWith('.tgz')),
  );
  mustRun('tar', ['-xzf', tarball, '-C', target]);

  const content = join(target, 'package');
  const faults = [];
  for (const file of ['LICENSE', 'README.md', 'package.json']) {
    if (!existsSync(join(content, file))) faults.push(`${file} is missing`);
  }
  const files = filesIn(content);
  for (const file of files) {
    const path = relative(content, file);
    // The template of a service has tests: they are what it writes.
    const isTemplate = path.startsWith(join('dist', 'template'));
    if (/\.test\.|\.tsbuildinfo$/.test(path) && !isTemplate)
      faults.push(`${path} does not belong in a package`);
    if (isOfThisMachine(readFileSync(file, 'utf8'))) faults.push(`${path} holds a path of this machine`);
  }
  if (readFileSync(join(content, 'package.json'), 'utf8').includes('"workspace:')) {
    faults.push('package.json holds a workspace: range');
  }
  faults.push(...manifestFaults(readJson(join(content, 'package.json')), relative(root, folder), content));
  const tools = [['publint', 'run', '--strict', tarball]];
  // A command has no types to be right or wrong.
  if (readJson(join(content, 'package.json')).exports?.['.'] !== undefined) {
    tools.push(['@arethetypeswrong/cli', tarball]);
  }
  for (const [tool, ...args] of tools) {
    const { ok, output } = run(process.execPath, [binOf(tool), ...args]);
    if (!ok) faults.push(`${tool}:\n${output}`);
  }
  return { faults, count: files.length };
}

const folders = readdirSync(join(root, 'packages'))
  .map((name) => join(root, 'packages', name))
  .filter((folder) => existsSync(join(folder, 'package.json')))
  .filter((folder) => readJson(join(folder, 'package.json')).private !== true);

rmSync(packed, { recursive: true, force: true });
try {
  // A fresh build: a leftover of a source that is gone would be packed too.
  for (const folder of folders) rmSync(join(folder, 'dist'), { recursive: true, force: true });
  mustRun(process.execPath, [binOf('typescript'), '-b', 'tsconfig.build.json']);

  for (const folder of folders) {
    const manifest = readJson(join(folder, 'package.json'));
    const { faults, count } = faultsOf(folder, manifest);
    const verdict = faults.length === 0 ? `${count} files, clean` : 'not fit to publish';
    console.log(`${manifest.name}@${manifest.version}: ${verdict}`);
    for (const fault of faults) console.log(`  ${fault}`);
    if (faults.length > 0) process.exitCode = 1;
  }
} catch (error) {
  // Mostly a build that fails: its own words say more than the place in this file.
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(packed, { recursive: true, force: true });
}
