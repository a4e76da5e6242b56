// A process that is asked to close what it has open, and is to end by itself then: see close-when-asked.ts.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';

export class ClosingProcess {
  readonly #child: ChildProcess;
  readonly #said: Promise<string>;

  private constructor(program: string, words: readonly string[]) {
    this.#child = fork(program, [...words], {
      // tsx takes the paths of the packages from the tsconfig.json of the working directory.
      cwd: path.join(__dirname, '../..'),
      execArgv: ['--import', pathToFileURL(require.resolve('tsx')).href],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#said = text(this.#child.stderr!);
  }

  /** Starts a program; gives it when it waits to be asked. */
  static async start(program: string, ...words: string[]): Promise<ClosingProcess> {
    const started = new ClosingProcess(program, words);
    await Promise.race([once(started.#child, 'message'), once(started.#child, 'exit')]);
    return started;
  }

  /** Asks it to close; gives what it said, which is nothing where it ended by itself and nothing went wrong. */
  async close(): Promise<string> {
    const exit = once(this.#child, 'exit');
    if (this.#child.connected) this.#child.send('close');
    else if (this.#child.exitCode !== null) return this.#said;
    const [code, signal] = (await exit) as [number | null, string | null];
    return `${await this.#said}${code === 0 ? '' : `ended with ${String(code ?? signal)}`}`;
  }

  /** Whatever became of a test, it is not left. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }
}
