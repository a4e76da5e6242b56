import { Readable } from 'node:stream';

import type { ChunkSource } from '@sluice/core';
import { hasNoBody, openSource, type ChunkEncoding } from '@sluice/core/internal';

import { beginBody, type StreamHead } from './begin-body.js';
import { BodySource } from './body-source.js';
import { ChunkStream } from './chunk-stream.js';
import type { Exchange } from './exchange.js';
import { FeedStream } from './feed-stream.js';
import { Opening } from './opening.js';

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
    head.commit(exchange);
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
  const { syncIterator, asyncIterator } = source;
  if (stream instanceof ChunkStream && syncIterator !== undefined) {
    stream.open(syncIterator);
    beginBody(exchange, stream, head, events);
    return undefined;
  }
  // One of events may be opened by who publishes, or by the timer of many, and needs the context that is kept with it.
  if (events !== undefined) exchange.watch();
  const opening = new Opening(exchange, stream, head, events);
  if (stream instanceof FeedStream) stream.openLater(opening);
  else if (asyncIterator !== undefined) stream.openLater(opening, asyncIterator);
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
