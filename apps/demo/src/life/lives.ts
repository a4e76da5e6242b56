import type { ResponseEnd } from '@sluice/fastify-adapter';
import type { FastifyRequest } from 'fastify';

import { Life } from './life.js';

const KEPT = 100;
const LIFE = Symbol('life');

type WatchedRequest = FastifyRequest & { [LIFE]?: Life };

/** The life of a request, if it is watched. */
export function lifeOf(request: WatchedRequest): Life | undefined {
  return request[LIFE];
}

/** The last requests that were watched, by the names that their clients gave them. */
export class Lives {
  readonly #byName = new Map<string, Life>();
  // Other servers of the process have theirs.
  readonly #own = new WeakSet<Life>();

  begin(name: string, request: WatchedRequest): Life {
    const life = new Life();
    request[LIFE] = life;
    this.#own.add(life);
    // A name that is used again is the newest.
    this.#byName.delete(name);
    this.#byName.set(name, life);
    const [oldest] = this.#byName.keys();
    if (this.#byName.size > KEPT && oldest !== undefined) this.#byName.delete(oldest);
    return life;
  }

  find(name: string): Life | undefined {
    return this.#byName.get(name);
  }

  /** All of a response was sent, or the client has gone, or it failed. */
  responseEnded({ request, outcome, bytes }: ResponseEnd): void {
    const life = lifeOf(request);
    if (life === undefined || !this.#own.has(life)) return;
    life.end('body', outcome === 'completed' ? `last byte of ${bytes}` : `response ended: ${outcome}`);
  }
}
