import type { Quantity, Round, Unit } from './quantity.js';
import type { Schedule } from './schedule.js';

/** A server that is measured. It runs in a process of its own and loads nothing but its own file. */
export interface Candidate {
  readonly name: string;
  /** Imports the file of the server. */
  readonly load: () => Promise<CandidateServer>;
}

/** What the file of a candidate exports. */
interface CandidateServer {
  /**
   * Listens on a free port of 127.0.0.1, and gives the port.
   *
   * @param folder What the measurement's `fill` was given; where it has none, the empty string.
   */
  readonly listen: (folder: string) => Promise<number>;
}

/** A candidate that is compared with the baseline. */
export interface Subject extends Candidate {
  /**
   * Where a lower figure is better, the most that it may be; else the least. Of the ratio to the baseline, or of the
   * figure itself: the quantity says which. Default: none, it is shown for information.
   */
  readonly target?: number;
  /** The same of the ratio to the floor. */
  readonly floorTarget?: number;
}

/** Candidates that do the same work, and the work. */
export interface Measurement {
  /** The word that selects it on the command line. */
  readonly name: string;
  /** What is done, in half a sentence. */
  readonly title: string;
  /** What is counted. */
  readonly unit: Unit;
  /** What the candidates are compared by. */
  readonly compares: Quantity;
  /** What is shown beside it, for information. */
  readonly shows: readonly Quantity[];
  /** The least that the work can cost. */
  readonly floor?: Candidate;
  /** What the others are compared with. It runs in two processes, whose ratio shows the noise of the method. */
  readonly baseline: Candidate;
  readonly subjects: readonly Subject[];
  /** Changes how much is measured, where the work asks for it. Default: as for all. */
  readonly plan?: (schedule: Schedule) => Schedule;
  /** Whether to look at the memory that processes hold before and after a round. It takes half a second each time. */
  readonly settles?: boolean;
  /** Options of Node for the servers' processes. */
  readonly nodeOptions?: readonly string[];
  /** Writes what the servers serve into a new folder, which is removed in the end. */
  readonly fill?: (folder: string) => Promise<void>;
  /** What a client sees of a server; all candidates must give the same. */
  readonly probe: (port: number) => Promise<string>;
  /** Opens the connections of one round. */
  readonly open: (port: number) => Promise<Load>;
}

/** The client of one round. */
export interface Load {
  /** Keeps the server busy, and gives what was done when the last answer has come. */
  readonly run: (milliseconds: number) => Promise<Work>;
  readonly close: () => void;
}

export type Work = Pick<Round, 'units' | 'milliseconds' | 'firstByte' | 'arrivals'>;
