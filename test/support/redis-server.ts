// A Redis of one's own for a suite: on a port of loopback, with its files in a temporary folder.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** `REDIS_SERVER_PATH`, or else `redis-server` on the search path. */
const program = process.env.REDIS_SERVER_PATH ?? 'redis-server';
const found = spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;

/** How long a server may take until it answers, and until it has ended, in milliseconds. */
const PATIENCE = 10_000;
const PORTS_TRIED = 20;

/** Options of a {@link RedisServer}. */
export interface RedisServerOptions {
  /**
   * Write an append-only file, so that what was answered is there again after a restart. Default false: nothing is. Each answer
   * waits for the disk: with `appendfsync everysec`, Redis puts off its writes while it waits for an fsync, and a kill takes them.
   */
  readonly appendOnly?: boolean;
  /** Ask clients for this password. */
  readonly password?: string;
  /** More settings, as words of the command line: `['--maxmemory', '2mb']`. */
  readonly settings?: readonly string[];
}

/**
 * `describe` for tests that ask for a Redis. Without `redis-server` the suite is skipped and says so; with
 * `SLUICE_REQUIRE_ALL=1` that fails the run.
 */
export function describeWithRedis(name: string, define: () => void): void {
  if (found) describe(name, define);
  else
    describe.skip(
      `${name} [SKIPPED: no redis-server; apt-get install redis-server or set REDIS_SERVER_PATH]`,
      define,
    );
}

/**
 * A `redis-server` process that a test can stop, crash, pause and start again, at the same port and with its files.
 *
 * ```ts
 * const redis = await RedisServer.start({ appendOnly: true });
 * await redis.crash();
 * await redis.restart();
 * await redis.close();
 * ```
 */
export class RedisServer {
  /** Where its files are. */
  readonly folder = mkdtempSync(path.join(tmpdir(), 'sluice-redis-'));
  readonly #options: RedisServerOptions;
  #port = 0;
  #process: ChildProcess | undefined;
  // Whatever ends the tests, no server is left behind.
  readonly #onExit = (): void => {
    this.#process?.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  };

  private constructor(options: RedisServerOptions) {
    this.#options = options;
    process.once('exit', this.#onExit);
  }

  /** Starts a server at a free port; gives it when it answers. */
  static async start(options: RedisServerOptions = {}): Promise<RedisServer> {
    const server = new RedisServer(options);
    try {
      for (let tried = 1; !(await server.#tryPort()); tried += 1) {
        if (tried === PORTS_TRIED) throw new Error(`${program} found no free port`);
      }
    } catch (error) {
      await server.close();
      throw error;
    }
    return server;
  }

  get port(): number {
    return this.#port;
  }

  /** `redis://127.0.0.1:port`, with the password, if it asks for one. */
  get url(): string {
    const { password } = this.#options;
    const user = password === undefined ? '' : `:${encodeURIComponent(password)}@`;
    return `redis://${user}127.0.0.1:${this.port}`;
  }

  /** Ends it as a service manager does. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  /** Kills it. */
  async crash(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Starts it again, at its port; gives back when it answers. With an append-only file it has its data. */
  async restart(): Promise<void> {
    await this.#end('SIGTERM');
    // A port that was let go of a moment ago may still be taken.
    for (let tried = 1; !(await this.#run(this.#port)); tried += 1) {
      if (tried === PORTS_TRIED) throw new Error(`${program} does not start again at its port`);
      await wait(100);
    }
  }

  /** Lets it hang: connections stay, nothing is answered, until `resume()`. */
  pause(): void {
    this.#process?.kill('SIGSTOP');
  }

  resume(): void {
    this.#process?.kill('SIGCONT');
  }

  /** Ends it and removes its files. Closing again changes nothing. */
  async close(): Promise<void> {
    process.removeListener('exit', this.#onExit);
    await this.#end('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #tryPort(): Promise<boolean> {
    // Not one of those that a system gives to who asks for any port.
    return this.#run(20_000 + Math.floor(Math.random() * 10_000));
  }

  /** @returns Whether it runs; false when it has ended by itself, as it does where the port is taken. */
  async #run(port: number): Promise<boolean> {
    const { appendOnly = false, password, settings = [] } = this.#options;
    const child = spawn(
      program,
      [
        ...['--port', String(port), '--bind', '127.0.0.1', '--dir', this.folder],
        ...['--save', '', '--appendonly', appendOnly ? 'yes' : 'no', '--appendfsync', 'always'],
        ...(password === undefined ? [] : ['--requirepass', password]),
        ...settings,
      ],
      { stdio: 'ignore' },
    );
    // once() rejects where the program cannot be started.
    const over = once(child, 'exit').then(
      () => true,
      () => true,
    );
    const endsWithin = (time: number): Promise<boolean> => Promise.race([over, wait(time, false)]);
    this.#process = child;
    this.#port = port;
    const deadline = Date.now() + PATIENCE;
    while (!(await answers(port))) {
      if (await endsWithin(10)) return false;
      if (Date.now() > deadline) throw new Error(`${program} does not answer at port ${port}`);
    }
    // Somebody else's server would have answered too.
    return !(await endsWithin(10));
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    // A paused process takes no other signal but this one; let go on, it would still answer.
    if (signal !== 'SIGKILL') child.kill('SIGCONT');
    child.kill(signal);
    const patience = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
    await exit;
    clearTimeout(patience);
  }
}

/** Whether a server speaks there, and has read its files. */
async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    return await new Promise<boolean>((resolve) => {
      socket
        .setTimeout(1000, () => resolve(false))
        .once('error', () => resolve(false))
        .once('close', () => resolve(false))
        .once('data', (reply) => resolve(!reply.toString().startsWith('-LOADING')))
        .write('PING\r\n');
    });
  } finally {
    socket.destroy();
  }
}
