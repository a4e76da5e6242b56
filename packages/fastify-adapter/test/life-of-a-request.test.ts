// The order of events in one request, for each kind of response and each way in which it can end, over real sockets.
//
// Events: `handler` it begins to run; `head` the head is committed (Fastify's onSend); `finally` the generator's clean-up;
// `signal` the request's AbortSignal fires; `sent` the last byte was handed on; `gone` the connection broke before that;
// `task` the background task runs. What the client saw is beside them: complete, broken, or gone by itself.
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import * as core from '@sluice/core';
import {
  BackgroundTasks,
  Controller,
  EventSourceResponse,
  FileResponse,
  Get,
  JSONResponse,
  PlainTextResponse,
  Post,
  RedirectResponse,
  StreamingResponse,
} from '@sluice/core';

import { HttpClient, until } from './support/http-client.js';
import { start, type TestServer } from './support/start.js';

type Kind = 'value' | 'response' | 'redirect' | 'stream' | 'file' | 'events';
type Ending = 'success' | 'handler error' | 'error in mid-stream' | 'client gone' | 'server closing';
type Transport = 'GET' | 'POST with a body' | 'queued behind a slow response';

const FILE_SIZE = 16 * 1024 * 1024;
let folder: string;
let trace: Trace;

/** What happens in one row, and what it does where. */
class Trace {
  readonly events: string[] = [];
  /** Resolves when the handler or its stream may go on. */
  readonly pause: Promise<void>;
  release: () => void = () => undefined;

  constructor(readonly ending: Ending) {
    this.pause = new Promise((resolve) => (this.release = resolve));
  }

  enter(tasks: BackgroundTasks, signal: AbortSignal): void {
    this.events.push('handler');
    tasks.addTask(() => this.events.push('task'));
    signal.addEventListener('abort', () => this.events.push('signal'));
    if (this.ending === 'handler error') throw new Error('in the handler');
  }

  /** A place where the handler waits, in rows in which something happens to it meanwhile. */
  async wait(signal?: AbortSignal): Promise<void> {
    if (this.ending !== 'client gone' && this.ending !== 'server closing') return;
    const aborted = new Promise<void>((resolve) =>
      signal?.addEventListener('abort', () => {
        resolve();
      }),
    );
    await Promise.race([this.pause, aborted]);
  }

  get fails(): boolean {
    return this.ending === 'error in mid-stream';
  }
}

class FailingResponse extends PlainTextResponse {
  protected override render(): string {
    throw new Error('while it is rendered');
  }
}

@Controller()
class KindsController {
  @Get('/value')
  @Post('/value')
  async value(tasks: BackgroundTasks, signal: AbortSignal): Promise<unknown> {
    trace.enter(tasks, signal);
    await trace.wait();
    const value: Record<string, unknown> = { ok: true };
    if (trace.fails) value.self = value;
    return value;
  }

  @Get('/response')
  @Post('/response')
  async response(tasks: BackgroundTasks, signal: AbortSignal): Promise<core.Response> {
    trace.enter(tasks, signal);
    await trace.wait();
    return trace.fails ? new FailingResponse('x') : new JSONResponse({ ok: true });
  }

  @Get('/redirect')
  @Post('/redirect')
  async redirect(tasks: BackgroundTasks, signal: AbortSignal): Promise<core.Response> {
    trace.enter(tasks, signal);
    await trace.wait();
    return new RedirectResponse(trace.fails ? '/a\r\nb' : '/elsewhere');
  }

  @Get('/stream', { responseClass: StreamingResponse, mediaType: 'text/plain' })
  @Post('/stream', { responseClass: StreamingResponse, mediaType: 'text/plain' })
  async *stream(tasks: BackgroundTasks, signal: AbortSignal): AsyncGenerator<string> {
    yield* items(tasks, signal);
  }

  @Get('/events', { responseClass: EventSourceResponse })
  @Post('/events', { responseClass: EventSourceResponse })
  async *events(tasks: BackgroundTasks, signal: AbortSignal): AsyncGenerator<string> {
    yield* items(tasks, signal);
  }

