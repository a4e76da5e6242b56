import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { fixtures } from './fixtures.js';

const root = path.join(__dirname, '..', '..', '..');

/** A project like that of a user, for the length of a test file: blocks are written and run there. */
export class Workspace {
  readonly #folder: string;
  readonly #previous = process.cwd();
  #count = 0;

  constructor() {
    // A name that git, ESLint, Prettier and tsconfig.json pass over, below the sources, so that the same package.json
    // decides over the kind of a module.
    const dist = path.join(__dirname, 'dist');
    mkdirSync(dist, { recursive: true });
    this.#folder = mkdtempSync(path.join(dist, 'docs-'));
    // What the adapter's tests may import, a page may: Fastify, its plugins, class-validator.
    const installed = path.join(root, 'packages', 'fastify-adapter', 'node_modules');
    symlinkSync(installed, path.join(this.#folder, 'node_modules'), 'dir');
    for (const [name, content] of Object.entries(fixtures)) this.add(name, content);
    process.chdir(path.join(this.#folder, 'run'));
  }

  /** Adds a file that blocks find in their working directory. */
  add(name: string, content: string): void {
    const file = path.join(this.#folder, 'run', name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  }

  /** Writes a module, and gives its path. */
  write(code: string): string {
    this.#count += 1;
    const file = path.join(this.#folder, `block-${this.#count}.ts`);
    writeFileSync(file, code);
    return file;
  }

  /** Makes a folder, and gives its path. */
  makeFolder(): string {
    return mkdtempSync(path.join(this.#folder, 'made-'));
  }

  remove(): void {
    process.chdir(this.#previous);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
