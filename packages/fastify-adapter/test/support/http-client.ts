import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** One response as it came over the wire. */
export interface WireResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
  /** Whether the body ended as its framing says. */
  complete: boolean;
}

/** A client on one socket, which sees exactly what is on the wire: heads, chunks, and where they stop. */
export class HttpClient {
  readonly socket: Socket;
  closed = false;
  #chunks: Buffer[] = [];
  #size = 0;
  /** Responses as they were last parsed, and the size from which parsing again can give anything new. */
  #parsed: WireResponse[] = [];
  #parseFrom = 0;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (bytes) => {
      this.#chunks.push(bytes);
      this.#size += bytes.length;
    });
    socket.on('close', () => {
      this.closed = true;
    });
    socket.on('error', () => undefined);
  }

  static async connect(port: number): Promise<HttpClient> {
    const socket = connect({ port, host: '127.0.0.1' });
    await once(socket, 'connect');
    return new HttpClient(socket);
  }

  send(method: string, path: string, body?: string, headers: Record<string, string> = {}): void {
    const lines = [`${method} ${path} HTTP/1.1`, 'host: localhost'];
    if (body !== undefined)
      lines.push('content-type: application/json', `content-length: ${String(body.length)}`);
    for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
    this.socket.write(`${lines.join('\r\n')}\r\n\r\n${body ?? ''}`);
  }

  /** The responses received so far, in their order; the last one may be incomplete. */
  responses(final = true): WireResponse[] {
    if (!final && this.#size < this.#parseFrom) return this.#parsed;
    this.#chunks = [Buffer.concat(this.#chunks)];
    const text = this.#chunks[0]?.toString('latin1') ?? '';
    this.#parsed = [];
    this.#parseFrom = this.#size + 1;
    let at = 0;
    while (text.includes('\r\n\r\n', at)) {
      const [response, length] = parseResponse(text.slice(at));
      this.#parsed.push(response);
      at += length;
      if (!response.complete) {
        this.#parseFrom = Math.max(at, this.#parseFrom);
        break;
      }
    }
    return this.#parsed;
  }

  /** Waits until so many responses are complete, or the connection has closed. */
  async completed(count = 1): Promise<WireResponse[]> {
    const isDone = (): boolean =>
      this.closed || this.responses(false).filter(({ complete }) => complete).length >= count;
    await until(isDone, `${String(count)} complete responses`);
    return this.responses();
  }

  close(): void {
    this.socket.destroy();
  }
}

/** Waits for a condition, at most 5 s. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + 5000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`waited 5 s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

function parseResponse(text: string): [response: WireResponse, length: number] {
  const headEnd = text.indexOf('\r\n\r\n') + 4;
  const [statusLine = '', ...lines] = text.slice(0, headEnd - 4).split('\r\n');
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    headers[name] = name in headers ? `${headers[name] ?? ''}\n${value}` : value;
  }
  const status = Number(statusLine.split(' ')[1]);
  const rest = text.slice(headEnd);
  if (headers['transfer-encoding'] === 'chunked') {
    const [body, complete, length] = parseChunks(rest);
    return [{ status, headers, body, complete }, headEnd + length];
  }
  const length = Number(headers['content-length'] ?? 0);
  return [
    { status, headers, body: rest.slice(0, length), complete: rest.length >= length },
    headEnd + length,
  ];
}

function parseChunks(text: string): [body: string, complete: boolean, length: number] {
  let body = '';
  let at = 0;
  for (;;) {
    const lineEnd = text.indexOf('\r\n', at);
    if (lineEnd === -1) return [body, false, at];
    const size = parseInt(text.slice(at, lineEnd), 16);
    if (size === 0) return [body, text.startsWith('\r\n', lineEnd + 2), lineEnd + 4];
    if (text.length < lineEnd + 2 + size + 2) return [body + text.slice(lineEnd + 2), false, at];
    body += text.slice(lineEnd + 2, lineEnd + 2 + size);
    at = lineEnd + 2 + size + 2;
  }
}
