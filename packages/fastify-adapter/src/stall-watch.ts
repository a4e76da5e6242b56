/** A response of which a client may read nothing. */
interface StallingResponse {
  /** Notes how far the client has read; gives since when it has read nothing of what waits for it. */
  stalledSince(now: number): number | undefined;
  cutOff(timeout: number): void;
}

/** Looks at a response during the time that it may stand still. */
const LOOKS = 10;
/** Milliseconds between two looks, at least. */
const SHORTEST_INTERVAL = 5;

/** Cuts off clients that read nothing: one timer for all responses of a server. */
export class StallWatch {
  readonly #timer: NodeJS.Timeout;

  /** @param timeout Milliseconds that a client may take nothing of what waits for it. */
  constructor(responses: Iterable<StallingResponse>, timeout: number) {
    this.#timer = setInterval(
      () => {
        const now = performance.now();
        for (const response of responses) {
          const since = response.stalledSince(now);
          if (since !== undefined && now - since >= timeout) response.cutOff(timeout);
        }
      },
      Math.max(timeout / LOOKS, SHORTEST_INTERVAL),
    ).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
