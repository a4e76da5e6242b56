import { hasNoBody, type EventStreamParts } from '@sluice/core/internal';

import type { BodyStream } from './body-stream.js';
import type { Exchange } from './exchange.js';

/** Status and headers of a stream, which may change until its first item is there. */
export interface StreamHead {
  /** As far as it is known before the first item. */
  readonly statusCode: number;
  /** Sets them on the reply. */
  commit(exchange: Exchange): void;
}

/** Sends the head of a stream, and what there is of its body. */
export function beginBody(
  exchange: Exchange,
  body: BodyStream,
  head: StreamHead,
  events: EventStreamParts | undefined,
): void {
  const { reply } = exchange;
  head.commit(exchange);
  // A method that yields has said so before its first item: Node would drop its items, as long as there are some.
  if (hasNoBody(reply.statusCode)) {
    exchange.letGo();
    reply.send();
    exchange.watch();
    return;
  }
  const declared = reply.getHeader('content-length');
  if (declared !== undefined) body.declaredLength = Number(declared);
  if (events !== undefined) exchange.keepAlive(body, events);
  reply.send(body);
  exchange.watch();
}
