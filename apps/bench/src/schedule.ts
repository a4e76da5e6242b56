/** How much is measured. */
export interface Schedule {
  /** How often every process is started anew: two processes of one program differ for as long as they live. */
  readonly launches: number;
  /** Rounds of a launch that are thrown away, before processes are aged. */
  readonly roundsBeforeAgeing: number;
  /** Whether processes are aged before they are measured: see `age`. */
  readonly aged: boolean;
  /** Rounds of a launch that are thrown away after that, while the process compiles its hot code. */
  readonly warmUpRounds: number;
  /** Rounds of a launch that count. */
  readonly rounds: number;
  /** Length of a round of one candidate, in milliseconds. */
  readonly milliseconds: number;
}

export const FULL: Schedule = {
  launches: 3,
  roundsBeforeAgeing: 1,
  aged: true,
  warmUpRounds: 2,
  rounds: 10,
  milliseconds: 300,
};

/** About ten seconds, to see whether something broke or changed a lot. */
export const QUICK: Schedule = {
  launches: 1,
  roundsBeforeAgeing: 1,
  aged: true,
  warmUpRounds: 3,
  rounds: 8,
  milliseconds: 200,
};

/**
 * For what differs by a few hundredths, as two processes of one program do too: four times as many processes, which take turns
 * three times as often.
 */
export function acrossProcesses(schedule: Schedule): Schedule {
  return {
    ...schedule,
    launches: schedule.launches * 4,
    roundsBeforeAgeing: schedule.roundsBeforeAgeing * 3,
    warmUpRounds: schedule.warmUpRounds * 3,
    milliseconds: schedule.milliseconds / 3,
  };
}
