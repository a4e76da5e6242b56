// Longer than other files: one state machine, and what it makes of the client's.
import type { Redis } from 'ioredis';

import type { Settings } from './broker-options.js';
import { BrokenConnection } from './broken-connection.js';
import { isReply, RedisBrokerError, toBrokerError } from './redis-broker-error.js';

/** A command and its words. */
export type Command = readonly [name: string, ...words: (string | number)[]];

/** Waits between attempts to connect, in milliseconds: the first after a break, and the longest. */
const FIRST_WAIT = 20;
const LONGEST_WAIT = 1000;

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
  #reported = false;
  /** Counts the connections that were made: what was sent on an earlier one is not answered any more. */
  #made = 0;
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
      ...{ enableAutoPipelining: false, enableReadyCheck: true, monitor: false, readOnly: false },
      // Map-like answers come as nested lists, from every version of Redis.
      ...{ protocol: 2, stringNumbers: false, keyPrefix: '' },
      ...{ connectionName: name, disableClientInfo: true, noDelay: true },
      ...{ connectTimeout: settings.timeout, socketTimeout: answerWithin },
      ...{ commandTimeout: undefined, blockingTimeout: undefined },
    });
    this.#client.on('error', (error) => {
      this.#problem = toBrokerError(error, settings.where);
    });
    this.#client.on('ready', () => {
      this.#succeed();
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

  /** Sends commands that Redis carries out together, without anything of others between them. */
  async callTogether(commands: readonly Command[]): Promise<unknown[]> {
    if (this.#state !== 'ready') throw new BrokenConnection(this.problem, false);
    this.#cork();
    const sent = [
      this.#client.call('MULTI'),
      ...commands.map(([name, ...words]) => this.#client.call(name, words)),
      this.#client.call('EXEC'),
    ];
    const settled = await Promise.allSettled(sent);
    const failed = settled.find((each) => each.status === 'rejected');
    if (failed !== undefined) throw this.#explain(failed.reason);
    const results = (settled.at(-1) as PromiseFulfilledResult<unknown>).value;
    if (!Array.isArray(results))
      throw new RedisBrokerError('REDIS_FAILED', this.#settings.where, 'EXEC failed', 'try again');
    const fault: unknown = results.find(isReply);
    if (fault !== undefined) throw this.#explain(fault);
    return results as unknown[];
  }

  /** Gives the connection up, and makes another one. */
  renew(problem: RedisBrokerError): void {
    if (this.#state !== 'ready') return;
    this.#problem = problem;
    // Not at once: this one answered.
    this.#attempts = 5;
    this.#client.disconnect();
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

  #succeed(): void {
    if (this.#state === 'closed') {
      this.#client.disconnect();
      return;
    }
    this.#state = 'ready';
    this.#attempts = 0;
    this.#made += 1;
    this.#reported = false;
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
    if (!this.#reported && (this.#made > 0 || this.#settings.waitAtStart)) {
      this.#reported = true;
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

/** For a promise whose failure is told elsewhere. */
export function ignore(): void {
  // Nothing to do.
}
