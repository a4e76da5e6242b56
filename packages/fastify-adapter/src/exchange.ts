// Longer than other files: one life, whose steps are read in one place.
import { AsyncResource } from 'node:async_hooks';
import { Socket } from 'node:net';

import { BackgroundTasks, Response, type Background } from '@sluice/core';
import {
  RequestScopes,
  type EventStreamParts,
  type OpenSource,
  type RequestContext,
  type RoutePlan,
} from '@sluice/core/internal';
import type { FastifyBaseLogger, FastifyReply, FastifyRequest } from 'fastify';

import type { BodySource } from './body-source.js';
import type { BodyStream } from './body-stream.js';
import type { ContentCache } from './files/content-cache.js';
import type { Frames } from './frames.js';
import type { ReadBuffers } from './files/read-buffers.js';
import { logError } from './log-error.js';
import { RESPONSE_END, type Outcome, type ResponseEnd } from './response-end.js';
import type { ExchangeLink, ServerLife } from './server-life.js';
import { Settlement } from './settlement.js';
import { TaskList } from './task-list.js';

/** How long a source that does not stop is waited for, in milliseconds, before the rest goes on without it. */
const ABANDON_AFTER = 5000;

/** How many responses of one connection may be made ahead of their turn. */
const MOST_AHEAD = 16;

const EXCHANGE = Symbol('sluice.exchange');

/** The exchange of a reply, for what learns of an error from Fastify. */
export function exchangeOf(reply: FastifyReply): Exchange | undefined {
  return (reply.raw as RawResponse)[EXCHANGE];
}

/** A body that is made, or read, while it is sent. */
export interface OpenBody {
  readonly bytes: number;
  readonly items: number;
  /** Ends it, cleanly, where it has no end of its own: the server closes. */
  endNow?(): void;
  /** Lets go of what it holds: the response has ended. */
  destroy(): void;
}

type RawResponse = FastifyReply['raw'] & { [EXCHANGE]?: Exchange };

// One function for all responses, where two closures for each would be most of what an idle one holds.
function onFinish(this: RawResponse): void {
  this[EXCHANGE]?.finished();
}

function onClose(this: RawResponse): void {
  this[EXCHANGE]?.closed();
}

/**
 * The life of one request that needs one: its signal, its injected response, its tasks, and the source of its body.
 *
 * Order, and why: (1) the response ends, by `finish`, by `close`, or by the `close` of the request's socket, since a
 * response that is queued behind another one on a pipelined connection gets neither of the first two; (2) where it did
 * not complete, the signal fires and the source is asked to stop; (3) the handler has returned and the source has let
 * go, or is given up after 5 s; (4) background tasks run; (5) dependencies of request scope are cleaned up; (6) the
 * exchange leaves the server's list. Each step happens once, whatever ended the request.
 */
export class Exchange implements RequestContext {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly plan: RoutePlan;
  readonly #life: ServerLife;
  readonly #socket: Socket | undefined;
  /** Its places among those of the server, and among those of its socket. */
  readonly #onServer: ExchangeLink;
  readonly #onSocket: ExchangeLink | undefined;
  // `close` handlers run outside of the request's context; tasks and listeners of the signal belong inside of it.
  #resource = createResource();
  #scopes: RequestScopes | undefined;
  #controller: AbortController | undefined;
  #response: Response | undefined;
  #tasks: BackgroundTasks | undefined;
  #background: Background[] | undefined;
  #source: BodySource | undefined;
  #body: OpenBody | undefined;
  #ended: Outcome | undefined;
  #cause: Outcome | undefined;
  #begun = false;
  #handled = false;
  /** The error of the handler or the body, for dependencies that are still open. */
  #failure: { readonly error: unknown } | undefined;
  #delivered = false;
  #settling = false;
  #settlement: Settlement | undefined;
  #abandonTimer: NodeJS.Timeout | undefined;
  #whenEnded: (() => void)[] | undefined;
  #whenOnItsWay: (() => void) | undefined;
  #whenSettled: (() => Promise<void>)[] | undefined;
  #startedAt: number | undefined;
  /** What waited for the client, and since when it has taken nothing of it. */
  #stalled: { readonly waiting: string; readonly since: number } | undefined;

