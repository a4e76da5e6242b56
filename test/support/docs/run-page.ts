import { findMismatch } from './match-output.js';
import type { Problem } from './problem.js';
import { findCommandProblem, readCommands, type Command } from './read-commands.js';
import type { Block, Page } from './read-page.js';
import { runCurl } from './run-curl.js';
import { awaitServer, findPort, registerExports, startDemo, type RunningServer } from './servers.js';
import type { TypeFault } from './type-check.js';

/** A block of TypeScript as a file, and what its type check found. */
export interface WrittenBlock {
  readonly path: string;
  readonly faults: readonly TypeFault[];
}

export interface RunOptions {
  readonly written: ReadonlyMap<Block, WrittenBlock>;
  readonly makeFolder: () => string;
  /** Whether console blocks are run. */
  readonly curl: boolean;
}

/** Whether a block starts a server. */
function isServer({ info, code }: Block): boolean {
  return info === 'ts' && /^export const app\b/m.test(code);
}

/** Runs the blocks of a page in their order, and gives what did not go as the page says. */
export async function runPage(page: Page, options: RunOptions): Promise<Problem[]> {
  const run = new PageRun(page, options);
  try {
    for (const [index, block] of page.blocks.entries()) await run.runBlock(block, page.blocks[index + 1]);
  } finally {
    await run.close();
  }
  return run.problems;
}

class PageRun {
  readonly problems: Problem[] = [];
  readonly #page: Page;
  readonly #options: RunOptions;
  /** Starts the server of the console blocks that follow, where that has not been done. */
  #start: (() => Promise<RunningServer>) | undefined;
  #server: RunningServer | undefined;

  constructor(page: Page, options: RunOptions) {
    this.#page = page;
    this.#options = options;
    if (page.file === 'apps/demo/README.md') this.#useDemo();
  }

  async runBlock(block: Block, next: Block | undefined): Promise<void> {
    const written = this.#options.written.get(block);
    if (written !== undefined) await this.#checkCode(block, next, written);
    else if (block.info === 'console' && this.#options.curl) await this.#runCommands(block);
    else if (block.info === 'sh' && /\bnpm start\b/.test(block.code)) {
      await this.close();
      this.#useDemo();
    }
  }

  async close(): Promise<void> {
    this.#start = undefined;
    const server = this.#server;
    this.#server = undefined;
    await server?.close();
  }

  #useDemo(): void {
    this.#start = () => startDemo(this.#options.makeFolder());
  }

  async #checkCode(block: Block, next: Block | undefined, { path, faults }: WrittenBlock): Promise<void> {
    // Commands never reach the server of an earlier block, even where this one fails.
    if (isServer(block)) await this.close();
    if (block.info === 'ts fails') {
      const message =
        faults.length > 0 ? faults.map((fault) => fault.message).join('\n') : await findFault(path);
      if (message === undefined) this.#add(block.line, 'it is marked as failing, but does not fail');
      else if (next?.info === 'text') {
        this.#compare(next.line, 'its message', next.code.split('\n'), message.split('\n'));
      }
      return;
    }
    for (const { line, message } of faults) this.#add(block.line + line, message);
    if (faults.length > 0 || block.info !== 'ts') return;
    if (!isServer(block) && block.code.includes('.listen(')) {
      this.#add(
        block.line,
        'a block that listens is closed by its `export const app`, a server or a promise of one',
      );
      return;
    }
    try {
      if (isServer(block)) this.#server = await startBlock(path);
      else await registerExports(load(path));
    } catch (error) {
      this.#add(block.line, `running it failed: ${toMessage(error)}`);
    }
  }

  async #runCommands(block: Block): Promise<void> {
    const commands = readCommands(block).filter(({ text }) => findCommandProblem(text) === undefined);
    if (commands.length === 0) return;
    this.#server ??= await this.#start?.();
    const server = this.#server;
    if (server === undefined) {
      this.#add(
        block.line,
        'no server runs here: a ts block with `export const app`, or `npm start`, comes first',
      );
      return;
    }
    for (const command of commands) await this.#runCommand(command, server.port);
  }

  async #runCommand({ line, text, expected }: Command, port: number): Promise<void> {
    const interrupts = expected.at(-1) === '^C';
    const shown = interrupts ? expected.slice(0, -1) : expected;
    const printed = await runCurl(
      text,
      port,
      (lines) => interrupts && findMismatch(shown, lines) === undefined,
    );
    this.#compare(line, text, shown, printed);
  }

  #compare(line: number, what: string, expected: readonly string[], printed: readonly string[]): void {
    const mismatch = findMismatch(expected, printed);
    if (mismatch === undefined) return;
    const indent = (lines: readonly string[]): string => lines.map((each) => `      ${each}`).join('\n');
    this.#add(line, `${what}: it is not as written, from '${mismatch}' on; it is\n${indent(printed)}`);
  }

  #add(line: number, message: string): void {
    this.problems.push({ file: this.#page.file, line, message });
  }
}

async function startBlock(path: string): Promise<RunningServer> {
  const port = await findPort();
  process.env.PORT = String(port);
  return awaitServer(load(path).app, port);
}

/** Runs a block that is there to show how it fails, and gives its message; undefined when it does not fail. */
async function findFault(path: string): Promise<string | undefined> {
  try {
    await registerExports(load(path));
    return undefined;
  } catch (error) {
    return toMessage(error);
  }
}

/** Imports a block by jest, so that it runs against the sources, with a framework of its own, like a program. */
function load(file: string): Record<string, unknown> {
  jest.resetModules();
  return jest.requireActual<Record<string, unknown>>(file);
}

function toMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
