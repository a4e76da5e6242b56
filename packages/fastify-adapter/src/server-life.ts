import type { Socket } from 'node:net';

import type { FastifyBaseLogger } from 'fastify';

import type { ContentCache } from './files/content-cache.js';

/** What a server's life knows of an exchange: its name, and how to end it. Said here, below the exchange, which knows its server. */
interface OpenExchange {
  readonly name: string;
  endAs(outcome: 'client-closed'): void;
  /** Ends a body that is on its way, cleanly. */
  close(): void;
  /** Ends the exchange at once. */
  giveUp(): void;
}

/** The exchanges of one server (of one registration of the plugin), what they share, and how they end with it. */
export class ServerLife {
  /** Contents of files that were sent, where they are kept. */
  readonly fileCache: ContentCache | undefined;
  readonly #exchanges = new Set<OpenExchange>();
  // One listener a socket, however many requests were pipelined on it.
  readonly #watched = new WeakMap<Socket, Set<OpenExchange>>();
  readonly #drainTimeout: number;
  readonly #log: FastifyBaseLogger;
  #closing = false;
  #whenEmpty: (() => void) | undefined;

  /** @param drainTimeout How long closing waits for responses and tasks, in milliseconds. */
  constructor(drainTimeout: number, log: FastifyBaseLogger, fileCache: ContentCache | undefined) {
    this.fileCache = fileCache;
    this.#drainTimeout = drainTimeout;
    this.#log = log;
  }

  /** How many exchanges have not ended, or still run tasks. */
  get size(): number {
    return this.#exchanges.size;
  }

  /** Whether the server has begun to close. */
  get closing(): boolean {
    return this.#closing;
  }

  add(exchange: OpenExchange): void {
    this.#exchanges.add(exchange);
  }

  remove(exchange: OpenExchange): void {
    this.#exchanges.delete(exchange);
    if (this.#exchanges.size === 0) this.#whenEmpty?.();
  }

  /** Ends the exchange when the socket of its request closes. */
  watchSocket(socket: Socket, exchange: OpenExchange): void {
    const known = this.#watched.get(socket);
    if (known !== undefined) {
      known.add(exchange);
      return;
    }
    const exchanges = new Set([exchange]);
    this.#watched.set(socket, exchanges);
    socket.once('close', () => {
      for (const each of exchanges) each.endAs('client-closed');
    });
  }

  unwatchSocket(socket: Socket, exchange: OpenExchange): void {
    this.#watched.get(socket)?.delete(exchange);
  }

  /** Ends the bodies that are on their way, waits for exchanges and their tasks, and says by name what it gave up. */
  async close(): Promise<void> {
    this.#closing = true;
    for (const exchange of this.#exchanges) exchange.close();
    if (this.#exchanges.size === 0) return;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => (timer = setTimeout(resolve, this.#drainTimeout, 'late')));
    const empty = new Promise<void>((resolve) => (this.#whenEmpty = resolve));
    const how = await Promise.race([late, empty]);
    clearTimeout(timer);
    if (how !== 'late') return;
    const names = [...this.#exchanges].map((exchange) => exchange.name);
    this.#log.error(`closing: gave up after ${String(this.#drainTimeout)} ms: ${names.join(', ')}`);
    for (const exchange of this.#exchanges) exchange.giveUp();
  }
}
