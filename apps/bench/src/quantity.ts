/** What one round of one candidate used and did. */
export interface Round {
  /** CPU time of the server's process, of its own and of the system on its behalf, in microseconds. */
  readonly cpu: number;
  /** The most memory that the process held during the round, above what it held at its start, in bytes. */
  readonly growth: number;
  /** Units of work that were done. */
  readonly units: number;
  readonly milliseconds: number;
}

/** What is counted: a word for one, and for many. */
export interface Unit {
  readonly one: string;
  readonly many: string;
}

export const REQUEST: Unit = { one: 'request', many: 'requests' };
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
