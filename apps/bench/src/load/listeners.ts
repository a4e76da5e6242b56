import type { Socket } from 'node:net';

import { openSocket } from './open-socket.js';

/** Connections that are opened at once: more would fill the server's queue of those that wait to be accepted. */
const AT_ONCE = 50;
/** Bytes of the buffer that all sockets share. */
const READ_BYTES = 64 * 1024;

/** Clients of event streams, each a socket that asks once and then listens. */
export class Listeners {
  readonly #port: number;
  readonly #request: string;
  readonly #onBytes: (bytes: Buffer) => void;
  readonly #buffer = Buffer.allocUnsafe(READ_BYTES);
  readonly #sockets: Socket[] = [];
  #failed: Error | undefined;
  #closing = false;

  /** @param onBytes Takes what comes to any of them. */
  constructor(port: number, path: string, onBytes: (bytes: Buffer) => void = () => undefined) {
    this.#port = port;
    this.#request = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAccept: text/event-stream\r\n\r\n`;
    this.#onBytes = onBytes;
  }

  /** How many there are. */
  get count(): number {
    return this.#sockets.length;
  }

  /** Adds some, and waits until each has the head of its response. */
  async add(count: number): Promise<void> {
    for (let added = 0; added < count; added += AT_ONCE) {
      await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - added) }, () => this.#addOne()));
    }
    this.check();
  }

  /** @throws Error where one of them has failed, or was closed by the server. */
  check(): void {
    if (this.#failed !== undefined) throw this.#failed;
  }

  close(): void {
    this.#closing = true;
    for (const socket of this.#sockets.splice(0)) socket.destroy();
  }

  #addOne(): Promise<void> {
    return new Promise((resolve, reject) => {
      const onHead = (bytes: Buffer): void => {
        const status = bytes.toString('latin1', 0, 'HTTP/1.1 200'.length);
        if (status === 'HTTP/1.1 200') resolve();
        else reject(new Error(`a server answered ${status}`));
      };
      let onBytes = (bytes: Buffer): void => {
        onBytes = this.#onBytes;
        onHead(bytes);
      };
      const take = (bytes: Buffer): boolean => {
        onBytes(bytes);
        return true;
      };
      openSocket(this.#port, take, this.#buffer).then((socket) => {
        this.#sockets.push(socket);
        socket.on('error', (error) => (this.#failed ??= error));
        socket.on('close', () => {
          if (!this.#closing) this.#failed ??= new Error('the server closed an event stream');
        });
        socket.write(this.#request);
      }, reject);
    });
  }
}
