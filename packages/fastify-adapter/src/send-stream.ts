import { Readable } from 'node:stream';

import { openSource, type ChunksBody } from '@sluice/core/internal';
import { HTTPException } from '@sluice/core';

import { BodySource } from './body-source.js';
import { ChunkStream } from './chunk-stream.js';
import type { Exchange } from './exchange.js';
import { logError } from './log-error.js';

type First = IteratorResult<unknown>;

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
  const source = new BodySource(openSource(body.source), (error) => {
    logError(request.log, 'error', error, `${plan.name}: the clean-up of its stream failed`);
  });
  exchange.adopt(source);
  if (request.method === 'HEAD' || exchange.ended !== undefined) {
    source.stop();
    commitHead();
    reply.send(Readable.from([]));
    return undefined;
  }
  const begin = (first: First | Promise<First>, opening: string): void => {
    const stream = new ChunkStream({
      source,
      encode: body.encode,
      first,
      opening,
      onError: (error) => {
        exchange.breakOff(error);
      },
    });
    exchange.attach({
      endNow: () => {
        stream.endWith(body.events?.closing ?? '');
      },
    });
    exchange.onEnded(() => {
      stream.destroy();
    });
    commitHead();
    reply.send(stream);
  };
  const { open } = source;
  if (open.sync) {
    begin(pullFirst(source, open.iterator), '');
    return undefined;
  }
  return awaitFirst(exchange, source, open.iterator, body, begin);
}

function pullFirst(source: BodySource, iterator: Iterator<unknown>): First {
  try {
    return iterator.next();
  } catch (error) {
    source.settle();
    throw error;
  }
}

async function awaitFirst(
  exchange: Exchange,
  source: BodySource,
  iterator: AsyncIterator<unknown>,
  body: ChunksBody,
  begin: (first: First | Promise<First>, opening: string) => void,
): Promise<void> {
  const pending = iterator.next();
  const { events } = body;
  let timer: NodeJS.Timeout | undefined;
  const interrupted = new Promise<'ended' | 'closing' | 'late'>((resolve) => {
    exchange.onEnded(() => {
      resolve('ended');
    });
    exchange.attach({
      endNow: () => {
        resolve('closing');
      },
    });
    if (events !== undefined && events.firstItemTimeout !== null) {
      timer = setTimeout(resolve, events.firstItemTimeout, 'late');
    }
  });
  const settled = pending.then(
    (first) => ({ first }),
    (error: unknown) => ({ error }),
  );
  const outcome = await Promise.race([settled, interrupted]);
  clearTimeout(timer);
  if (outcome === 'ended') return;
  if (outcome === 'closing') {
    source.stop();
    throw new HTTPException(503, 'The server is closing');
  }
  if (outcome === 'late') {
    begin(pending, events?.opening ?? '');
  } else if ('error' in outcome) {
    source.settle();
    throw outcome.error;
  } else {
    if (outcome.first.done === true) source.settle();
    begin(outcome.first, '');
  }
}
