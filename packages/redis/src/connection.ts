// Longer than other files: one state machine, and what it makes of the client's.
import type { Redis } from 'ioredis';

import type { Settings } from './broker-options.js';
import { BrokenConnection } from './broken-connection.js';
import { isReply, RedisBrokerError, toBrokerError, type RedisCode } from './redis-broker-error.js';

/** A command and its words. */
export type Command = readonly [name: string, ...words: (string | number)[]];

/** Waits between attempts to connect, in milliseconds: the first after a break, and the longest. */
const FIRST_WAIT = 20;
const LONGEST_WAIT = 1000;
/** How long an end that was asked for may take, in milliseconds: a Redis that hangs does not hold up a process that ends. */
const LAST_WAIT = 200;

/**
 * One connection to Redis, made anew when it breaks, until it is closed. A command fails when the connection that it was
 * sent on breaks: whoever sent it knows whether it may be sent again.
 *
 * The client's own reconnecting is off. It would send commands again by itself, and so store an event twice.
 */
export class Connection {
  readonly #settings: Settings;
  readonly #client: Redis;
  readonly #onReady: () => void;
  #state: 'idle' | 'connecting' | 'ready' | 'away' | 'closed' = 'idle';
  #attempts = 0;
  #wait: NodeJS.Timeout | undefined;
  #problem: RedisBrokerError | undefined;
  /** What was told of this absence already: each kind of problem is told once. */
  readonly #reported = new Set<RedisCode>();
  /** Counts the connections that were made: what was sent on an earlier one is not answered any more. */
  #made = 0;
  #run: string | undefined;
  readonly #waiting = new Set<{ resolve: () => void; reject: (error: RedisBrokerError) => void }>();
  #corked = false;

