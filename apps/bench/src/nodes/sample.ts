/** What is published: an event of about a hundred bytes, with the time at which it was. */
export interface Sample {
  readonly round: number;
  /** Microseconds of a clock that all processes of the machine share. */
  readonly at: number;
  readonly text: string;
}

const TEXT = 'x'.repeat(64);

export function takeSample(round: number): Sample {
  return { round, at: now(), text: TEXT };
}

/** Microseconds of the system's monotonic clock. */
export function now(): number {
  return Number(process.hrtime.bigint() / 1000n);
}
