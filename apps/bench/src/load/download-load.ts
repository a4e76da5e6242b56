import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

import type { Load, Measurement, Work } from '../measurement.js';
import { openSocket } from './open-socket.js';
import { ResponseCounter } from './response-counter.js';

interface DownloadOptions {
  /** How fast the client reads. Default: as fast as it can. */
  readonly bytesPerSecond?: number;
  /** How many bytes of the body are one unit of the work. Default: a MiB. */
  readonly unitBytes?: number;
}

/**
 * The work of sending a body that takes longer than a round: the client asks for it, breaks the connection off when the
 * time is over, and counts what came until then. Where the body ends before that, it asks again.
 */
export function downloadLoad(
  path: string,
  { bytesPerSecond = Infinity, unitBytes = 2 ** 20 }: DownloadOptions = {},
): Pick<Measurement, 'open'> {
  return {
    open: async (port) => {
      const download = await Download.open(port, path, bytesPerSecond, unitBytes);
      return { run: (milliseconds) => download.run(milliseconds), close: () => download.close() };
    },
  };
}

class Download implements Load {
  readonly #request: string;
  readonly #bytesPerSecond: number;
  readonly #unitBytes: number;
  readonly #counter = new ResponseCounter();
  #socket: Socket | undefined;
  #start = 0;
  #failed: Error | undefined;

  private constructor(request: string, bytesPerSecond: number, unitBytes: number) {
    this.#request = request;
    this.#bytesPerSecond = bytesPerSecond;
    this.#unitBytes = unitBytes;
  }

  static async open(
    port: number,
    path: string,
    bytesPerSecond: number,
    unitBytes: number,
  ): Promise<Download> {
    const request = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`;
    const download = new Download(request, bytesPerSecond, unitBytes);
    const socket = await openSocket(port, (bytes) => download.#take(bytes));
    download.#socket = socket;
    socket.on('error', (error) => (download.#failed ??= error));
    socket.on('close', () => (download.#failed ??= new Error('the server closed a connection')));
    return download;
  }

  async run(milliseconds: number): Promise<Work> {
    this.#start = performance.now();
    this.#socket?.write(this.#request);
    await pause(milliseconds);
    if (this.#failed !== undefined) throw this.#failed;
    const work = {
      units: this.#counter.bodyBytes / this.#unitBytes,
      milliseconds: performance.now() - this.#start,
    };
    // Before the server is asked what it used: what it sends from now on is not counted. Node's own Readable gives a
    // client that keeps up one chunk after the other and no other work of the process its turn.
    this.close();
    return work;
  }

  close(): void {
    this.#socket?.destroy();
  }

  /** Whether to read on at once. */
  #take(bytes: Buffer): boolean {
    try {
      if (this.#counter.take(bytes) > 0) this.#socket?.write(this.#request);
    } catch (error) {
      this.#socket?.destroy(error instanceof Error ? error : new Error(String(error)));
    }
    const early = (this.#counter.bodyBytes / this.#bytesPerSecond) * 1000 - (performance.now() - this.#start);
    if (early <= 0) return true;
    setTimeout(() => this.#socket?.resume(), early);
    return false;
  }
}
