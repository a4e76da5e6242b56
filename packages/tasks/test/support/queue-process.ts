import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';

import type { QueueCounts } from '@sluice/tasks';

const REPOSITORY = path.join(__dirname, '../../../..');

/** What a server answered. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** The server of `queue-program.ts`. */
export class QueueProcess {
  readonly #child: ChildProcess;
  readonly #agent = new Agent({ keepAlive: true });
  #port = 0;

  private constructor(folder: string, uid: number | undefined) {
    this.#child = fork(path.join(__dirname, 'queue-program.ts'), [folder], {
      // tsx takes the paths of the packages from the tsconfig.json of the working directory.
      cwd: REPOSITORY,
      execArgv: ['--import', pathToFileURL(require.resolve('tsx')).href],
      ...(uid === undefined ? {} : { uid, gid: uid }),
    });
  }

  /**
   * Starts a server over a folder.
   *
   * @throws Error with what it said when it could not start.
   */
  static async start(folder: string, { uid }: { uid?: number } = {}): Promise<QueueProcess> {
    const started = new QueueProcess(folder, uid);
    // The channel ends after the last message, where the process may have ended before that arrives.
    const exit = once(started.#child, 'disconnect').then(() => ['it ended before it listened']);
    const [said] = (await Promise.race([once(started.#child, 'message'), exit])) as [unknown];
    if (typeof said !== 'number') throw new Error(String(said));
    started.#port = said;
    return started;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Enqueues a number; rejects where the connection broke before all of the answer was there. */
  async add(n: number): Promise<Answer> {
    return this.#ask('POST', '/work', JSON.stringify({ n }));
  }

  async counts(): Promise<QueueCounts> {
    return (await this.#ask('GET', '/work/counts')).body as QueueCounts;
  }

  /** Kills it, at once. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended();
  }

  /** Closes it, as a server is closed. */
  async close(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect();
    await this.#ended();
  }

  async #ended(): Promise<void> {
    this.#agent.destroy();
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'exit');
  }

  async #ask(method: string, target: string, body?: string): Promise<Answer> {
    const asking = request({
      ...{ method, path: target, host: '127.0.0.1', port: this.#port, agent: this.#agent },
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
    });
    asking.end(body);
    const [response] = (await once(asking, 'response')) as [import('node:http').IncomingMessage];
    const read = await text(response);
    if (!response.complete) throw new Error('the answer broke off');
    return { status: response.statusCode ?? 0, body: JSON.parse(read) as unknown };
  }
}
