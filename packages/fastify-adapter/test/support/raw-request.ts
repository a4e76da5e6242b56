import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A response as its bytes came over the wire. */
export interface RawResponse {
  readonly status: number;
  /** Fields by their names in lower case; several of one name are joined by a line feed. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** All that followed the head until the connection closed, out of its chunks where it came in chunks. */
  readonly body: Buffer;
  /** Whether the body is as long as its framing says, to the byte. */
  readonly complete: boolean;
}

/** Fields of a request; one that has a list of values is sent once for each. */
export type RequestFields = Readonly<Record<string, string | readonly string[]>>;

/** So long may a client wait for the end of a response, in milliseconds. */
const PATIENCE = 5000;

/**
 * One request on a connection of its own, which asks for `Connection: close`. So everything up to the end is its response, and
 * a byte more or less than announced is seen.
 */
export class RawRequest {
  readonly socket: Socket;
  readonly #method: string;
  readonly #received: Buffer[] = [];
  #isLate = false;

  constructor(port: number, path: string, fields: RequestFields = {}, method = 'GET') {
    this.#method = method;
    this.socket = connect({ port, host: '127.0.0.1' });
    this.socket.on('error', () => undefined);
    this.socket.on('data', (bytes) => this.#received.push(bytes));
    const lines = Object.entries({ host: 'localhost', connection: 'close', ...fields }).flatMap(
      ([name, value]) => (typeof value === 'string' ? [value] : value).map((one) => `${name}: ${one}\r\n`),
    );
    this.socket.write(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1');
  }

  /** Waits for the first bytes of the response, and then reads no more until told to. */
  async started(): Promise<this> {
    if (this.#received.length === 0) await once(this.socket, 'data');
    this.socket.pause();
    return this;
  }

  /** Reads on to the end of the connection. */
  async response(): Promise<RawResponse> {
    this.socket.resume();
    this.socket.setTimeout(PATIENCE, () => {
      this.#isLate = true;
      this.socket.destroy();
    });
    if (!this.socket.closed) await once(this.socket, 'close');
    const received = Buffer.concat(this.#received);
    if (this.#isLate)
      throw new Error(`waited ${PATIENCE} ms after ${received.length} bytes for the end of a response`);
    return toResponse(received, this.#method);
  }

  /** Breaks the connection off. */
  leave(): void {
    this.socket.destroy();
  }
}

/** Headers that do not change from one response to the next. */
export function withoutDate({ headers }: RawResponse): RawResponse['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'date'));
}

/** Asks once, and reads the response to its end. */
export function ask(
  port: number,
  path: string,
  fields: RequestFields = {},
  method = 'GET',
): Promise<RawResponse> {
  return new RawRequest(port, path, fields, method).response();
}

function toResponse(received: Buffer, method: string): RawResponse {
  const headEnd = received.indexOf('\r\n\r\n');
  if (headEnd === -1) return { status: 0, headers: {}, body: received, complete: false };
  const [statusLine = '', ...lines] = received.toString('latin1', 0, headEnd).split('\r\n');
  const status = Number(statusLine.split(' ')[1]);
  const headers = toFields(lines);
  const rest = received.subarray(headEnd + 4);
  const { 'content-length': length, 'transfer-encoding': coding } = headers;
  // RFC 9112 section 6.3: these have no body, whatever length they tell.
  if (method === 'HEAD' || status === 204 || status === 304)
    return { status, headers, body: rest, complete: rest.length === 0 };
  if (coding !== undefined) {
    const [body, complete] = readChunks(rest);
    return { status, headers, body, complete: complete && length === undefined };
  }
  return { status, headers, body: rest, complete: length === String(rest.length) };
}

function toFields(lines: readonly string[]): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    fields[name] = name in fields ? `${fields[name] ?? ''}\n${value}` : value;
  }
  return fields;
}

function readChunks(rest: Buffer): [body: Buffer, complete: boolean] {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = rest.indexOf('\r\n', at);
    if (lineEnd === -1) return [Buffer.concat(chunks), false];
    const size = parseInt(rest.toString('latin1', at, lineEnd), 16);
    at = lineEnd + 2;
    if (size === 0) return [Buffer.concat(chunks), rest.subarray(at).equals(Buffer.from('\r\n'))];
    chunks.push(rest.subarray(at, at + size));
    at += size + 2;
  }
}
