/** The parts of a request that begin and end. */
export type LifePart = 'session' | 'transaction' | 'handler' | 'body' | 'task';

/** One moment of a request. */
export interface LifeEvent {
  /** Milliseconds since the request came in. */
  readonly ms: number;
  readonly part: LifePart;
  readonly edge: 'begin' | 'end';
  /** In words: `session opened`. */
  readonly text: string;
}

/** What happened in one request, in its order. */
export class Life {
  readonly events: LifeEvent[] = [];
  readonly #begin = performance.now();

  begin(part: LifePart, text: string): void {
    this.#add({ part, edge: 'begin', text });
  }

  end(part: LifePart, text: string): void {
    this.#add({ part, edge: 'end', text });
  }

  #add(event: Omit<LifeEvent, 'ms'>): void {
    this.events.push({ ms: Number((performance.now() - this.#begin).toFixed(1)), ...event });
  }
}