  /**
   * @param answerWithin How long any answer may take, in milliseconds.
   * @param onReady Called at each new connection, before anyone who waits for it goes on.
   */
  constructor(settings: Settings, name: string, answerWithin: number, onReady: () => void) {
    this.#settings = settings;
    this.#onReady = onReady;
    this.#client = settings.createClient({
      ...{ lazyConnect: true, retryStrategy: null, reconnectOnError: null, maxRetriesPerRequest: null },
      ...{ enableOfflineQueue: false, autoResendUnfulfilledCommands: false, autoResubscribe: false },
      ...{ enableAutoPipelining: false, monitor: false, readOnly: false },
      // Its own check says nothing of a Redis that reads its data from disk, and goes on after it was closed.
      enableReadyCheck: false,
      // Map-like answers come as nested lists, from every version of Redis.
      ...{ protocol: 2, stringNumbers: false, keyPrefix: '' },
      ...{ connectionName: name, disableClientInfo: true, noDelay: true },
      ...{ connectTimeout: settings.timeout, socketTimeout: answerWithin, disconnectTimeout: LAST_WAIT },
      ...{ commandTimeout: undefined, blockingTimeout: undefined },
    });
    this.#client.on('error', (error) => {
      this.#problem = toBrokerError(error, settings.where);
    });
    this.#client.on('ready', () => {
      void this.#enter();
    });
    this.#client.on('end', () => {
      this.#fail();
    });
  }

  get ready(): boolean {
    return this.#state === 'ready';
  }

  /** Number of the connection that there is now, or was last. */
  get made(): number {
    return this.#made;
  }

  /** Which run of Redis it is with, or was last: another one knows nothing of earlier connections. Undefined where it may not be asked. */
  get run(): string | undefined {
    return this.#run;
  }

  /** Why it is not ready. */
  get problem(): RedisBrokerError {
    if (this.#state === 'closed') return closedError(this.#settings.where);
    if (this.#problem !== undefined) return this.#problem;
    const state = this.#state === 'connecting' ? 'connect ETIMEDOUT' : 'the connection was closed';
    return toBrokerError(new Error(state), this.#settings.where);
  }

  /** Whether Redis has answered with what no other attempt will change: a wrong password. */
  get refused(): boolean {
    return this.#state === 'away' && this.#problem?.code === 'REDIS_REFUSED';
  }

  /** Begins to connect, if nobody has yet. */
  open(): void {
    if (this.#state !== 'idle') return;
    this.#state = 'connecting';
    this.#connect();
  }

  /** Resolves when there is a connection; rejects when this is closed. */
  whenReady(): Promise<void> {
    this.open();
    if (this.#state === 'ready') return Promise.resolve();
    if (this.#state === 'closed') return Promise.reject(this.problem);
    return new Promise((resolve, reject) => {
      this.#waiting.add({ resolve, reject });
    });
  }

  /** Resolves when there is a connection; rejects when it cannot be made within the time of the settings. */
  async whenReached(): Promise<void> {
    const ready = this.whenReady();
    if (this.#settings.waitAtStart || this.ready) return ready;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      const begun = Date.now();
      const look = (): void => {
        if (this.refused || Date.now() - begun >= this.#settings.timeout) reject(this.problem);
        else timer = setTimeout(look, 20);
      };
      look();
    });
    // Whoever comes second is not asked.
    ready.catch(ignore);
    try {
      await Promise.race([ready, late]);
    } finally {
      clearTimeout(timer);
      late.catch(ignore);
    }
  }

  /**
   * Sends a command.
   *
   * @throws RedisBrokerError What Redis answers.
   * @throws BrokenConnection There is no connection, or it broke before Redis had answered.
   */
  async call([name, ...words]: Command): Promise<unknown> {
    if (this.#state !== 'ready') throw new BrokenConnection(this.problem, false);
    this.#cork();
    try {
      return await this.#client.call(name, words);
    } catch (error) {
      throw this.#explain(error);
    }
  }

  /** Gives the connection up when what was sent on it is answered, and makes another one. */
  renew(problem: RedisBrokerError): void {
    if (this.#state !== 'ready') return;
    this.#state = 'away';
    this.#problem = problem;
    // Not at once: this one answered.
    this.#attempts = 5;
    this.#client.quit().catch(ignore);
  }

  /** Lets go. What was sent and is not answered fails. */
  close(): void {
    if (this.#state === 'closed') return;
    const begun = this.#state !== 'idle';
    this.#state = 'closed';
    clearTimeout(this.#wait);
    if (begun) this.#client.disconnect();
    this.#settle(({ reject }) => {
      reject(this.problem);
    });
  }

  /** What is sent in one turn leaves as one write. */
  #cork(): void {
    if (this.#corked) return;
    this.#corked = true;
    const { stream } = this.#client;
    stream.cork();
    process.nextTick(() => {
      this.#corked = false;
      stream.uncork();
    });
  }

  #connect(): void {
    // How it ends is told by events, with the reason.
    this.#client.connect().catch(ignore);
  }

  /** Looks whether Redis serves this client, before anything is sent. */
  async #enter(): Promise<void> {
    try {
      const info = await this.#client.info().catch(allowMissing);
      this.#checkInfo(info);
    } catch (error) {
      // A connection that broke has said so by an event.
      if (isReply(error) || error instanceof RedisBrokerError) {
        this.#problem = toBrokerError(error, this.#settings.where);
      }
      this.#client.disconnect();
      return;
    }
    if (this.#state === 'closed') this.#client.disconnect();
    else this.#succeed();
  }

  #checkInfo(info: string): void {
    const { where } = this.#settings;
    this.#run = /^run_id:(\w+)/m.exec(info)?.[1];
    if (/^loading:1/m.test(info)) {
      throw toBrokerError(new Error('LOADING Redis is loading the dataset in memory'), where);
    }
    const { sentinels, role = 'master' } = this.#client.options;
    // Sentinels may still name one that was the primary a moment ago.
    if (sentinels && role === 'master' && /^role:slave/m.test(info)) {
      throw toBrokerError(new Error('READONLY the sentinels name a replica'), where);
    }
  }

  #succeed(): void {
    this.#state = 'ready';
    this.#attempts = 0;
    this.#made += 1;
    this.#reported.clear();
    this.#problem = undefined;
    this.#onReady();
    this.#settle(({ resolve }) => {
      resolve();
    });
  }

  #fail(): void {
    if (this.#state === 'closed') return;
    this.#state = 'away';
    this.#problem ??= this.problem;
    const { code } = this.#problem;
    if (!this.#reported.has(code) && (this.#made > 0 || this.#settings.waitAtStart)) {
      this.#reported.add(code);
      this.#settings.onError(this.#problem);
    }
    const wait = Math.min(FIRST_WAIT * 2 ** this.#attempts, LONGEST_WAIT);
    this.#attempts = Math.min(this.#attempts + 1, 10);
    // Not all clients of a Redis that comes back at the same moment.
    this.#wait = setTimeout(() => this.#connect(), wait * (0.5 + Math.random() / 2));
  }

  #settle(
    settle: (waiting: { resolve: () => void; reject: (error: RedisBrokerError) => void }) => void,
  ): void {
    const all = [...this.#waiting];
    this.#waiting.clear();
    for (const each of all) settle(each);
  }

  #explain(error: unknown): RedisBrokerError | BrokenConnection {
    if (isReply(error)) return toBrokerError(error, this.#settings.where);
    // The client only says that the connection was closed; why, it said by an event.
    return new BrokenConnection(this.problem, true);
  }
}

export function closedError(where: string): RedisBrokerError {
  return new RedisBrokerError(
    'REDIS_CLOSED',
    where,
    'the broker was closed',
    'close it when the server has ended',
  );
}

/** A user that may not ask for INFO may still use streams. */
function allowMissing(error: unknown): string {
  if (isReply(error) && (error as Error).message.startsWith('NOPERM')) return '';
  throw error;
}

/** For a promise whose failure is told elsewhere. */
export function ignore(): void {
  // Nothing to do.
}
