import {
  Agent,
  request as requestHttp1,
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from 'node:http';
import {
  connect as connectHttp2,
  constants,
  type ClientHttp2Session,
  type ClientHttp2Stream,
} from 'node:http2';

import { until } from './http-client.js';

/** The versions of HTTP that a stream is tested on. */
export const VERSIONS = ['HTTP/1.1', 'HTTP/2'] as const;
export type Version = (typeof VERSIONS)[number];

/** How a client saw a response end: as its framing says, or broken off before. */
export type Ending = 'complete' | 'broken';

export interface CallInit {
  readonly method?: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent in the place of a body, and said to be JSON. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Reads nothing of the body until `resume()`. */
  readonly paused?: boolean;
}

/** One request on a connection of its own, and the response as far as it came. */
export abstract class StreamCall {
  /** 0 until the head is there. */
  status = 0;
  headers: IncomingHttpHeaders = {};
  trailers: Readonly<Record<string, unknown>> = {};
  readonly chunks: Buffer[] = [];
  /** Undefined until the response has ended, or the connection has closed. */
  ending: Ending | undefined;

  get bytes(): Buffer {
    return Buffer.concat(this.chunks);
  }

  get text(): string {
    return this.bytes.toString();
  }

  async head(): Promise<this> {
    await until(() => this.status !== 0 || this.ending !== undefined, 'the head');
    return this;
  }

  async received(text: string): Promise<this> {
    await until(() => this.text.includes(text) || this.ending !== undefined, `the text ${text}`);
    if (!this.text.includes(text)) throw new Error(`the response ended without ${text}: ${this.text}`);
    return this;
  }

  async ended(): Promise<this> {
    await until(() => this.ending !== undefined, 'the end of the response');
    return this;
  }

  /** What matters of a response most often. */
  async outcome(): Promise<[status: number, text: string, ending: Ending | undefined]> {
    await this.ended();
    return [this.status, this.text, this.ending];
  }

  abstract pause(): void;
  abstract resume(): void;
  /** The client wants no more: it closes the connection, or cancels the stream. */
  abstract leave(): void;
  /** The client's machine is gone: its connection breaks, with all that is on it. */
  abstract vanish(): void;
}

export function call(version: Version, port: number, path: string, init: CallInit = {}): StreamCall {
  return version === 'HTTP/1.1' ? new Http1Call(port, path, init) : new Http2Call(port, path, init);
}

const NO_REUSE = new Agent({ keepAlive: false });

function bodyOf(init: CallInit): [text: string | undefined, headers: Record<string, string>] {
  const text = init.text ?? (init.body === undefined ? undefined : JSON.stringify(init.body));
  if (text === undefined) return [undefined, {}];
  return [text, { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) }];
}

class Http1Call extends StreamCall {
  readonly #request: ClientRequest;
  #response: IncomingMessage | undefined;
  #paused: boolean;

  constructor(port: number, path: string, init: CallInit) {
    super();
    this.#paused = init.paused === true;
    const [body, bodyHeaders] = bodyOf(init);
    this.#request = requestHttp1({
      host: '127.0.0.1',
      port,
      path,
      method: init.method ?? 'GET',
      headers: { ...bodyHeaders, ...init.headers },
      agent: NO_REUSE,
    });
    this.#request.on('error', () => undefined);
    this.#request.on('response', (response) => {
      this.#listen(response);
    });
    this.#request.on('close', () => {
      this.ending ??= this.#response?.complete === true ? 'complete' : 'broken';
    });
    this.#request.end(body);
  }

  #listen(response: IncomingMessage): void {
    this.#response = response;
    this.status = response.statusCode ?? 0;
    this.headers = response.headers;
    response.on('error', () => undefined);
    response.on('end', () => {
      this.trailers = response.trailers;
      this.ending ??= response.complete ? 'complete' : 'broken';
    });
    if (!this.#paused) this.resume();
  }

  override pause(): void {
    this.#response?.pause();
  }

  override resume(): void {
    this.#paused = false;
    if (this.#response?.listenerCount('data') === 0)
      this.#response.on('data', (bytes: Buffer) => this.chunks.push(bytes));
    this.#response?.resume();
  }

  override leave(): void {
    this.#request.destroy();
  }

  override vanish(): void {
    this.#request.destroy();
  }
}

class Http2Call extends StreamCall {
  readonly #session: ClientHttp2Session;
  readonly #stream: ClientHttp2Stream;

  constructor(port: number, path: string, init: CallInit) {
    super();
    const [body, bodyHeaders] = bodyOf(init);
    this.#session = connectHttp2(`http://127.0.0.1:${String(port)}`);
    this.#session.on('error', () => undefined);
    this.#stream = this.#session.request(
      { ':path': path, ':method': init.method ?? 'GET', ...bodyHeaders, ...init.headers },
      { endStream: body === undefined },
    );
    let whole = false;
    this.#stream.on('error', () => undefined);
    this.#stream.on('response', ({ ':status': status, ...headers }) => {
      this.status = status ?? 0;
      this.headers = headers;
    });
    this.#stream.on('trailers', (trailers: Readonly<Record<string, unknown>>) => {
      this.trailers = trailers;
    });
    this.#stream.on('end', () => (whole = true));
    this.#stream.on('close', () => {
      const clean = whole && this.#stream.rstCode === constants.NGHTTP2_NO_ERROR && !this.#stream.aborted;
      this.ending ??= clean ? 'complete' : 'broken';
      this.#session.close();
    });
    if (body !== undefined) this.#stream.end(body);
    if (init.paused !== true) this.resume();
  }

  override pause(): void {
    this.#stream.pause();
  }

  override resume(): void {
    if (this.#stream.listenerCount('data') === 0)
      this.#stream.on('data', (bytes: Buffer) => this.chunks.push(bytes));
    this.#stream.resume();
  }

  override leave(): void {
    this.#stream.close(constants.NGHTTP2_CANCEL);
  }

  override vanish(): void {
    this.#session.destroy();
  }
}