  @Get('/file')
  @Post('/file')
  file(tasks: BackgroundTasks, signal: AbortSignal): core.Response {
    trace.enter(tasks, signal);
    return new FileResponse(path.join(folder, 'file.bin'));
  }
}

@Controller()
class SlowController {
  @Get('/slow')
  async slow(): Promise<string> {
    await trace.pause;
    return 'slow';
  }
}

async function* items(tasks: BackgroundTasks, signal: AbortSignal): AsyncGenerator<string> {
  try {
    trace.enter(tasks, signal);
    yield 'first\n';
    // A later turn, so that what came before is on its way.
    await new Promise((resolve) => setTimeout(resolve, 5));
    if (trace.fails) throw new Error('in mid-stream');
    await trace.wait(signal);
    yield 'last\n';
  } finally {
    trace.events.push('finally');
  }
}

/** What is expected of a row: what the client saw, and the events in their order. */
type Expected = readonly [client: string, events: string];

const FAILED: Expected = ['500 complete', 'handler head sent'];
const PLAIN: Record<Ending, Expected> = {
  success: ['200 complete', 'handler head sent task'],
  'handler error': FAILED,
  // For a response without a stream: while it is made, after the handler has returned.
  'error in mid-stream': FAILED,
  // The handler is not interrupted; its work was accepted, so its tasks run.
  'client gone': ['gone', 'handler gone signal head task'],
  'server closing': ['200 complete', 'handler head sent task'],
};
const STREAMED: Record<Ending, Expected> = {
  success: ['200 complete', 'handler head finally sent task'],
  'handler error': ['500 complete', 'handler finally head sent'],
  'error in mid-stream': ['200 broken', 'handler head finally gone signal'],
  'client gone': ['gone', 'handler head gone signal finally task'],
  'server closing': ['200 complete', 'handler head signal finally sent task'],
};
const EXPECTED: Record<Kind, Record<Ending, Expected>> = {
  value: PLAIN,
  response: PLAIN,
  redirect: {
    ...PLAIN,
    success: ['307 complete', PLAIN.success[1]],
    'server closing': ['307 complete', PLAIN.success[1]],
  },
  stream: STREAMED,
  events: STREAMED,
  file: {
    success: ['200 complete', 'handler head sent task'],
    'handler error': FAILED,
    // The file becomes shorter while it is sent.
    'error in mid-stream': ['200 broken', 'handler head gone signal'],
    'client gone': ['gone', 'handler head gone signal task'],
    'server closing': ['200 complete', 'handler head sent task'],
  },
};

const KINDS = Object.keys(EXPECTED) as Kind[];
const ENDINGS = Object.keys(PLAIN) as Ending[];
const TRANSPORTS: Transport[] = ['GET', 'POST with a body', 'queued behind a slow response'];
interface Row {
  readonly kind: Kind;
  readonly ending: Ending;
  readonly transport: Transport;
}
const ROWS: Row[] = KINDS.flatMap((kind) =>
  ENDINGS.flatMap((ending) => TRANSPORTS.map((transport) => ({ kind, ending, transport }))),
);

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sluice-life-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function startTraced(controller: core.Constructor = KindsController): Promise<TestServer> {
  return start([controller, SlowController], {}, (app) => {
    app.addHook('onRequest', (request, reply, done) => {
      if (request.url === '/slow') {
        done();
        return;
      }
      let over = false;
      const log = (event: string) => (): void => {
        if (!over) trace.events.push(event);
        over = true;
      };
      // A response that is written into a closed connection finishes too.
      reply.raw.once('finish', () => {
        log(request.raw.socket.destroyed ? 'gone' : 'sent')();
      });
      reply.raw.once('close', log('gone'));
      request.raw.socket.once('close', log('gone'));
      done();
    });
    app.addHook('onSend', (request, _reply, payload, done) => {
      if (request.url !== '/slow') trace.events.push('head');
      done(null, payload);
    });
  });
}

