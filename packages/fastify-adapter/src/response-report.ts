import type { RoutePlan } from '@sluice/core/internal';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { ByteCounter } from './byte-counter.js';
import type { Outcome, ResponseEnd } from './response-end.js';

/** A body of Sluice's own, as far as it was handed on. */
interface CountedBody {
  readonly bytes: number;
  readonly items: number;
}

/** What is seen of a response where somebody observes, from its beginning on. */
export class ResponseReport {
  readonly #request: FastifyRequest;
  readonly #raw: FastifyReply['raw'];
  readonly #startedAt: number;
  readonly #counter: ByteCounter;

  constructor(reply: FastifyReply) {
    this.#request = reply.request;
    this.#raw = reply.raw;
    // From when Fastify got the request: hooks of the host may have taken their time.
    this.#startedAt = performance.now() - reply.elapsedTime;
    this.#counter = new ByteCounter(reply.raw);
  }

  /**
   * The report of a response that has ended.
   *
   * @param delivered Whether the client has the whole of it.
   */
  toEnd(
    outcome: Outcome,
    delivered: boolean,
    { name }: RoutePlan,
    body: CountedBody | undefined,
  ): ResponseEnd {
    const { bytes, stopped } = this.#counter;
    const request = this.#request;
    const { statusCode } = this.#raw;
    // A body of which nothing was handed on: another one was sent in its place, an error perhaps.
    const isSent = body !== undefined && body.bytes > 0;
    // An error that is the client's was told to it, as the service meant to.
    const isTold = outcome === 'error' && delivered && !isSent && statusCode < 500;
    const hasBody = request.method !== 'HEAD' && statusCode !== 204 && statusCode !== 304;
    return {
      request,
      route: name,
      statusCode,
      outcome: isTold ? 'completed' : outcome,
      bytes: hasBody ? bytes + (stopped && isSent ? body.bytes : 0) : 0,
      items: isSent ? body.items : 0,
      duration: performance.now() - this.#startedAt,
    };
  }
}
