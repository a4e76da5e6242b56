/** What one round of one candidate used and did. */
export interface Round {
  /** CPU time of the server's process, of its own and of the system on its behalf, in microseconds. */
  readonly cpu: number;
  /** The most memory that the process held during the round, above what it held at its start, in bytes. */
  readonly growth: number;
  /** Memory that the process held after the round and several full garbage collections, above that before it, in bytes. */
  readonly held?: Memory;
  /** Units of work that were done. */
  readonly units: number;
  readonly milliseconds: number;
  /** From a request to the first byte of the body, in microseconds: the median of the round. */
  readonly firstByte?: number;
  /** Times at which bytes of a body came. */
  readonly arrivals?: number;
}

export interface Memory {
  /** Of the process, as the system counts it. */
  readonly rss: number;
  /** Objects of JavaScript that are in use. */
  readonly heap: number;
}

/** What is counted: a word for one, and for many. */
export interface Unit {
  readonly one: string;
  readonly many: string;
}

export const REQUEST: Unit = { one: 'request', many: 'requests' };
export const RESPONSE: Unit = { one: 'response', many: 'responses' };
export const ROW: Unit = { one: 'row', many: 'rows' };
export const EVENT: Unit = { one: 'event', many: 'events' };
export const DELIVERY: Unit = { one: 'delivery', many: 'deliveries' };
export const CONNECTION: Unit = { one: 'connection', many: 'connections' };
export const MEBIBYTE: Unit = { one: 'MiB', many: 'MiB' };

/** A figure of a round, and what it says about a candidate. */
export interface Quantity {
  /** The heading of its column. */
  readonly heading: (unit: Unit) => string;
  readonly of: (round: Round) => number;
  readonly better: 'lower' | 'higher';
  /**
   * What a target is for: the ratio to the baseline in the same round, or the figure itself, where it means the same on
   * every machine.
   */
  readonly target: 'ratio' | 'figure';
}

/** Depends least on what else the machine does: for work that the server's own thread does alone. */
export const cpuTime: Quantity = {
  heading: ({ one }) => `CPU µs/${one}`,
  of: ({ cpu, units }) => cpu / units,
  better: 'lower',
  target: 'ratio',
};

/** What a client sees: for work of several threads, whose waiting for each other costs time and no CPU time. */
export const throughput: Quantity = {
  heading: ({ many }) => `${many}/s`,
  of: ({ units, milliseconds }) => (units / milliseconds) * 1000,
  better: 'higher',
  target: 'ratio',
};

export const memoryGrowth: Quantity = {
  heading: () => 'memory growth, MiB',
  of: ({ growth }) => growth / 2 ** 20,
  better: 'lower',
  target: 'figure',
};

export const heldMemory: Quantity = {
  heading: ({ one }) => `RSS, KiB/${one}`,
  of: ({ held, units }) => (held?.rss ?? NaN) / units / 1024,
  better: 'lower',
  target: 'ratio',
};

export const heldHeap: Quantity = {
  heading: ({ one }) => `heap, KiB/${one}`,
  of: ({ held, units }) => (held?.heap ?? NaN) / units / 1024,
  better: 'lower',
  target: 'ratio',
};

export const firstByte: Quantity = {
  heading: () => 'first byte, µs',
  of: (round) => round.firstByte ?? NaN,
  better: 'lower',
  target: 'ratio',
};

/** 1 where each came when it was made; less where some came together. */
export const arrivals: Quantity = {
  heading: ({ one }) => `arrivals/${one}`,
  of: (round) => (round.arrivals ?? NaN) / round.units,
  better: 'higher',
  target: 'ratio',
};
