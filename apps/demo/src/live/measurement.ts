/** What the service measured of itself at one moment. */
export interface Measurement {
  /** Counts from 1 since the service was started, without a gap: a page sees by it whether something is missing. */
  readonly number: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Percent of one core, since the measurement before. */
  readonly cpu: number;
  /** Resident memory in MB. */
  readonly memory: number;
  /** How many read the measurements. */
  readonly viewers: number;
}
