import { Readable } from 'node:stream';

import type { ChunkSource } from '@sluice/core';
import { hasNoBody, openSource, type ChunkEncoding } from '@sluice/core/internal';

import { BodySource } from './body-source.js';
import { ChunkStream } from './chunk-stream.js';
import type { Exchange } from './exchange.js';
import { FeedStream } from './feed-stream.js';
import { Opening } from './opening.js';

/** Status and headers of a stream, which may change until its first item is there. */
export interface StreamHead {
  /** As far as it is known before the first item. */
  readonly statusCode: number;
  /** Sets them on the reply. */
  commit(): void;
}

/**
 * Sends a body that is made while it is sent.
 *
 * Order that matters: the first item is pulled before status and headers are set, so that a source that fails at once
 * fails like a handler; HEAD and a status without a body pull nothing; a source whose client is gone is closed unstarted; one of
 * many that are queued is opened at once, since a stream that fails must find somebody who listens, and pulled in its turn; the
 * response is watched when its first bytes are on their way, or from the next turn of the event loop on.
 */
export function sendChunks(
  exchange: Exchange,
  content: ChunkSource<unknown>,
  encoding: ChunkEncoding,
  head: StreamHead,
): Promise<void> | Opening | undefined {
  const source = new BodySource(exchange.bind(openSource(content)), exchange);
  exchange.adopt(source);
  exchange.lookAhead();
  const turn = exchange.turn();
  if (turn === undefined) return sendSource(exchange, source, encoding, head);
  return turn.then(async () => {
    await sendSource(exchange, source, encoding, head);
  });
}

function sendSource(
  exchange: Exchange,
  source: BodySource,
  encoding: ChunkEncoding,
  head: StreamHead,
): Opening | undefined {
  const { request, reply } = exchange;
  if (request.method === 'HEAD' || hasNoBody(head.statusCode) || exchange.ended !== undefined) {
    source.stop();
    head.commit();
    if (hasNoBody(reply.statusCode)) reply.send();
    else reply.send(Readable.from([]));
    exchange.watch();
    return undefined;
  }
  const { events } = encoding;
  const stream =
    events?.feed === undefined
      ? createChunkStream(exchange, source, encoding)
      : new FeedStream({
          raw: reply.raw,
          feed: events.feed,
          toLastChunk: toLastChunk(exchange, encoding),
          closing: events.closing,
          frames: exchange.frames,
          owner: exchange,
        });
  exchange.attach(stream);
  const begin = (): void => {
    head.commit();
    // A method that yields has said so before its first item: Node would drop its items, as long as there are some.
    if (hasNoBody(reply.statusCode)) {
      stream.destroy();
      source.stop();
      reply.send();
      exchange.watch();
      return;
    }
    const declared = reply.getHeader('content-length');
    if (declared !== undefined) stream.declaredLength = Number(declared);
    if (events !== undefined) exchange.keepAlive(stream, events);
    reply.send(stream);
    exchange.watch();
  };
  const { open } = source;
  if (stream instanceof ChunkStream && open.sync) {
    stream.open(open.iterator);
    begin();
    return undefined;
  }
  const opening = new Opening(exchange, begin);
  // Of an event stream the first item is not awaited long, so that the client knows that it is connected.
  const timeout = events?.firstItemTimeout ?? null;
  const late = events?.opening ?? '';
  if (stream instanceof FeedStream) stream.openLater(opening, timeout, Buffer.from(late));
  else if (!open.sync) stream.openLater(opening, open.iterator, timeout, late);
  exchange.watchSoon();
  return opening;
}

function createChunkStream(exchange: Exchange, source: BodySource, encoding: ChunkEncoding): ChunkStream {
  const { encode, events } = encoding;
  return new ChunkStream({
    raw: exchange.raw,
    source,
    encode,
    toLastChunk: toLastChunk(exchange, encoding),
    closing: events?.closing,
    whole: events?.whole ?? true,
    owner: exchange,
  });
}

/** Encodes what a route says in band of an error. No closure where it says nothing. */
function toLastChunk(
  { plan: { onStreamError } }: Exchange,
  { encodeLast }: ChunkEncoding,
): ((error: unknown) => string | Uint8Array | undefined) | undefined {
  if (onStreamError === undefined) return undefined;
  return (error) => {
    const item = onStreamError(error);
    return item === undefined ? undefined : encodeLast(item as never);
  };
}
