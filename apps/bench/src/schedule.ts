/** How much is measured. */
export interface Schedule {
  /** How often every process is started anew: two processes of one program differ for as long as they live. */
  readonly launches: number;
  /** Rounds of a launch that are thrown away, while the process compiles its hot code. */
  readonly warmUpRounds: number;
  /** Rounds of a launch that count. */
  readonly rounds: number;
  /** Length of a round of one candidate, in milliseconds. */
  readonly milliseconds: number;
}

export const FULL: Schedule = { launches: 5, warmUpRounds: 2, rounds: 7, milliseconds: 300 };
/** About ten seconds, to see whether something broke or changed a lot. */
export const QUICK: Schedule = { launches: 2, warmUpRounds: 2, rounds: 4, milliseconds: 200 };
