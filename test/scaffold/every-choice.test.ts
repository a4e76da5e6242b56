// Whatever examples of the demo are kept, the rest compiles without them, and nothing is left that only they used.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';

import { chooseExamples } from '../../packages/create-sluice/src/choose-examples.js';
import {
  packageManagers,
  type PackageManagerName,
} from '../../packages/create-sluice/src/package-managers.js';
import { makeServiceFolder } from '../../packages/create-sluice/src/service-folder.js';
import { readTemplate, type Template } from '../../packages/create-sluice/src/template.js';
import { writeService } from '../../packages/create-sluice/src/write-service.js';
import { checkTypes } from '../support/docs/type-check.js';
import { makeTemplate } from './make-template.js';

/** How long the template, and the type check of all services in one program, may take on a busy machine, in milliseconds. */
const TIMEOUT = 180_000;

let folder: string;
let templateFolder: string;
let template: Template;
let count = 0;

beforeAll(async () => {
  // Below the demo, so that its packages are found; `dist` is a name that Git and the checks pass over.
  const dist = path.join(__dirname, '..', '..', 'apps', 'demo', 'dist');
  mkdirSync(dist, { recursive: true });
  folder = mkdtempSync(path.join(dist, 'services-'));
  templateFolder = makeTemplate(path.join(folder, 'template'));
  template = await readTemplate(templateFolder);
}, TIMEOUT);

afterAll(() => rm(folder, { recursive: true, force: true }));

/** All sets of examples that can be kept. */
function listChoices(): ReadonlySet<string>[] {
  const names = template.examples.map(({ name }) => name);
  const choices = new Map<string, ReadonlySet<string>>();
  for (let bits = 0; bits < 2 ** names.length; bits += 1) {
    const chosen = chooseExamples(
      names.filter((_, index) => (bits >> index) % 2 === 1),
      template.examples,
    );
    choices.set([...chosen].sort().join('-'), chosen);
  }
  return [...choices.values()];
}

async function write(
  examples: ReadonlySet<string>,
  manager: PackageManagerName = 'npm',
): Promise<{ at: string; files: string[] }> {
  count += 1;
  const name = ['service', String(count), ...[...examples].sort()].join('-');
  const service = await makeServiceFolder(path.join(folder, name));
  const packageManager = packageManagers[manager];
  return {
    at: service.path,
    files: await writeService(service, { template, templateFolder, examples, packageManager }),
  };
}

it(
  'compiles, without a word that is used nowhere, for every choice',
  async () => {
    const globals = path.join(folder, 'globals.d.ts');
    // The test runner of a service has jest's words under another name.
    writeFileSync(globals, 'declare const vi: typeof jest;\n');
    const choices = listChoices();
    expect(choices.length).toBeGreaterThan(5);
    const services = await Promise.all(choices.map((examples) => write(examples)));
    const sources = services.flatMap(({ at, files }) =>
      files
        .filter((file) => /^(?:src|test)\/.*\.ts$/.test(file))
        .map((file) => path.join(at, ...file.split('/'))),
    );

    const options = { noUnusedLocals: true, noUnusedParameters: true };
    const found = checkTypes([globals, ...sources], options);
    const faults = [...found].flatMap(([file, each]) =>
      each.map(({ line, message }) => `${path.relative(folder, file)}:${line + 1}: ${message}`),
    );
    expect(faults).toEqual([]);
  },
  TIMEOUT,
);

it('has no file, package or mark of an example that was left out', async () => {
  const { at, files } = await write(new Set());
  const text = files
    .map((file) => readFileSync(path.join(at, ...file.split('/')), 'utf8'))
    .join('\n')
    .toLowerCase();
  for (const { name } of template.examples) {
    expect(
      files.filter((file) => file.startsWith(`src/${name}/`) || file.startsWith(`test/${name}/`)),
    ).toEqual([]);
    expect(text).not.toContain(`./${name}/`);
  }
  expect(text).not.toMatch(/#(?:end)?region|classic-level|redis|\bdemo\b/);
  expect(readdirSync(path.join(at, 'test', 'support'))).toEqual(['start-service.ts']);
});

it('has every file of an example that is kept, and the package that only it needs', async () => {
  const { at, files } = await write(chooseExamples(['all'], template.examples));
  for (const { name } of template.examples)
    expect(files).toContainEqual(expect.stringMatching(`^src/${name}/`));
  expect(files).toContain('public/index.html');
  const manifest = JSON.parse(readFileSync(path.join(at, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  expect(Object.keys(manifest.dependencies)).toContain('classic-level');
  expect(JSON.stringify(manifest)).not.toMatch(/workspace:|as here/);
});

it('asks for Redis and loads its clients only where its example is kept and REDIS_URL is set', async () => {
  const dependenciesOf = (at: string): string[] =>
    Object.keys(
      (JSON.parse(readFileSync(path.join(at, 'package.json'), 'utf8')) as { dependencies: object })
        .dependencies,
    );
  const redis = ['@sluice/bullmq', '@sluice/redis', 'ioredis'];
  const withJobs = await write(chooseExamples(['jobs', 'live', 'items'], template.examples));
  expect(dependenciesOf(withJobs.at)).toContain('@sluice/tasks');
  expect(dependenciesOf(withJobs.at).filter((each) => redis.includes(each))).toEqual([]);

  const withNodes = await write(chooseExamples(['nodes'], template.examples));
  expect(dependenciesOf(withNodes.at)).toEqual(expect.arrayContaining(redis));
  expect(withNodes.files).toEqual(
    expect.arrayContaining(['src/nodes/worker.ts', 'src/jobs/open-job-queue.ts']),
  );
  const main = readFileSync(path.join(withNodes.at, 'src', 'main.ts'), 'utf8');
  expect(main).toContain("redisUrl === undefined ? [] : (await import('./nodes/over-redis.js'))");
});

it.each(Object.keys(packageManagers) as PackageManagerName[])(
  'speaks of %s, and has what it needs',
  async (name) => {
    const { at, files } = await write(new Set(), name);
    for (const file of ['README.md', 'Dockerfile']) {
      const text = readFileSync(path.join(at, file), 'utf8');
      expect(text).toContain(name);
      expect(text).not.toMatch(/\{\{|\}\}/);
    }
    expect(files).toEqual(
      expect.arrayContaining(['.gitignore', '.dockerignore', ...Object.keys(packageManagers[name].files)]),
    );
  },
);

it('leaves nothing behind when it cannot write all of it', async () => {
  const service = await makeServiceFolder(path.join(folder, 'broken'));
  // A file where a folder has to be.
  const broken = {
    ...template,
    files: [...template.files, { path: 'Dockerfile/x', imports: [], packages: [] }],
  };
  const plan = {
    template: broken,
    templateFolder,
    examples: new Set<string>(),
    packageManager: packageManagers.npm,
  };
  await expect(writeService(service, plan)).rejects.toThrow();
  expect(readdirSync(service.path)).toEqual([]);
});