  constructor(life: ServerLife, plan: RoutePlan, request: FastifyRequest, reply: FastifyReply) {
    this.#life = life;
    this.plan = plan;
    this.request = request;
    this.reply = reply;
    const raw: RawResponse = reply.raw;
    raw[EXCHANGE] = this;
    if (life.observed) this.#startedAt = performance.now();
    this.#onServer = life.add(this);
    raw.on('finish', onFinish);
    // On HTTP/2 a socket belongs to many streams, and each response gets its own `close`.
    this.#socket = request.raw.httpVersionMajor === 1 ? request.raw.socket : undefined;
    if (this.#socket !== undefined) this.#onSocket = life.watchSocket(this.#socket, this);
    // On a socket of HTTP/1 a response closes with it, or after it has finished; that of `inject` is none.
    if (!(this.#socket instanceof Socket)) raw.on('close', onClose);
    if (raw.destroyed || this.#socket?.destroyed === true) this.endAs('client-closed');
  }

  /** The handler begins: from now on it says when it is done. */
  begin(): void {
    this.#begun = true;
  }

  /** The response that belongs to the request. */
  get response(): Response {
    return (this.#response ??= new Response(undefined, { statusCode: this.plan.statusCode }));
  }

  /** The injected response, if anyone asked for it. */
  get injected(): Response | undefined {
    return this.#response;
  }

  get tasks(): BackgroundTasks {
    return (this.#tasks ??= new BackgroundTasks());
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#ended !== undefined && this.#ended !== 'completed') this.#abort(this.#ended);
    }
    return this.#controller.signal;
  }

  /** The dependencies of the request, where its route has some. */
  get scopes(): RequestScopes | undefined {
    if (!this.plan.hasDependencies) return undefined;
    return (this.#scopes ??= new RequestScopes((error, message) => {
      logError(this.request.log, 'error', error, `${this.plan.name}: ${message}`);
    }));
  }

  /** Dependencies have provided a context: what runs later for this request runs inside of it. */
  enterContext(scopes: RequestScopes): void {
    this.#resource = scopes.run(createResource);
  }

  /** Lets a source run inside of the context that dependencies provide: a socket that drains asks for more outside of it. */
  bind<Opened extends OpenSource<unknown>>(opened: Opened): Opened {
    const scopes = this.#scopes;
    if (scopes?.hasContext !== true) return opened;
    const { iterator } = opened;
    const next = (): unknown => scopes.run(() => iterator.next());
    const end = (): unknown => scopes.run(() => iterator.return?.());
    return { ...opened, iterator: { next, return: end } };
  }

  /** How the response ended; undefined while it has not. */
  get ended(): Outcome | undefined {
    return this.#ended;
  }

  get name(): string {
    return this.plan.name;
  }

  get log(): FastifyBaseLogger {
    return this.request.log;
  }

  /** Names of its background tasks that have not ended. */
  get unfinishedTasks(): string[] {
    return this.#settlement?.unfinishedTasks ?? [];
  }

  get isStreaming(): boolean {
    return this.#body !== undefined && this.#ended === undefined;
  }

  /** Contents of files that the server keeps. */
  get fileCache(): ContentCache | undefined {
    return this.#life.fileCache;
  }

  get readBuffers(): ReadBuffers {
    return this.#life.readBuffers;
  }

  get frames(): Frames {
    return this.#life.frames;
  }

  /**
   * A promise of the response's turn, or of its end, where many are queued on a pipelined connection; else undefined. A client
   * can ask a thousand times in one packet: what is opened for each should not wait with it.
   */
  turn(): Promise<void> | undefined {
    const { raw } = this.reply;
    if (this.#socket === undefined || raw.socket !== null || this.#ended !== undefined) return undefined;
    if (this.#life.countOn(this.#socket) <= MOST_AHEAD) return undefined;
    return new Promise((resolve) => {
      raw.once('socket', () => {
        resolve();
      });
      this.onEnded(resolve);
    });
  }

  /** Takes over the source of the body, to close it when the response ends. */
  adopt(source: BodySource): void {
    this.#source = source;
    if (this.#ended !== undefined) source.stop();
  }

  /** Takes over a body that is made, or read, while it is sent. */
  attach(body: OpenBody): void {
    this.#body = body;
    if (this.#ended !== undefined) body.destroy();
    // A stream that begins while the server closes ends as those did that were there before.
    if (this.#life.closing)
      setImmediate(() => {
        this.close();
      });
  }

  /** Keeps the connection of a silent event stream going. */
  keepAlive(body: BodyStream, { keepAlive, ping }: EventStreamParts): void {
    if (keepAlive !== null) this.#life.keepAlive.add(body, keepAlive, ping);
  }

  /** Takes over the tasks of the response itself. */
  addBackground(background: Background | undefined): void {
    if (background === undefined) return;
    if (this.#background === undefined) this.#background = [background];
    else if (!this.#background.includes(background)) this.#background.push(background);
  }

  /** Calls back when Fastify has nothing to do with the response any more, or it has ended. A later call replaces an earlier one. */
  onItsWay(tell: () => void): void {
    if (this.#ended !== undefined || this.reply.sent) tell();
    else this.#whenOnItsWay = tell;
  }

  /** The head was sent, and the body follows without Fastify. */
  takenOver(): void {
    const tell = this.#whenOnItsWay;
    this.#whenOnItsWay = undefined;
    tell?.();
  }

  /** Calls back when the response has ended; at once if it has. */
  onEnded(tell: () => void): void {
    if (this.#ended !== undefined) tell();
    else if (this.#whenEnded === undefined) this.#whenEnded = [tell];
    else this.#whenEnded.push(tell);
  }

  /** Calls back when the response has ended in whatever way and its tasks have run; must not fail. */
  onSettled(run: () => Promise<void>): void {
    (this.#whenSettled ??= []).push(run);
  }

  /** The handler has returned and its response is on its way, or it has failed. */
  handled(): void {
    this.#handled = true;
    this.#settleWhenDone();
  }

  /**
   * The handler failed, or the making of its response, before the head was sent.
   *
   * @throws What its dependencies make of the error: at once, or by the promise.
   */
  failInto(error: unknown): Promise<never> {
    this.fail(error);
    if (this.#scopes !== undefined) return this.#scopes.failInto(error);
    throw error;
  }

  /** The handler or its response failed: its tasks will not run. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#cause ??= 'error';
    this.handled();
  }

  /** The body failed after the head was sent. The connection is broken off, so that the client can tell. */
  breakOff(error: unknown): void {
    this.failedInBand(error);
    this.#destroyResponse(NGHTTP2_INTERNAL_ERROR);
  }

  /** The body failed after the head was sent, and has said so itself. */
  failedInBand(error: unknown): void {
    logError(this.request.log, 'error', error, `${this.plan.name}: the body failed after the head was sent`);
    this.#failure ??= { error };
    this.#cause ??= 'error';
  }

  /** The source of the body failed when it was stopped. */
  cleanUpFailed(error: unknown): void {
    logError(this.request.log, 'error', error, `${this.plan.name}: the clean-up of its stream failed`);
  }

  /** Notes what waits for the client; gives since when it has taken nothing of it. */
  stalledSince(now: number): number | undefined {
    const { raw } = this.reply;
    if (this.#ended !== undefined || !raw.headersSent || raw.writableLength === 0) {
      this.#stalled = undefined;
      return undefined;
    }
    const waiting = `${String(raw.writableLength)} ${String(queueSizeOf(this.#socket))}`;
    if (this.#stalled?.waiting !== waiting) this.#stalled = { waiting, since: now };
    return this.#stalled.since;
  }

  /** The client reads nothing: it is left. */
  cutOff(timeout: number): void {
    this.request.log.warn(
      `${this.plan.name}: its client read nothing for ${String(timeout)} ms and was cut off`,
    );
    this.#cause ??= 'client-closed';
    this.#destroyResponse(NGHTTP2_CANCEL);
  }

  #destroyResponse(http2Code: number): void {
    const { raw } = this.reply;
    // Without a code a client of HTTP/2 sees a clean end.
    if ('stream' in raw)
      (raw as unknown as { stream: { close(code: number): void } }).stream.close(http2Code);
    else raw.destroy();
  }

  /** The server is closing: a body on its way ends now. A response that is still being made goes on. */
  close(): void {
    if (this.#body?.endNow === undefined || this.#ended !== undefined) return;
    this.#cause ??= 'server-closing';
    this.#abort('server-closing');
    this.#body.endNow();
  }

  /** The server waits no longer. */
  giveUp(): void {
    this.#cause ??= 'server-closing';
    this.#abort('server-closing');
    this.#settlement?.giveUp(abortError('server-closing'));
    if (this.#ended === undefined) this.#destroyResponse(NGHTTP2_INTERNAL_ERROR);
  }

  /** The last byte was handed on, which a socket that is gone does with what it dropped. */
  finished(): void {
    const delivered = !isCutOff(this.reply.raw, this.#socket);
    this.endAs(this.#cause ?? (delivered ? 'completed' : 'client-closed'), delivered);
  }

  closed(): void {
    this.endAs(this.#cause ?? 'client-closed');
  }

  /** The response has ended. Only the first call counts. */
  endAs(outcome: Outcome, delivered = false): void {
    if (this.#ended !== undefined) return;
    this.#ended = outcome;
    this.#delivered = delivered;
    if (this.#socket !== undefined && this.#onSocket !== undefined)
      this.#life.unwatchSocket(this.#socket, this.#onSocket);
    // An error response that was delivered is an end like another: the signal is for a client or server that is gone.
    if (!delivered) this.#abort(outcome);
    this.#body?.destroy();
    this.#source?.stop();
    this.takenOver();
    if (this.#whenEnded !== undefined) {
      for (const tell of this.#whenEnded) tell();
      this.#whenEnded = undefined;
    }
    if (this.#startedAt !== undefined) this.#tellEnd(outcome, delivered, performance.now() - this.#startedAt);
    // A hook answered in place of the handler, or the request could not be read.
    if (!this.#begun) this.#handled = true;
    this.#settleWhenDone();
  }

  #tellEnd(outcome: Outcome, delivered: boolean, duration: number): void {
    const { request, reply, plan } = this;
    const { statusCode } = reply;
    // An error that is the client's was told to it, as the service meant to.
    const told = outcome === 'error' && delivered && statusCode < 500 && this.#body === undefined;
    const whole = delivered && request.method !== 'HEAD' ? Number(reply.getHeader('content-length') ?? 0) : 0;
    const end: ResponseEnd = {
      request,
      route: plan.name,
      statusCode,
      outcome: told ? 'completed' : outcome,
      bytes: this.#body?.bytes ?? whole,
      items: this.#body?.items ?? 0,
      duration,
    };
    this.#resource.runInAsyncScope(() => {
      RESPONSE_END.publish(end);
      try {
        this.#life.onResponseEnd?.(end);
      } catch (error) {
        logError(request.log, 'error', error, `${plan.name}: onResponseEnd failed`);
      }
    });
  }

  #abort(outcome: Outcome): void {
    const controller = this.#controller;
    if (controller === undefined || controller.signal.aborted) return;
    const reason = abortError(outcome);
    this.#resource.runInAsyncScope(() => {
      controller.abort(reason);
    });
  }

  #settleWhenDone(): void {
    if (this.#ended === undefined || !this.#handled || this.#settling) return;
    const source = this.#source;
    if (source === undefined || source.settled) this.#settle();
    else if (this.#abandonTimer === undefined) this.#awaitSource(source);
  }

  #awaitSource(source: BodySource): void {
    this.#abandonTimer = setTimeout(() => {
      this.request.log.error(
        `${this.plan.name}: its generator did not stop within ${String(ABANDON_AFTER)} ms and was abandoned; let what it waits for end with the request's AbortSignal`,
      );
      source.settle();
    }, ABANDON_AFTER);
    source.onSettled(() => {
      clearTimeout(this.#abandonTimer);
      this.#settleWhenDone();
    });
  }

  #settle(): void {
    this.#settling = true;
    const injected = this.#tasks;
    const background = this.#background;
    const scopes = this.#scopes?.isOpen === true ? this.#scopes : undefined;
    const hasTasks = (injected !== undefined && injected.size > 0) || background !== undefined;
    if (!hasTasks) injected?.end('the tasks of its request had run');
    if (!hasTasks && scopes === undefined && this.#whenSettled === undefined) {
      this.settled();
      return;
    }
    this.#settlement = new Settlement({
      owner: this,
      resource: this.#resource,
      runner: this.#life.tasks,
      nextTurn: this.#life.nextTurn,
      tasks: hasTasks ? new TaskList(injected, background) : undefined,
      scopes,
      failure: this.#failure,
      dropped: this.#whyTasksAreDropped(),
      delivered: this.#delivered,
      last: this.#whenSettled,
    });
    this.#settlement.begin();
  }

  /** All that comes after the response is done. */
  settled(): void {
    this.#life.remove(this.#onServer);
  }

  #whyTasksAreDropped(): string | undefined {
    if (this.#failure !== undefined) return 'the response failed';
    return this.#life.gaveUp ? 'the server has closed' : undefined;
  }
}

function createResource(): AsyncResource {
  return new AsyncResource('SluiceExchange', RESOURCE_OPTIONS);
}

const RESOURCE_OPTIONS = { requireManualDestroy: true };

/** Whether a response that has finished did not reach its client. */
function isCutOff(raw: FastifyReply['raw'], socket: Socket | undefined): boolean {
  if (socket !== undefined) return socket.destroyed;
  // On HTTP/2 a response whose stream was reset finishes too, and only the stream knows.
  const { stream } = raw as unknown as { stream: { aborted: boolean; rstCode: number } };
  return stream.aborted || stream.rstCode > 0;
}

/** RFC 9113 section 7. */
const NGHTTP2_INTERNAL_ERROR = 0x2;
const NGHTTP2_CANCEL = 0x8;

/**
 * Bytes of a write that the kernel has not taken yet: how Node's own timeout of a socket tells a slow client from one that
 * reads nothing. A write counts as a whole otherwise, and a large one may take a slow client minutes.
 */
function queueSizeOf(socket: Socket | undefined): number | undefined {
  return (socket as unknown as { _handle?: { writeQueueSize?: number } | null } | undefined)?._handle
    ?.writeQueueSize;
}

function abortError(outcome: Outcome): DOMException {
  return new DOMException(ABORT_REASONS[outcome], 'AbortError');
}

const ABORT_REASONS: Readonly<Record<Outcome, string>> = {
  completed: 'The response was sent.',
  'client-closed': 'The client closed the connection.',
  error: 'The response failed.',
  'server-closing': 'The server is closing.',
};
