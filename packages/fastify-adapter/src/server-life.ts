import type { Socket } from 'node:net';

import type { FastifyBaseLogger } from 'fastify';

import { Chain, type Link } from './chain.js';
import type { ContentCache } from './files/content-cache.js';
import { ReadBuffers } from './files/read-buffers.js';
import { Frames } from './frames.js';
import { KeepAlive } from './keep-alive.js';
import { LateWatch } from './late-watch.js';
import { NextTurn } from './next-turn.js';
import { RESPONSE_END, type OnResponseEnd } from './response-end.js';
import { StallWatch } from './stall-watch.js';
import { TaskRunner, type TaskRunnerOptions } from './task-runner.js';

/** What a server's life knows of an exchange: its name, and how to end it. Said here, below the exchange, which knows its server. */
interface OpenExchange {
  readonly name: string;
  /** Names of its background tasks that have not ended. */
  readonly unfinishedTasks: readonly string[];
  /** Whether its body is on its way, which may have no end. */
  readonly isStreaming: boolean;
  /** Its connection has closed. */
  closed(): void;
  /** Ends a body that is on its way, cleanly. */
  close(): void;
  /** Ends the exchange at once. */
  giveUp(): void;
  countStall(): number;
  /** Ends the exchange of a client that reads nothing. */
  cutOff(timeout: number): void;
}

/** The place of an exchange among others, by which it leaves them. */
export type ExchangeLink = Link<OpenExchange>;

/** What is decided for all responses of a server. */
export interface LifeOptions {
  /** How long closing waits for responses and tasks, in milliseconds. */
  readonly drainTimeout: number;
  /** Milliseconds that a client may read nothing; undefined for as long as it likes. */
  readonly stallTimeout: number | undefined;
  readonly fileCache: ContentCache | undefined;
  readonly tasks: TaskRunnerOptions;
  readonly onResponseEnd: OnResponseEnd | undefined;
  readonly log: FastifyBaseLogger;
}

/** The exchanges that a socket's close ends. */
const EXCHANGES = Symbol('sluice.exchanges');
type WatchedSocket = Socket & { [EXCHANGES]?: Chain<OpenExchange> };

/** One function for all sockets: `this` is the socket. */
function endExchanges(this: WatchedSocket): void {
  for (const exchange of this[EXCHANGES] ?? []) exchange.closed();
}

/** The exchanges of one server (of one registration of the plugin), what they share, and how they end with it. */
export class ServerLife {
  /** Contents of files that were sent, where they are kept. */
  readonly fileCache: ContentCache | undefined;
  readonly readBuffers = new ReadBuffers();
  readonly tasks: TaskRunner;
  readonly frames = new Frames();
  readonly keepAlive = new KeepAlive();
  readonly late = new LateWatch();
  readonly nextTurn = new NextTurn();
  readonly onResponseEnd: OnResponseEnd | undefined;
  readonly #exchanges = new Chain<OpenExchange>();
  readonly #drainTimeout: number;
  readonly #log: FastifyBaseLogger;
  readonly #stallWatch: StallWatch | undefined;
  #closing = false;
  #closed: Promise<void> | undefined;
  #gaveUp = false;
  #whenEmpty: (() => void) | undefined;

  constructor({ drainTimeout, stallTimeout, fileCache, tasks, onResponseEnd, log }: LifeOptions) {
    this.fileCache = fileCache;
    this.tasks = new TaskRunner(tasks);
    this.onResponseEnd = onResponseEnd;
    this.#drainTimeout = drainTimeout;
    this.#log = log;
    this.#stallWatch = stallTimeout === undefined ? undefined : new StallWatch(this.#exchanges, stallTimeout);
  }

  /** Whether somebody wants to hear of the end of every response. */
  get observed(): boolean {
    return this.onResponseEnd !== undefined || RESPONSE_END.hasSubscribers;
  }

  /** Whether the server has begun to close. */
  get closing(): boolean {
    return this.#closing;
  }

  /** Whether it waits no longer for what is open. */
  get gaveUp(): boolean {
    return this.#gaveUp;
  }

  /** How long `close` may take, in milliseconds. */
  get longestClose(): number {
    return this.#drainTimeout + LAST_CLEAN_UPS;
  }

  /** What has not ended, but for streams that are open, by name. */
  get unfinished(): string[] {
    return [...this.#exchanges].filter(({ isStreaming }) => !isStreaming).map(describe);
  }

  add(exchange: OpenExchange): ExchangeLink {
    return this.#exchanges.add(exchange);
  }

  remove(link: ExchangeLink): void {
    this.#exchanges.remove(link);
    if (this.#exchanges.size === 0) this.#whenEmpty?.();
  }

  /** Ends the exchange when the socket of its request closes. One listener a socket, however many requests are pipelined on it. */
  watchSocket(socket: WatchedSocket, exchange: OpenExchange): ExchangeLink {
    let watching = socket[EXCHANGES];
    if (watching === undefined) {
      watching = socket[EXCHANGES] = new Chain();
      socket.on('close', endExchanges);
    }
    return watching.add(exchange);
  }

  /** How many exchanges that the close of a socket ends have not ended. */
  countOn(socket: WatchedSocket): number {
    return socket[EXCHANGES]?.size ?? 0;
  }

  unwatchSocket(socket: WatchedSocket, link: ExchangeLink): void {
    socket[EXCHANGES]?.remove(link);
  }

  /**
   * Ends the bodies that are on their way, waits for exchanges and their tasks, and says by name what it gave up. Closing again
   * waits for the same.
   */
  close(): Promise<void> {
    return (this.#closed ??= this.#close());
  }

  async #close(): Promise<void> {
    this.#closing = true;
    try {
      await this.#drain();
    } finally {
      this.#stallWatch?.stop();
    }
  }

  async #drain(): Promise<void> {
    for (const exchange of this.#exchanges) exchange.close();
    if (await this.#isEmptyWithin(this.#drainTimeout)) return;
    this.#gaveUp = true;
    this.tasks.stop();
    const names = [...this.#exchanges].map(describe).join(', ');
    this.#log.error(`closing: gave up after ${String(this.#drainTimeout)} ms: ${names}`);
    for (const exchange of this.#exchanges) exchange.giveUp();
    // What heeds its signal cleans up before hooks of the host close what that needs.
    await this.#isEmptyWithin(LAST_CLEAN_UPS);
  }

  async #isEmptyWithin(milliseconds: number): Promise<boolean> {
    if (this.#exchanges.size === 0) return true;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<false>((resolve) => (timer = setTimeout(resolve, milliseconds, false)));
    const empty = new Promise<true>((resolve) => {
      this.#whenEmpty = () => {
        resolve(true);
      };
    });
    const isEmpty = await Promise.race([late, empty]);
    clearTimeout(timer);
    return isEmpty;
  }
}

/** How long closing waits, after the signals have fired, for what ends with them, in milliseconds. */
const LAST_CLEAN_UPS = 1000;

function describe({ name, unfinishedTasks }: OpenExchange): string {
  const [first, ...others] = unfinishedTasks;
  if (first === undefined) return name;
  const more = others.length === 0 ? '' : ` and ${String(others.length)} more`;
  return `${name} (background task ${first}${more})`;
}
