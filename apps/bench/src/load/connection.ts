import type { Socket } from 'node:net';

import { openSocket } from './open-socket.js';
import { ResponseCounter } from './response-counter.js';

/** Requests that are sent at once, without waiting for the answers between them (RFC 9112 section 9.3.2). */
export interface Batch {
  readonly bytes: string;
  readonly requests: number;
}

/**
 * A connection that sends the same again as soon as it has all answers. A client such as node:http's takes more CPU time
 * than the servers, and would be what is measured.
 */
export class Connection {
  readonly #socket: Socket;
  readonly #batch: Batch;
  readonly #counter = new ResponseCounter();
  #failed: Error | undefined;
  #fail: ((error: Error) => void) | undefined;
  #onAnswers: ((count: number) => void) | undefined;

  private constructor(socket: Socket, batch: Batch) {
    this.#socket = socket;
    this.#batch = batch;
    socket.on('error', (error) => {
      this.#end(error);
    });
    socket.on('close', () => {
      this.#end(new Error('the server closed a connection'));
    });
  }

  /** Connects to a port of this machine. */
  static async open(port: number, batch: Batch): Promise<Connection> {
    const socket = await openSocket(port, (bytes) => {
      connection.#take(bytes);
      return true;
    });
    const connection = new Connection(socket, batch);
    return connection;
  }

  /** Sends one batch after the other while it may, and gives the number of answers. */
  askWhile(mayAsk: () => boolean): Promise<number> {
    return new Promise((resolve, reject) => {
      if (this.#failed !== undefined) {
        reject(this.#failed);
        return;
      }
      let answered = 0;
      let open = 0;
      const next = (): void => {
        open = this.#batch.requests;
        if (mayAsk()) this.#socket.write(this.#batch.bytes);
        else resolve(answered);
      };
      this.#fail = reject;
      this.#onAnswers = (count) => {
        answered += count;
        open -= count;
        if (open === 0) next();
      };
      next();
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(bytes: Buffer): void {
    try {
      this.#onAnswers?.(this.#counter.take(bytes));
    } catch (error) {
      this.#socket.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #end(error: Error): void {
    this.#failed ??= error;
    this.#fail?.(this.#failed);
  }
}
