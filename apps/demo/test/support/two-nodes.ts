import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { buildPackages } from '../../../../test/compilers/build-packages.js';

/** How long all of it may take to start, and to end, on a busy machine, in milliseconds. */
const PATIENCE = 60_000;

const root = path.join(__dirname, '..', '..', '..', '..');

/** Builds the demo, which the script expects. */
export function buildDemo(): Promise<void> {
  return buildPackages(['apps/demo/tsconfig.build.json']);
}

/** `scripts/two-nodes.mjs` as a person runs it. */
export class TwoNodes {
  /** All that was printed. */
  output = '';
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;

  constructor(environment: NodeJS.ProcessEnv) {
    this.#child = spawn(process.execPath, [path.join(root, 'scripts', 'two-nodes.mjs')], {
      // jest's own environment is none of the demo's.
      env: { ...process.env, NODE_ENV: undefined, REDIS_URL: undefined, PORT: '0', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#ended = once(this.#child, 'exit');
    for (const stream of [this.#child.stdout!, this.#child.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    }
  }

  /** Waits until all have started; gives where the nodes are, the worker's process, and Redis. */
  async started(): Promise<{ first: string; second: string; worker: string; redis: string }> {
    const [, first, second, worker, redis] = await this.#printed(
      /node-1 +(\S+)\/ .*\n +node-2 +(\S+)\/ .*\n +worker +process (\d+)\n +Redis +(\S+)/,
    );
    return { first: first!, second: second!, worker: worker!, redis: redis! };
  }

  /** Waits for its end, and gives its exit code. */
  async ended(): Promise<number | null> {
    const timer = setTimeout(() => this.#child.kill('SIGTERM'), PATIENCE);
    await this.#ended;
    clearTimeout(timer);
    return this.#child.exitCode;
  }

  /** What Ctrl+C does; gives the exit code. */
  async interrupt(): Promise<number | null> {
    this.#child.kill('SIGINT');
    return this.ended();
  }

  async #printed(text: RegExp): Promise<RegExpExecArray> {
    const end = Date.now() + PATIENCE;
    for (;;) {
      const found = text.exec(this.output);
      if (found !== null) return found;
      if (this.#child.exitCode !== null || Date.now() > end) {
        throw new Error(`the two nodes did not start:\n${this.output}`);
      }
      await wait(20);
    }
  }
}
