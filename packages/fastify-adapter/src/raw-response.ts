import type { ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';

import type { FastifyReply } from 'fastify';

type RawResponse = FastifyReply['raw'];

/** RFC 9113 section 7: why a stream of HTTP/2 is reset. */
export const NGHTTP2_INTERNAL_ERROR = 0x2;
export const NGHTTP2_CANCEL = 0x8;

/** Breaks a response off at once, so that its client can tell it from one that has ended. */
export function destroyResponse(raw: RawResponse, http2Code: number): void {
  // Without a code a client of HTTP/2 sees a clean end.
  const stream = streamOf(raw);
  if (stream !== undefined) stream.close(http2Code);
  // Behind others of its connection, which are sent before it is its turn: at once, Node would drop the end of the last of them.
  else if (raw.socket === null) raw.once('socket', breakOffInTurn);
  else raw.destroy();
}

/** Breaks a response off once what was written to it has gone out, or its client has left. */
export function breakOffResponse(raw: RawResponse, http2Code: number): void {
  const destination = streamOf(raw) ?? raw.socket;
  if (destination === null || destination.writableLength === 0 || !destination.writable) {
    destroyResponse(raw, http2Code);
    return;
  }
  // Called back behind all that was written before. One that is slow may have taken no more than the response was given.
  destination.write('', () => {
    destroyResponse(raw, http2Code);
  });
}

function breakOffInTurn(this: RawResponse): void {
  // In this turn what waited is written.
  setImmediate(breakOffResponse, this, NGHTTP2_INTERNAL_ERROR);
}

/**
 * Makes one text of the head of a response, which Node keeps in the 20 to 25 pieces that it was put together of: half a KiB of
 * an idle stream. A regular expression that is asked of a text makes V8 join it in its place.
 */
export function joinHead(raw: RawResponse): void {
  const { _header: head } = raw as { readonly _header?: unknown };
  if (typeof head === 'string') HEAD.test(head);
}

const HEAD = /^HTTP\/\d/;

/** Whether nobody is there any more to send a response to. */
export function isGone(raw: RawResponse, socket?: Socket): boolean {
  // A response of HTTP/2 does not say so itself.
  const stream = streamOf(raw);
  if (stream !== undefined) return stream.destroyed || stream.closed;
  return raw.destroyed || socket?.destroyed === true;
}

/**
 * Lets a response of HTTP/2 close whose client resets it with NO_ERROR. Node waits then for the end of the request, which most
 * handlers do not read, and for that of the response, which cannot be sent any more: nothing would close, as long as the
 * connection lasts and longer.
 */
export function closeWhenReset(raw: RawResponse): void {
  const stream = streamOf(raw);
  // Of a request that was read, Node closes it.
  if (stream === undefined || stream.readableEnded) return;
  stream.once('aborted', closeSoon);
  // `aborted` is not for a response that was ended, and waits; but Node reads what is left of the request.
  stream.once('end', closeSoon);
}

function closeSoon(this: ServerHttp2Stream): void {
  // A response that has gone out finishes in this turn.
  if (this.closed) setImmediate(closeUnfinished, this);
}

function closeUnfinished(stream: ServerHttp2Stream): void {
  if (!stream.writableFinished) stream.destroy();
}

/** Whether a response that has finished did not reach its client. */
export function isCutOff(raw: RawResponse, socket: Socket | undefined): boolean {
  // A write that fails at once makes the response finish before the socket is destroyed: until then only its error tells. The
  // socket of `inject` has none.
  if (socket !== undefined) return socket.destroyed || hasFailed(socket);
  // On HTTP/2 a response whose stream was reset finishes too, and only the stream knows.
  const stream = streamOf(raw);
  return stream !== undefined && (stream.aborted || stream.rstCode > 0 || !stream.writableFinished);
}

/** Whether a connection ended with an error. */
export function hasFailed(socket: Socket | undefined): boolean {
  return (socket?.errored ?? null) !== null;
}

/** How far the client has taken what waits for it. Two that are equal say that it has taken nothing in between. */
export interface Progress {
  /** Bytes that were handed to the response and not on yet. */
  readonly waiting: number;
  /** Bytes of a write that the system has not taken yet. */
  readonly queued: number;
  /** Bytes that went out on the connection, on HTTP/2 for all of its streams. */
  readonly written: number;
}

/** How far a response has come; undefined where nothing waits for its client. */
export function progressOf(raw: RawResponse): Progress | undefined {
  if (!raw.headersSent || raw.writableLength === 0) return undefined;
  const stream = streamOf(raw);
  // What waits behind others of its connection cannot be taken yet.
  if (stream === undefined && raw.socket === null) return undefined;
  // The session of a stream that was reset is gone.
  const session = stream?.session;
  // What HTTP/2 gives instead of the socket knows neither of its handle nor of what that has written.
  const socket = stream === undefined ? raw.socket : session?.socket;
  return {
    waiting: raw.writableLength,
    queued: queueSizeOf(socket),
    written: stream === undefined ? 0 : (socket?.bytesWritten ?? 0),
  };
}

/** Bytes that a connection of HTTP/2 may send which are no progress of its bodies: answers to pings and settings. */
const FRAMES_WITHOUT_BODY = 1024;

/**
 * Whether a client has taken something between two looks at its response.
 *
 * A write counts as a whole in what waits, and a large one may take a slow client minutes: then the system's queue tells,
 * which is how Node's own timeout of a socket does it. HTTP/2 does not tell how much of a write a stream has sent; there a
 * client that reads anything of its connection reads.
 */
export function hasMoved(before: Progress, now: Progress): boolean {
  return (
    now.waiting !== before.waiting ||
    now.queued !== before.queued ||
    now.written - before.written > FRAMES_WITHOUT_BODY
  );
}

function queueSizeOf(socket: unknown): number {
  const { _handle: handle } = (socket ?? {}) as { _handle?: { writeQueueSize?: number } | null };
  return handle?.writeQueueSize ?? 0;
}

function streamOf(raw: RawResponse): ServerHttp2Stream | undefined {
  return 'stream' in raw ? (raw as unknown as { stream: ServerHttp2Stream }).stream : undefined;
}
