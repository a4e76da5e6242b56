import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { parseDocument } from 'yaml';

import { findCommandProblem, readCommands } from './read-commands.js';
import type { Problem } from './problem.js';
import type { Block, Page } from './read-page.js';

const CODE = ['ts', 'ts no-run', 'ts fails'];
/** Parts of files of the repository, which are tested there; the comment before names the file. */
const EXCERPTS = ['js', 'ts excerpt'];
/** What is written with another framework, to be read beside ours: it is not run. */
const OTHERS = ['python', 'ts other'];
const KINDS = [...CODE, ...EXCERPTS, ...OTHERS, 'console', 'sh', 'json', 'text', 'mermaid', 'html', 'yaml'];

/** Commands of npm itself, as far as a page could want them; `start`, `test` and the like are scripts. */
const NPM_COMMANDS = new Set(
  'audit ci create exec help i init install list login ls outdated pack publish run uninstall update version view'.split(
    ' ',
  ),
);

/** The file that a block is the content of, `html views/item.ejs`: what runs on its page finds it there. */
export function fileOf({ info }: Block): string | undefined {
  return /^html (\S+)$/.exec(info)?.[1];
}

/** Whether a block is a module, to be checked by the compiler. */
export function isCode({ info }: Block): boolean {
  return CODE.includes(info);
}

/**
 * Finds what is wrong with the blocks of a page as they are written; nothing is compiled or run.
 *
 * @param scripts Those of the repository's package.json.
 * @param root Folder of the repository.
 */
export function checkBlocks(page: Page, scripts: Readonly<Record<string, unknown>>, root: string): Problem[] {
  const { file } = page;
  return page.blocks.flatMap((block, index) =>
    [...findProblems(block, page.blocks[index + 1], scripts, root)].map(([line, message]) => ({
      file,
      line,
      message,
    })),
  );
}

function* findProblems(
  block: Block,
  next: Block | undefined,
  scripts: Readonly<Record<string, unknown>>,
  root: string,
): Generator<[line: number, message: string]> {
  switch (block.info) {
    case 'ts no-run':
      if ((block.comment ?? '') === '') {
        yield [block.line, 'ts no-run needs its reason right before it: <!-- it asks for a Redis server -->'];
      }
      break;
    case 'ts fails':
      // Without it, a slip of the pen would pass for the fault that is meant.
      if (next?.info !== 'text') {
        yield [block.line, 'ts fails is followed by a text block with the message; … stands for any text'];
      }
      break;
    case 'js':
    case 'ts excerpt': {
      const problem = findExcerptProblem(block, root);
      if (problem !== undefined) yield [block.line, problem];
      break;
    }
    case 'console':
      for (const { line, text } of readCommands(block)) {
        const problem = findCommandProblem(text);
        if (problem !== undefined) yield [line, problem];
      }
      break;
    case 'sh':
      for (const [index, line] of block.code.split('\n').entries()) {
        for (const name of unknownScripts(line, scripts)) {
          yield [block.line + index, `package.json has no script ${name}`];
        }
      }
      break;
    case 'json':
      try {
        JSON.parse(block.code);
      } catch (error) {
        yield [block.line, `this is not JSON: ${error instanceof Error ? error.message : String(error)}`];
      }
      break;
    case 'yaml': {
      const problem = findYamlProblem(block.code);
      if (problem !== undefined) yield [block.line, `this is not YAML: ${problem}`];
      break;
    }
    default:
      if (KINDS.includes(block.info) || fileOf(block) !== undefined) break;
      yield [
        block.line - 1,
        `write what it is behind the fence, one of: ${KINDS.join(', ')}; not '${block.info}'`,
      ];
  }
}

function findExcerptProblem({ code, comment = '' }: Block, root: string): string | undefined {
  const file = path.join(root, comment);
  if (comment === '' || !existsSync(file)) {
    return 'part of a file needs its name right before it: <!-- examples/existing-server/server.js -->';
  }
  // However deeply it is indented there.
  const flat = (text: string): string => text.replaceAll(/^[ \t]+/gm, '');
  return flat(readFileSync(file, 'utf8')).includes(flat(code)) ? undefined : `this is not in ${comment}`;
}

function findYamlProblem(code: string): string | undefined {
  // Duplicate keys and tabs are errors too.
  return parseDocument(code).errors[0]?.message;
}

function* unknownScripts(line: string, scripts: Readonly<Record<string, unknown>>): Generator<string> {
  for (const [, run, name = ''] of line.matchAll(/\bnpm((?: +-\S+)* +run(?: +-\S+)*)? +(?!-)([\w:.-]+)/g)) {
    const isScript = Object.hasOwn(scripts, name);
    if (!isScript && (run !== undefined || !NPM_COMMANDS.has(name))) yield name;
  }
}
