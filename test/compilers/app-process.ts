import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

import type { CompiledApp } from './compilers.js';

/** Which controllers: those that say every type, or those that leave types to the compiler. */
export type Controllers = 'explicit' | 'inferred';

/** How long the process may take to listen, and to end, in milliseconds. */
const TIMEOUT = 50_000;

/** A compiled application in a process of its own. It ends with its channel to this process, whatever ends this one. */
export class AppProcess {
  /** What it wrote to its error output. */
  errors = '';
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;

  constructor({ nodeOptions, environment, main }: CompiledApp, controllers: readonly Controllers[]) {
    this.#child = fork(main, controllers, {
      // Not this process's own, which may name a debugger's port.
      execArgv: [...nodeOptions],
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    const errors = this.#child.stderr!.setEncoding('utf8');
    errors.on('data', (text: string) => (this.errors += text));
    // Not `close`, which does not come after a disconnect from this side.
    this.#ended = Promise.all([once(this.#child, 'exit'), once(errors, 'end')]);
  }

  /** The address at which it serves each of its controllers. */
  async listening(): Promise<Readonly<Record<Controllers, string>>> {
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), TIMEOUT);
    const told = once(this.#child, 'message') as Promise<[Record<Controllers, string>]>;
    const first = await Promise.race([told, this.#ended.then(() => undefined)]);
    clearTimeout(timer);
    if (first === undefined) throw new Error(`the process ended before it listened:\n${this.errors}`);
    return first[0];
  }

  /** Lets it close its servers, and waits for its end. Gives its exit code, null where it had to be ended. */
  async stop(): Promise<number | null> {
    if (this.#child.connected) this.#child.disconnect();
    return this.ended();
  }

  /** Waits until it has ended by itself; ends it where it does not. Gives its exit code, null where it had to be ended. */
  async ended(): Promise<number | null> {
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), TIMEOUT);
    await this.#ended;
    clearTimeout(timer);
    return this.#child.exitCode;
  }
}
