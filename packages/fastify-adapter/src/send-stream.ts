import { Readable } from 'node:stream';

import { openSource, type ChunksBody } from '@sluice/core/internal';

import { BodySource } from './body-source.js';
import { ChunkStream } from './chunk-stream.js';
import type { Exchange } from './exchange.js';
import { logError } from './log-error.js';

/**
 * Sends a body that is made while it is sent.
 *
 * Order that matters: the first item is pulled before status and headers are set, so that a source that fails at once
 * fails like a handler; HEAD pulls nothing; a source whose client is gone is closed unstarted.
 */
export function sendChunks(
  exchange: Exchange,
  body: ChunksBody,
  commitHead: () => void,
): Promise<void> | undefined {
  const { request, reply, plan } = exchange;
  const source = new BodySource(exchange.bind(openSource(body.source)), (error) => {
    logError(request.log, 'error', error, `${plan.name}: the clean-up of its stream failed`);
  });
  exchange.adopt(source);
  if (request.method === 'HEAD' || exchange.ended !== undefined) {
    source.stop();
    commitHead();
    reply.send(Readable.from([]));
    return undefined;
  }
  const { events, encode } = body;
  const stream = new ChunkStream({
    raw: reply.raw,
    source,
    encode,
    toLastItem: plan.onStreamError,
    closing: events?.closing ?? '',
    owner: exchange,
  });
  exchange.attach(stream);
  const begin = (): void => {
    commitHead();
    const declared = reply.getHeader('content-length');
    if (declared !== undefined) stream.declaredLength = Number(declared);
    if (events !== undefined) exchange.keepAlive(stream, events);
    reply.send(stream);
  };
  const { open } = source;
  if (open.sync) {
    stream.open(open.iterator);
    begin();
    return undefined;
  }
  // Not long for an event stream: then the head goes out, so that the client knows that it is connected.
  const wait = stream.openLater(open.iterator, events?.firstItemTimeout ?? null, events?.opening ?? '');
  return wait.then(() => {
    if (exchange.ended === undefined) begin();
  });
}
