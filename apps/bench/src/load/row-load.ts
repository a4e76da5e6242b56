import type { Socket } from 'node:net';

import type { Load, Measurement, Work } from '../measurement.js';
import { median } from '../statistics.js';
import { openSocket } from './open-socket.js';
import { ResponseCounter } from './response-counter.js';
import { stayAwake } from './stay-awake.js';

interface RowLoadOptions {
  readonly clients: number;
  /** See `stayAwake`. */
  readonly awake: boolean;
  /** Where rows are counted, and not responses. Default 1. */
  readonly rowsPerResponse?: number;
}

/**
 * The work of responses whose rows are made one by one: notes when the first byte of a body came, and in how many pieces
 * bodies came. A client asks again when it has the whole of a response; one more is not begun when the time is over.
 */
export function rowLoad(path: string, options: RowLoadOptions): Pick<Measurement, 'open'> {
  return {
    open: async (port) => {
      const readers = await Promise.all(
        Array.from({ length: options.clients }, () => RowReader.open(port, path)),
      );
      return toLoad(readers, options);
    },
  };
}

function toLoad(readers: readonly RowReader[], { awake, rowsPerResponse = 1 }: RowLoadOptions): Load {
  return {
    run: async (milliseconds): Promise<Work> => {
      const start = performance.now();
      const sleep = awake ? stayAwake() : undefined;
      try {
        const mayAsk = (): boolean => performance.now() - start < milliseconds;
        const counts = await Promise.all(readers.map((reader) => reader.askWhile(mayAsk)));
        return {
          units: counts.reduce((sum, count) => sum + count, 0) * rowsPerResponse,
          milliseconds: performance.now() - start,
          firstByte: median(readers.flatMap(({ firstBytes }) => firstBytes)),
          arrivals: readers.reduce((sum, { arrivals }) => sum + arrivals, 0),
        };
      } finally {
        sleep?.();
      }
    },
    close: () => {
      for (const reader of readers) reader.close();
    },
  };
}

/** A client that looks at each piece of a body as it comes. */
class RowReader {
  /** Microseconds from a request to the first byte of its body, by response. */
  readonly firstBytes: number[] = [];
  /** Times at which bytes of a body came. */
  arrivals = 0;
  readonly #request: string;
  readonly #counter = new ResponseCounter();
  #socket: Socket | undefined;
  #askedAt = 0;
  #waitsForFirst = false;
  #onResponse: () => void = () => undefined;
  #fail: (error: Error) => void = () => undefined;

  private constructor(request: string) {
    this.#request = request;
  }

  static async open(port: number, path: string): Promise<RowReader> {
    const reader = new RowReader(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
    const socket = await openSocket(port, (bytes) => {
      reader.#take(bytes);
      return true;
    });
    reader.#socket = socket;
    socket.on('error', (error) => {
      reader.#fail(error);
    });
    socket.on('close', () => {
      reader.#fail(new Error('the server closed a connection'));
    });
    return reader;
  }

  /** Gives the number of responses. */
  async askWhile(mayAsk: () => boolean): Promise<number> {
    let count = 0;
    while (mayAsk()) {
      await new Promise<void>((resolve, reject) => {
        this.#onResponse = resolve;
        this.#fail = reject;
        this.#waitsForFirst = true;
        this.#askedAt = performance.now();
        this.#socket?.write(this.#request);
      });
      count += 1;
    }
    return count;
  }

  close(): void {
    this.#socket?.destroy();
  }

  #take(bytes: Buffer): void {
    const before = this.#counter.bodyBytes;
    try {
      const ended = this.#counter.take(bytes) > 0;
      if (this.#counter.bodyBytes > before) this.#arrived();
      if (ended) this.#onResponse();
    } catch (error) {
      this.#fail(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #arrived(): void {
    this.arrivals += 1;
    if (!this.#waitsForFirst) return;
    this.#waitsForFirst = false;
    this.firstBytes.push((performance.now() - this.#askedAt) * 1000);
  }
}
