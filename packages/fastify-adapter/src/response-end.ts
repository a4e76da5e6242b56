import { channel } from 'node:diagnostics_channel';

import type { FastifyRequest } from 'fastify';

/** How the response to a request ended. */
export type Outcome = 'completed' | 'client-closed' | 'error' | 'server-closing';

/** What is told of a response when it has ended. */
export interface ResponseEnd {
  readonly request: FastifyRequest;
  /** The handler, `ItemsController.read`. */
  readonly route: string;
  /** Status that was sent, or would have been. */
  readonly statusCode: number;
  /**
   * `completed`: all of it was sent; `client-closed`: the client left, or was cut off; `error`: the handler or the body
   * failed by a fault of the service; `server-closing`: the server's close ended it, or broke it off. A stream that came to its
   * own end while the server closed is `completed`.
   */
  readonly outcome: Outcome;
  /** Bytes of the body that were handed on to the connection: compressed, where a plugin compressed them. */
  readonly bytes: number;
  /** Items that the body was made of; 0 where it is no stream of items. */
  readonly items: number;
  /** Milliseconds from the beginning of the request to the end of the response. */
  readonly duration: number;
}

/** Gets every response of a server when it has ended, once each. */
export type OnResponseEnd = (end: ResponseEnd) => void;

/**
 * The channel of `node:diagnostics_channel` on which every {@link ResponseEnd} of the process is published: to who subscribed
 * before the plugin was registered, all of them; to who does later, those of requests that reach their handler.
 */
export const RESPONSE_END = channel('sluice.response.end');