async function runRow(
  { kind, ending, transport }: Row,
  awaited: Expected,
  controller?: core.Constructor,
): Promise<Expected> {
  trace = new Trace(ending);
  const large = kind === 'file' && ending !== 'success' && ending !== 'handler error';
  if (kind === 'file')
    await writeFile(path.join(folder, 'file.bin'), Buffer.alloc(large ? FILE_SIZE : 1000, 'x'));
  const { app, port } = await startTraced(controller);
  const client = await HttpClient.connect(port);
  const queued = transport === 'queued behind a slow response';
  try {
    if (large) client.socket.pause();
    if (queued) client.send('GET', '/slow');
    client.send(
      transport === 'POST with a body' ? 'POST' : 'GET',
      `/${kind}`,
      transport === 'POST with a body' ? '{"a":1}' : undefined,
    );
    const inFlight = kind === 'value' || kind === 'response' || kind === 'redirect' ? 'handler' : 'head';
    await until(() => trace.events.includes(ending === 'handler error' ? 'handler' : inFlight), inFlight);
    const { closing } = await happen(ending, kind, app, client);
    if (ending !== 'client gone') {
      trace.release();
      client.socket.resume();
      await client.completed(queued ? 2 : 1);
    } else trace.release();
    const expected = awaited[1].split(' ');
    await until(
      () => trace.events.length >= expected.length,
      `${expected.join(' ')}; so far ${trace.events.join(' ')}`,
    ).catch(() => undefined);
    await closing;
    // Nothing more may come.
    await new Promise((resolve) => setTimeout(resolve, 15));
    const response = client.responses()[queued ? 1 : 0];
    // At the server's close the body ends at once, and the generator's clean-up, which its signal started, beside it.
    const events = trace.events.join(' ').replace('sent finally', 'finally sent');
    const seen =
      ending === 'client gone'
        ? 'gone'
        : `${String(response?.status)} ${response?.complete === true ? 'complete' : 'broken'}`;
    return [seen, events];
  } finally {
    trace.release();
    client.close();
    await app.close();
  }
}

/** Makes the row's ending happen, while the response is on its way. */
async function happen(
  ending: Ending,
  kind: Kind,
  app: TestServer['app'],
  client: HttpClient,
): Promise<{ closing: Promise<unknown> }> {
  if (ending === 'client gone') client.close();
  if (ending === 'client gone') await until(() => trace.events.includes('gone'), 'gone');
  if (ending === 'error in mid-stream' && kind === 'file')
    await truncate(path.join(folder, 'file.bin'), 1000);
  return { closing: ending === 'server closing' ? app.close() : Promise.resolve() };
}

describe('the order of events in a request', () => {
  it.each(ROWS)('$kind, $ending, $transport', async (row) => {
    const expected = EXPECTED[row.kind][row.ending];
    expect(await runRow(row, expected)).toEqual(expected);
  });
});

describe('the order of events in a request with a dependency of request scope', () => {
  async function* session(): AsyncGenerator<string> {
    trace.events.push('resolve');
    try {
      yield 'session';
    } finally {
      trace.events.push('clean-up');
    }
  }

  @Controller('', { dependencies: [session] })
  class DependentController extends KindsController {}

  /**
   * It is cleaned up at the end of all, but for an error before the head: that is thrown into it before a response is made
   * of it. An error of Fastify's serializer comes when the head is on its way.
   */
  function expectedOf({ kind, ending }: Row): Expected {
    const [client, events] = EXPECTED[kind][ending];
    const rendered = kind === 'response' || kind === 'redirect';
    const thrown = ending === 'handler error' || (ending === 'error in mid-stream' && rendered);
    return [client, `resolve ${thrown ? events.replace('head', 'clean-up head') : `${events} clean-up`}`];
  }

  it.each(ROWS)('$kind, $ending, $transport', async (row) => {
    const expected = expectedOf(row);
    expect(await runRow(row, expected, DependentController)).toEqual(expected);
  });
});
