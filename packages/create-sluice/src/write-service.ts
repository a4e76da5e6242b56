import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { leaveOut } from './leave-out.js';
import type { PackageManager } from './package-managers.js';
import type { ServiceFolder } from './service-folder.js';
import { readTemplateFile, type Manifest, type Template, type TemplateFile } from './template.js';

// A package cannot hold them under their names: they would be about the package itself.
const HIDDEN: Readonly<Record<string, string>> = {
  gitignore: '.gitignore',
  dockerignore: '.dockerignore',
  editorconfig: '.editorconfig',
};

// Loaded by a name that no import in the service says.
const ALWAYS = ['@sluice/fastify-adapter', '@fastify/swagger', '@fastify/swagger-ui', 'class-transformer'];
const PEERS = ['class-validator', 'reflect-metadata'];
// A peer of one package that not every service has.
const PEERS_OF: Readonly<Record<string, readonly string[]>> = { '@sluice/redis': ['ioredis'] };

/** What a service is made of. */
export interface ServicePlan {
  readonly template: Template;
  /** Where that lies. */
  readonly templateFolder: string;
  readonly examples: ReadonlySet<string>;
  readonly packageManager: PackageManager;
}

/** Writes a service, and gives the paths of its files. What was written is deleted where not all of it can be. */
export async function writeService(folder: ServiceFolder, plan: ServicePlan): Promise<string[]> {
  const written: string[] = [];
  try {
    for (const [name, content] of await toFiles(folder.name, plan)) {
      const file = path.join(folder.path, ...name.split('/'));
      await mkdir(path.dirname(file), { recursive: true });
      written.push(name);
      await writeFile(file, content, { flag: 'wx' });
    }
    return written;
  } catch (error) {
    const tops = new Set(written.map((name) => name.split('/', 1)[0] ?? name));
    for (const top of tops) await rm(path.join(folder.path, top), { recursive: true, force: true });
    throw error;
  }
}

/** The files of a service with their contents. */
async function toFiles(name: string, plan: ServicePlan): Promise<Map<string, string>> {
  const { template, templateFolder, examples, packageManager } = plan;
  const kept = chooseFiles(template.files, examples);
  const files = new Map<string, string>();
  files.set('package.json', toJson(toManifest(name, template.manifest, kept)));
  for (const { path: file, example } of kept) {
    const text = await readTemplateFile(templateFolder, file);
    const own = example === undefined && file.endsWith('.ts');
    const content = own
      ? leaveOut(text, file, (each) => !isExample(each, template) || examples.has(each))
      : text;
    files.set(HIDDEN[file] ?? file, fill(content, name, packageManager));
  }
  for (const [file, content] of Object.entries(packageManager.files)) files.set(file, content);
  return files;
}

function isExample(name: string, { examples }: Template): boolean {
  return examples.some((example) => example.name === name);
}

/** All but the files of examples that are left out, and what only these import of the tests' support. */
function chooseFiles(files: readonly TemplateFile[], examples: ReadonlySet<string>): TemplateFile[] {
  const isSupport = ({ path: file }: TemplateFile): boolean => file.startsWith('test/support/');
  const chosen = new Set(
    files.filter((file) => !isSupport(file) && (file.example === undefined || examples.has(file.example))),
  );
  // A set that grows while it is read.
  for (const { imports } of chosen) {
    for (const file of files) if (isSupport(file) && imports.includes(file.path)) chosen.add(file);
  }
  return files.filter((file) => chosen.has(file));
}

function toManifest(name: string, manifest: Manifest, files: readonly TemplateFile[]): object {
  const { dependencies, devDependencies, ...rest } = manifest;
  const imported = files.flatMap(({ packages }) => packages);
  const used = new Set([
    ...ALWAYS,
    ...PEERS,
    ...imported,
    ...imported.flatMap((each) => PEERS_OF[each] ?? []),
  ]);
  return {
    name,
    version: '0.1.0',
    description: 'A service on Sluice.',
    ...rest,
    dependencies: Object.fromEntries(Object.entries(dependencies).filter(([each]) => used.has(each))),
    devDependencies,
  };
}

function toJson(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** Puts in the words that differ from service to service. */
function fill(text: string, name: string, manager: PackageManager): string {
  const words: Readonly<Record<string, string>> = {
    name,
    install: manager.install,
    run: manager.run,
    lockfiles: manager.lockfiles,
    ci: manager.ci,
    prune: manager.prune,
  };
  return text.replaceAll(/\{\{(\w+)\}\}/g, (placeholder, word: string) => words[word] ?? placeholder);
}
