// Longer than other files: it is one request's life, settled once, and the order of its steps is what there is to read.
import type { AsyncResource } from 'node:async_hooks';
import { Socket } from 'node:net';

import { BackgroundTasks, HTTPException, Response, type Background } from '@sluice/core';
import {
  checkBackground,
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
import { isAbortBy } from './is-abort-by.js';
import { createResource, runIn } from './kept-context.js';
import type { LateWatch } from './late-watch.js';
import { logError } from './log-error.js';
import {
  breakOffResponse,
  closeWhenReset,
  destroyResponse,
  hasFailed,
  hasMoved,
  isCutOff,
  isGone,
  NGHTTP2_CANCEL,
  NGHTTP2_INTERNAL_ERROR,
  progressOf,
  type Progress,
} from './raw-response.js';
import { RESPONSE_END, type Outcome, type ResponseEnd } from './response-end.js';
import { ResponseReport } from './response-report.js';
import { runAtOnce, type TaskProgress } from './run-at-once.js';
import type { ExchangeLink, ServerLife } from './server-life.js';
import { Settlement } from './settlement.js';
import { TaskList, TASKS_HAD_RUN } from './task-list.js';

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
  /**
   * Whether a server that closes ends it: a client of events comes back, so that no end is wrong. Any other body would look
   * complete, and goes on until its source has heeded the signal, or the server waits no longer. Undefined where no source
   * could heed it.
   */
  readonly endsWithServer?: boolean;
  /** Ends it, cleanly. */
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

function look(exchange: Exchange): void {
  exchange.look();
}

function letGo(exchange: Exchange): void {
  exchange.letGo();
}

function endNow(body: OpenBody): void {
  body.endNow?.();
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
  readonly raw: FastifyReply['raw'];
  readonly plan: RoutePlan;
  /** Undefined once its head is sent and its body follows without Fastify: an open stream holds neither it nor the request. */
  #reply: FastifyReply | undefined;
  /** That of the request, where the reply does not tell any more. */
  #log: FastifyBaseLogger | undefined;
  readonly #life: ServerLife;
  readonly #socket: Socket | undefined;
  /** Its places among those of the server, and among those that wait on its socket. */
  #onServer: ExchangeLink;
  #onSocket: ExchangeLink | undefined;
  /**
   * The request's context: `close` handlers run outside of it; tasks and listeners of the signal belong inside of it. Undefined
   * where the exchange does not watch its response, of which tasks are all that may be left.
   */
  #resource: AsyncResource | undefined;
  /** Whether the next turn is to look how the response has ended, where the exchange does not watch. */
  #looksNextTurn = false;
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
  #report: ResponseReport | undefined;
  /** How far the client had come when it last took something, and how many looks have found it there since. */
  #stall: { readonly progress: Progress; looks: number } | undefined;

  /**
   * @param watches Whether to watch the response from the beginning. Else it is watched from `watch` on, or looked at in the
   *   turn after `handled`, which costs a third less of what a background task does.
   */
  constructor(
    life: ServerLife,
    plan: RoutePlan,
    request: FastifyRequest,
    reply: FastifyReply,
    watches = true,
  ) {
    this.#life = life;
    this.plan = plan;
    this.#reply = reply;
    const raw: RawResponse = reply.raw;
    this.raw = raw;
    raw[EXCHANGE] = this;
    if (life.observed) this.#report = new ResponseReport(reply);
    this.#onServer = life.add(this);
    // On HTTP/2 a socket belongs to many streams, and each response gets its own `close`; that of `inject` is none.
    this.#socket = request.raw.httpVersionMajor === 1 ? request.raw.socket : undefined;
    if (watches || this.#report !== undefined || !(this.#socket instanceof Socket)) this.watch();
  }

  /** Hears of the end of the response when it comes, and keeps the request's context, in which this is called. */
  watch(): void {
    if (this.#resource !== undefined) return;
    this.#resource = createResource();
    const { raw } = this;
    raw.on('finish', onFinish);
    // A response closes with the socket that it has; one that waits for others of its connection has none, and hears nothing.
    if (this.#socket !== undefined && raw.socket === null)
      this.#onSocket = this.#life.watchSocket(this.#socket, this);
    else raw.on('close', onClose);
    closeWhenReset(raw);
    if (isGone(raw, this.#socket)) this.closed();
  }

  /** Before a stream begins: watches what waits behind others of its connection, and hears now that nobody is there any more. */
  lookAhead(): void {
    const { raw } = this;
    if (raw.socket === null && this.#socket !== undefined) this.watch();
    if (!isGone(raw, this.#socket)) return;
    this.watch();
    this.closed();
  }

  /**
   * Watches from the next turn of the event loop on, where it does not by then, and settles what has ended: to watch takes a
   * thirtieth of the time to the first byte of a stream.
   */
  watchSoon(): void {
    if (this.#resource !== undefined || this.#looksNextTurn) return;
    this.#looksNextTurn = true;
    // Not put off with those of other requests: what is called back runs in the request's context.
    setImmediate(look, this);
  }

  /** The handler begins: from now on it says when it is done. */
  begin(): void {
    this.#begun = true;
    // Where somebody observes, it was there before hooks of the host that may have entered another context.
    if (this.#report !== undefined) this.#resource = createResource();
    if (!this.#settling) return;
    // The client left in a hook before. The handler runs all the same, and what it opens is to be closed.
    this.#settling = false;
    this.#handled = false;
    this.#onServer = this.#life.add(this);
  }

  /** @throws once the body follows without Fastify. */
  get reply(): FastifyReply {
    if (this.#reply === undefined) throw new Error(`${this.plan.name}: its head was sent without Fastify`);
    return this.#reply;
  }

  /** @throws once the body follows without Fastify. */
  get request(): FastifyRequest {
    return this.reply.request;
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
      this.watch();
      this.#controller = new AbortController();
      if (this.#ended !== undefined && this.#ended !== 'completed') this.#abort(this.#ended);
    }
    return this.#controller.signal;
  }

  /** The dependencies of the request, where its route has some. */
  get scopes(): RequestScopes | undefined {
    if (!this.plan.hasDependencies) return undefined;
    return (this.#scopes ??= new RequestScopes((error, message) => {
      logError(this.log, 'error', error, `${this.plan.name}: ${message}`);
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
    return this.#log ?? this.request.log;
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

  get late(): LateWatch {
    return this.#life.late;
  }

  get frames(): Frames {
    return this.#life.frames;
  }

  /**
   * A promise of the response's turn, or of its end, where many are queued on a pipelined connection; else undefined. A client
   * can ask a thousand times in one packet: what is opened for each should not wait with it.
   */
  turn(): Promise<void> | undefined {
    const { raw } = this;
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

  /** Takes over the tasks of the response itself. @throws ResponseError TASK_INVALID */
  addBackground(background: Background | undefined): void {
    if (background === undefined) return;
    checkBackground(background);
    if (this.#background === undefined) this.#background = [background];
    else if (!this.#background.includes(background)) this.#background.push(background);
  }

  /** Whether Fastify has nothing to do with the response any more. */
  get isOnItsWay(): boolean {
    return this.#reply === undefined || this.#reply.sent;
  }

  /** Calls back when the response is on its way, or has ended. A later call replaces an earlier one. */
  onItsWay(tell: () => void): void {
    if (this.#ended !== undefined || this.isOnItsWay) tell();
    else this.#whenOnItsWay = tell;
  }

  /** The head was sent, and the body follows without Fastify. */
  takenOver(): void {
    this.#log = this.log;
    this.#reply = undefined;
    this.#tellOnItsWay();
  }

  #tellOnItsWay(): void {
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
    // To a connection that has gone a response finishes like any other, so that a look would find nothing wrong.
    if (this.#socket?.destroyed === true) this.watch();
    if (this.#resource === undefined) this.watchSoon();
    else this.#settleWhenDone();
  }

  /** In the next turn: sees how a response has ended that is not watched, watches one that has not, and settles what has. */
  look(): void {
    this.#looksNextTurn = false;
    if (this.#resource === undefined && this.#ended === undefined) {
      // It was handed to an open connection, which Node may have closed behind it: as the client had asked, or HTTP/1.0 has it.
      if (this.raw.writableFinished) this.#finishedAs(!hasFailed(this.#socket));
      else this.watch();
    }
    this.#settleWhenDone();
  }

  /**
   * The handler failed, or the making of its response, before the head was sent.
   *
   * @throws What its dependencies make of the error: at once, or by the promise.
   */
  failInto(error: unknown): Promise<never> {
    const isClosing = this.#life.closing && this.isOwnAbort(error);
    const failure = isClosing ? new HTTPException(503, 'The server is closing') : error;
    this.fail(failure);
    if (this.#scopes !== undefined) return this.#scopes.failInto(failure);
    throw failure;
  }

  /** The handler or its response failed: its tasks will not run. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#cause ??= 'error';
    this.handled();
  }

  /** The body failed after the head was sent. The connection is broken off, so that the client can tell. */
  breakOff(error: unknown): void {
    if (this.isOwnAbort(error)) {
      // Its source heeded the signal of a server that closes.
      this.log.info(`${this.plan.name}: its body was broken off, since the server is closing`);
      this.#cause ??= 'server-closing';
    } else {
      this.failedInBand(error);
    }
    breakOffResponse(this.raw, NGHTTP2_INTERNAL_ERROR);
  }

  /** The body failed after the head was sent, and has said so itself. */
  failedInBand(error: unknown): void {
    logError(this.log, 'error', error, `${this.plan.name}: the body failed after the head was sent`);
    this.#failure ??= { error };
    this.#cause ??= 'error';
  }

  /** The source of the body failed when it was stopped. */
  cleanUpFailed(error: unknown): void {
    if (this.isOwnAbort(error)) return;
    logError(this.log, 'error', error, `${this.plan.name}: the clean-up of its stream failed`);
  }

  /** Whether an error is what the request's signal throws into what minds it: no news. */
  isOwnAbort(error: unknown): boolean {
    return isAbortBy(this.#controller?.signal, error);
  }

  /** Gives how many looks in a row the client has taken nothing of what waits for it. */
  countStall(): number {
    const progress = this.#ended === undefined ? progressOf(this.raw) : undefined;
    const before = this.#stall;
    if (progress === undefined) this.#stall = undefined;
    else if (before === undefined || hasMoved(before.progress, progress))
      this.#stall = { progress, looks: 0 };
    else before.looks += 1;
    return this.#stall?.looks ?? 0;
  }

  /** The client reads nothing: it is left. */
  cutOff(timeout: number): void {
    this.log.warn(`${this.plan.name}: its client read nothing for ${String(timeout)} ms and was cut off`);
    this.#cause ??= 'client-closed';
    destroyResponse(this.raw, NGHTTP2_CANCEL);
  }

  /**
   * The server is closing. The signal of a stream fires: events end at once, any other body when its source ends it. A response
   * that is still being made goes on.
   */
  close(): void {
    const body = this.#body;
    if (body?.endsWithServer === undefined || this.#ended !== undefined) return;
    if (body.endsWithServer) this.#cause ??= 'server-closing';
    // Before the signal, which ends a subscription at once: with a retry, and with what was published before.
    if (body.endsWithServer) runIn(this.#resource, endNow, body);
    this.#abort('server-closing');
  }

  /** The server waits no longer. */
  giveUp(): void {
    this.#cause ??= 'server-closing';
    this.#abort('server-closing');
    this.#settlement?.giveUp(abortError('server-closing'));
    if (this.#ended === undefined) destroyResponse(this.raw, NGHTTP2_INTERNAL_ERROR);
  }

  /** The last byte was handed on, which a socket that is gone does with what it dropped. */
  finished(): void {
    this.#finishedAs(!isCutOff(this.raw, this.#socket));
  }

  #finishedAs(delivered: boolean): void {
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
    if (this.#body !== undefined || this.#source !== undefined) runIn(this.#resource, letGo, this);
    this.#tellOnItsWay();
    if (this.#whenEnded !== undefined) {
      for (const tell of this.#whenEnded) tell();
      this.#whenEnded = undefined;
    }
    this.#tellEnd(outcome, delivered);
    // A hook answered in place of the handler, or the request could not be read.
    if (!this.#begun) this.#handled = true;
    this.#settleWhenDone();
  }

  /** Called when the response has ended: lets go of its body, and of what that is made of. */
  letGo(): void {
    this.#body?.destroy();
    this.#source?.stop();
  }

  /** Runs in the request's context what is seen outside of it: that the client takes more. */
  runInContext<Argument>(run: (argument: Argument) => void, argument: Argument): void {
    runIn(this.#resource, run, argument);
  }

  #tellEnd(outcome: Outcome, delivered: boolean): void {
    const { log, plan } = this;
    const end = this.#report?.toEnd(outcome, delivered, plan, this.#body);
    if (end === undefined) return;
    const tell = (ended: ResponseEnd): void => {
      RESPONSE_END.publish(ended);
      try {
        this.#life.onResponseEnd?.(ended);
      } catch (error) {
        logError(log, 'error', error, `${plan.name}: onResponseEnd failed`);
      }
    };
    runIn(this.#resource, tell, end);
  }

  #abort(outcome: Outcome): void {
    const controller = this.#controller;
    if (controller === undefined || controller.signal.aborted) return;
    const abort = (reason: DOMException): void => {
      controller.abort(reason);
    };
    runIn(this.#resource, abort, abortError(outcome));
  }

  #settleWhenDone(): void {
    if (this.#ended === undefined || !this.#handled || this.#settling || this.#looksNextTurn) return;
    const source = this.#source;
    if (source === undefined || source.settled) this.#settle();
    else if (this.#abandonTimer === undefined) {
      // Something else was sent in its place: it is to stop as where the client has left.
      this.#abort(this.#ended);
      this.#awaitSource(source);
    }
  }

  #awaitSource(source: BodySource): void {
    this.#abandonTimer = setTimeout(() => {
      this.log.error(
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
    if (!hasTasks) injected?.end(TASKS_HAD_RUN);
    if (!hasTasks && scopes === undefined && this.#whenSettled === undefined) {
      this.settled();
      return;
    }
    const dropped = this.#whyTasksAreDropped();
    const isAll = background === undefined && scopes === undefined && this.#whenSettled === undefined;
    let progress: TaskProgress | undefined;
    // Without a context that was kept, this is the turn of the tasks, in the context of the request.
    if (
      this.#resource === undefined &&
      injected !== undefined &&
      isAll &&
      dropped === undefined &&
      this.#delivered
    ) {
      progress = runAtOnce(this.#life.tasks, this, injected);
      if (progress === undefined) {
        injected.end(TASKS_HAD_RUN);
        this.settled();
        return;
      }
    }
    this.#settlement = new Settlement({
      owner: this,
      resource: this.#resource,
      runner: this.#life.tasks,
      nextTurn: this.#life.nextTurn,
      tasks: hasTasks ? new TaskList(injected, background, progress?.taken) : undefined,
      progress,
      scopes,
      failure: this.#failure,
      dropped,
      delivered: this.#delivered,
      last: this.#whenSettled,
    });
    if (this.#resource === undefined) this.#settlement.run();
    else this.#settlement.begin();
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

function abortError(outcome: Outcome): DOMException {
  return new DOMException(ABORT_REASONS[outcome], 'AbortError');
}

const ABORT_REASONS: Readonly<Record<Outcome, string>> = {
  completed: 'The response was sent.',
  'client-closed': 'The client closed the connection.',
  error: 'The response failed.',
  'server-closing': 'The server is closing.',
};
