import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { call, type CallInit, type StreamCall, type Version } from './stream-call.js';
import type { StreamProgramAnswers } from './stream-program.js';

const REPOSITORY = path.join(__dirname, '../../../..');

/** The server of `stream-program.ts`, in a process of its own that can collect its garbage when asked. */
export class StreamProcess {
  readonly version: Version;
  readonly #child: ChildProcess;
  readonly #calls: StreamCall[] = [];
  #port = 0;

  private constructor(version: Version) {
    this.version = version;
    this.#child = fork(path.join(__dirname, 'stream-program.ts'), [version], {
      // tsx takes the paths of the packages from the tsconfig.json of the working directory.
      cwd: REPOSITORY,
      execArgv: ['--expose-gc', '--import', pathToFileURL(require.resolve('tsx')).href],
    });
  }

  static async start(version: Version): Promise<StreamProcess> {
    const program = new StreamProcess(version);
    await once(program.#child, 'message');
    program.#port = await program.query('port');
    return program;
  }

  get port(): number {
    return this.#port;
  }

  async query<Name extends keyof StreamProgramAnswers>(name: Name): Promise<StreamProgramAnswers[Name]> {
    this.#child.send(name);
    const [answer] = (await once(this.#child, 'message')) as [StreamProgramAnswers[Name]];
    return answer;
  }

  ask(target: string, init?: CallInit): StreamCall {
    const one = call(this.version, this.#port, target, init);
    this.#calls.push(one);
    return one;
  }

  async stop(): Promise<void> {
    for (const one of this.#calls) one.vanish();
    this.#child.disconnect();
    if (this.#child.exitCode === null) await once(this.#child, 'exit');
  }
}
