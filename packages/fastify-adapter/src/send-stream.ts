import { Readable } from 'node:stream';

import type { Response } from '@sluice/core';
import { hasNoBody, openSource, type ChunksBody, type EventStreamParts } from '@sluice/core/internal';

import { BodySource } from './body-source.js';
import { ChunkStream } from './chunk-stream.js';
import type { Exchange } from './exchange.js';
import { FeedStream } from './feed-stream.js';

/**
 * Sends a body that is made while it is sent.
 *
 * Order that matters: the first item is pulled before status and headers are set, so that a source that fails at once
 * fails like a handler; HEAD and a status without a body pull nothing; a source whose client is gone is closed unstarted. One of
 * many that are queued is opened at once, since a stream that fails must find somebody who listens, and pulled in its turn.
 */
export function sendChunks(
  exchange: Exchange,
  response: Response,
  body: ChunksBody,
  commitHead: () => void,
): Promise<void> | undefined {
  const source = new BodySource(exchange.bind(openSource(body.source)), exchange);
  exchange.adopt(source);
  const turn = exchange.turn();
  if (turn === undefined) return sendSource(exchange, source, response, body, commitHead);
  return turn.then(() => sendSource(exchange, source, response, body, commitHead));
}

function sendSource(
  exchange: Exchange,
  source: BodySource,
  response: Response,
  body: ChunksBody,
  commitHead: () => void,
): Promise<void> | undefined {
  const { request, reply } = exchange;
  if (request.method === 'HEAD' || hasNoBody(response.statusCode) || exchange.ended !== undefined) {
    source.stop();
    commitHead();
    if (hasNoBody(response.statusCode)) reply.send();
    else reply.send(Readable.from([]));
    return undefined;
  }
  const { events } = body;
  const stream =
    events?.feed === undefined
      ? createChunkStream(exchange, source, body)
      : new FeedStream({
          raw: reply.raw,
          feed: events.feed,
          toLastChunk: toLastChunk(exchange, body),
          closing: events.closing,
          frames: exchange.frames,
          owner: exchange,
        });
  exchange.attach(stream);
  const begin = (): void => {
    commitHead();
    // A method that yields has said so before its first item: Node would drop its items, as long as there are some.
    if (hasNoBody(response.statusCode)) {
      stream.destroy();
      source.stop();
      reply.send();
      return;
    }
    const declared = reply.getHeader('content-length');
    if (declared !== undefined) stream.declaredLength = Number(declared);
    if (events !== undefined) exchange.keepAlive(stream, events);
    reply.send(stream);
  };
  const opening = open(stream, source, events);
  if (opening !== undefined) {
    return opening.then(() => {
      if (exchange.ended === undefined) begin();
    });
  }
  begin();
  return undefined;
}

function createChunkStream(exchange: Exchange, source: BodySource, body: ChunksBody): ChunkStream {
  const { encode, events } = body;
  return new ChunkStream({
    raw: exchange.raw,
    source,
    encode,
    toLastChunk: toLastChunk(exchange, body),
    closing: events?.closing,
    whole: events?.whole ?? true,
    owner: exchange,
  });
}

/** Encodes what a route says in band of an error. No closure where it says nothing. */
function toLastChunk(
  { plan: { onStreamError } }: Exchange,
  { encodeLast }: ChunksBody,
): ((error: unknown) => string | Uint8Array | undefined) | undefined {
  if (onStreamError === undefined) return undefined;
  return (error) => {
    const item = onStreamError(error);
    return item === undefined ? undefined : encodeLast(item as never);
  };
}

/** Gets the first item. A promise where it is awaited: for an event stream not long, so that the client knows that it is connected. */
function open(
  stream: ChunkStream | FeedStream,
  { open: { sync, iterator } }: BodySource,
  events: EventStreamParts | undefined,
): Promise<void> | undefined {
  const timeout = events?.firstItemTimeout ?? null;
  const late = events?.opening ?? '';
  if (stream instanceof FeedStream) return stream.openLater(timeout, Buffer.from(late));
  if (!sync) return stream.openLater(iterator, timeout, late);
  stream.open(iterator);
  return undefined;
}
