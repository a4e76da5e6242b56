/** A response of which a client may read nothing. */
interface StallingResponse {
  /** Looks how far the client has read, and gives how many looks in a row it has read nothing of what waits for it. */
  countStall(): number;
  cutOff(timeout: number): void;
}

/** Looks at a response during the time that it may stand still. */
const LOOKS = 10;
/** Milliseconds between two looks, at least. */
const SHORTEST_INTERVAL = 5;

/**
 * Cuts off clients that read nothing: one timer for all responses of a server.
 *
 * It counts its looks, and not the time: in a process that was held up, what the client has read meanwhile is seen only after
 * the timer.
 */
export class StallWatch {
  readonly #timer: NodeJS.Timeout;

  /** @param timeout Milliseconds that a client may take nothing of what waits for it. */
  constructor(responses: Iterable<StallingResponse>, timeout: number) {
    const interval = Math.max(timeout / LOOKS, SHORTEST_INTERVAL);
    const most = Math.ceil(timeout / interval);
    this.#timer = setInterval(() => {
      for (const response of responses) if (response.countStall() >= most) response.cutOff(timeout);
    }, interval).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
