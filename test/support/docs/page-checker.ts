import { readFileSync } from 'node:fs';
import path from 'node:path';

import { checkBlocks, fileOf, isCode } from './check-blocks.js';
import { checkLinks } from './check-links.js';
import { hideOutput } from './hide-output.js';
import type { Problem } from './problem.js';
import type { Block, Page } from './read-page.js';
import { runPage, type WrittenBlock } from './run-page.js';
import { checkTypes } from './type-check.js';
import { Workspace } from './workspace.js';

/** Checks pages: how they are written, where they lead, and whether their code does what they say. */
export class PageChecker {
  readonly #root: string;
  readonly #workspace = new Workspace();
  readonly #written: ReadonlyMap<Block, WrittenBlock>;
  readonly #scripts: Readonly<Record<string, unknown>>;

  /** @param root Folder that the paths of the pages begin at, with the package.json whose scripts they name. */
  constructor(pages: readonly Page[], root: string) {
    this.#root = root;
    const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, unknown>;
    };
    this.#scripts = manifest.scripts;
    const all = pages.flatMap((page) => page.blocks);
    for (const block of all) {
      const file = fileOf(block);
      if (file !== undefined) this.#workspace.add(file, block.code);
    }
    const blocks = all.filter(isCode);
    const files = new Map(blocks.map((block) => [block, this.#workspace.write(block.code)]));
    const faults = checkTypes([...files.values()]);
    this.#written = new Map(
      [...files].map(([block, file]) => [block, { path: file, faults: faults.get(file) ?? [] }]),
    );
  }

  /** @param curl Whether curl is there; without it servers start, and console blocks are left out. */
  async check(page: Page, curl: boolean): Promise<Problem[]> {
    const written = this.#written;
    const makeFolder = (): string => this.#workspace.makeFolder();
    const showOutput = hideOutput();
    try {
      return [
        ...page.problems,
        ...checkBlocks(page, this.#scripts, this.#root),
        ...checkLinks(page, this.#root),
        ...(await runPage(page, { written, makeFolder, curl })),
      ].sort((a, b) => a.line - b.line);
    } finally {
      showOutput();
    }
  }

  remove(): void {
    this.#workspace.remove();
  }
}
