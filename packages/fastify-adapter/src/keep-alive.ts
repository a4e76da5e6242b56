/** A body that may be silent for long. */
interface SilentBody {
  readonly destroyed: boolean;
  /** Counts a tick, and gives how many passed in a row in which nothing was sent. */
  countSilence(): number;
  /** Sends a sign of life. */
  ping(bytes: Uint8Array): void;
}

/** Looks at a body in each interval: the more, the closer to the interval its sign of life comes. */
const TICKS = 15;
/** Signs of life in one turn of the event loop, at most: each is a system call, 10,000 at once would hold the loop for 50 ms. */
const MOST_IN_A_TURN = 500;

/** Signs of life for silent event streams: one timer for all that have the same interval, and nothing of its own for each. */
export class KeepAlive {
  readonly #groups = new Map<number, Group>();

  /** @param interval Milliseconds of silence after which `bytes` are sent. */
  add(body: SilentBody, interval: number, bytes: Uint8Array): void {
    let group = this.#groups.get(interval);
    if (group === undefined) {
      group = new Group(interval, bytes, () => this.#groups.delete(interval));
      this.#groups.set(interval, group);
    }
    group.bodies.add(body);
  }
}

class Group {
  readonly bodies = new Set<SilentBody>();
  readonly #bytes: Uint8Array;
  readonly #timer: NodeJS.Timeout;
  readonly #onEmpty: () => void;

  constructor(interval: number, bytes: Uint8Array, onEmpty: () => void) {
    this.#bytes = bytes;
    this.#onEmpty = onEmpty;
    // It keeps no process alive: the connections do.
    this.#timer = setInterval(() => {
      this.#tick();
    }, interval / TICKS).unref();
  }

  #tick(): void {
    const silent: SilentBody[] = [];
    for (const body of this.bodies) {
      if (body.destroyed) this.bodies.delete(body);
      else if (body.countSilence() >= TICKS) silent.push(body);
    }
    if (this.bodies.size === 0) {
      clearInterval(this.#timer);
      this.#onEmpty();
    }
    this.#pingFrom(silent, 0);
  }

  #pingFrom(silent: readonly SilentBody[], start: number): void {
    for (const body of silent.slice(start, start + MOST_IN_A_TURN)) {
      // It may have spoken since.
      if (!body.destroyed) body.ping(this.#bytes);
    }
    const next = start + MOST_IN_A_TURN;
    if (next < silent.length)
      setImmediate(() => {
        this.#pingFrom(silent, next);
      });
  }
}
