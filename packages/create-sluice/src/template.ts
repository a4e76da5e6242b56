import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** A part of the demo that a service can do without. */
export interface Example {
  readonly name: string;
  /** What it shows. */
  readonly hint: string;
  /** Names of examples that it cannot do without. */
  readonly needs: readonly string[];
}

/** A file of the template. */
export interface TemplateFile {
  /** From the folder of the service, with slashes. */
  readonly path: string;
  /** The example that it belongs to. Without one it is part of every service. */
  readonly example?: string;
  /** Paths of the files that it imports. */
  readonly imports: readonly string[];
  /** Names of the packages that it imports. */
  readonly packages: readonly string[];
}

/** What a package.json holds here. */
export interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/** What scripts/make-template.mjs has made of the demo. */
export interface Template {
  readonly examples: readonly Example[];
  readonly files: readonly TemplateFile[];
  readonly manifest: Manifest;
}

/** Reads the template in a folder. */
export async function readTemplate(folder: string): Promise<Template> {
  return JSON.parse(await readFile(path.join(folder, 'template.json'), 'utf8')) as Template;
}

/** The text of a file of the template. */
export async function readTemplateFile(folder: string, file: string): Promise<string> {
  return readFile(path.join(folder, 'files', ...file.split('/')), 'utf8');
}
