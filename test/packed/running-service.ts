import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';

/** How long a service may take to listen, in milliseconds: on a busy machine a multiple of the usual second. */
const TIMEOUT = 30_000;

/** A service in a process of its own. */
export class RunningService {
  readonly #child: ChildProcess;
  #output = '';

  /** @param command Program and arguments. */
  constructor([program, ...args]: readonly string[], cwd: string, environment: NodeJS.ProcessEnv) {
    this.#child = spawn(program!, args, {
      cwd,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout!, this.#child.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => (this.#output += text));
    }
  }

  /** Waits until it says where its page is, and gives that address without a slash at its end. */
  async listening(): Promise<string> {
    const end = Date.now() + TIMEOUT;
    for (;;) {
      const [, address] = /Docs: +(http:\/\/\S+)\/api\/docs/.exec(this.#output) ?? [];
      if (address !== undefined) return address;
      if (this.#child.exitCode !== null || Date.now() > end) {
        throw new Error(`the service does not listen:\n${this.#output}`);
      }
      await wait(20);
    }
  }

  /** Asks it to end, as a system does, and gives its exit code. */
  async stop(): Promise<number | null> {
    if (this.#child.exitCode === null) {
      this.#child.kill('SIGTERM');
      await once(this.#child, 'exit');
    }
    return this.#child.exitCode;
  }
}
