import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

import type { FromCandidate, ToCandidate, Usage } from './messages.js';
import type { Memory } from './quantity.js';

/** How long an answer of the process may take, in milliseconds. */
const ANSWER_TIMEOUT = 10_000;

/** A candidate in its process, as the parent sees it. */
export class RunningCandidate {
  readonly port: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
  }

  /**
   * @param folder What the measurement filled, or the empty string.
   * @param nodeOptions Options of Node for the process: `--cpu-prof`.
   */
  static async start(
    measurement: string,
    candidate: string,
    folder: string,
    nodeOptions: readonly string[],
  ): Promise<RunningCandidate> {
    const child = fork(require.resolve('./candidate-process.js'), [measurement, candidate, folder], {
      // Not the parent's: it would hand on its own profiler or debugger.
      execArgv: ['--expose-gc', ...nodeOptions],
      env: { ...process.env, NODE_ENV: 'production' },
    });
    try {
      const message = await nextMessage(child);
      if (message.kind !== 'listening') throw new Error(`${candidate} did not begin with its port`);
      return new RunningCandidate(child, message.port);
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
  }

  /** Begins to look at what the process uses. */
  async begin(): Promise<void> {
    await this.#ask('begin');
  }

  /** What the process used since `begin`. */
  async end(): Promise<Usage> {
    const message = await this.#ask('end');
    if (message.kind !== 'ended') throw new Error('a candidate did not tell what it used');
    return message.usage;
  }

  /** Makes the process as old as the others: see `age`. No request may be on its way. */
  async age(): Promise<void> {
    await this.#ask('age');
  }

  /** The memory that the process holds after several full garbage collections. */
  async settle(): Promise<Memory> {
    const message = await this.#ask('settle');
    if (message.kind !== 'settled') throw new Error('a candidate did not tell what it holds');
    return message.memory;
  }

  /** Lets the process end; ends it where it does not. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const timer = setTimeout(() => child.kill('SIGKILL'), ANSWER_TIMEOUT);
    const exited = once(child, 'exit');
    if (child.connected) child.disconnect();
    await exited;
    clearTimeout(timer);
  }

  #ask(message: ToCandidate): Promise<FromCandidate> {
    const answer = nextMessage(this.#child);
    this.#child.send(message);
    return answer;
  }
}

function nextMessage(child: ChildProcess): Promise<FromCandidate> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      clearTimeout(timer);
      child.off('message', onMessage);
      child.off('exit', onExit);
      act();
    };
    const onMessage = (message: unknown): void => {
      settle(() => {
        resolve(message as FromCandidate);
      });
    };
    const onExit = (): void => {
      settle(() => {
        reject(new Error('the process of a candidate has ended'));
      });
    };
    const timer = setTimeout(() => {
      settle(() => {
        reject(new Error(`the process of a candidate did not answer within ${ANSWER_TIMEOUT} ms`));
      });
    }, ANSWER_TIMEOUT);
    child.on('message', onMessage);
    child.on('exit', onExit);
  });
}
