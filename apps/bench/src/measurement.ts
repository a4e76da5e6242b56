/** A server that is measured. It runs in a process of its own and loads nothing but its own file. */
export interface Candidate {
  readonly name: string;
  /** Imports the file of the server. */
  readonly load: () => Promise<CandidateServer>;
}

/** What the file of a candidate exports. */
interface CandidateServer {
  /** Listens on a free port of 127.0.0.1, and gives the port. */
  readonly listen: () => Promise<number>;
}

/** A candidate that is compared with the baseline. */
export interface Subject extends Candidate {
  /** The most CPU time that it may take, as a multiple of the baseline's. Default: none, it is shown for information. */
  readonly target?: number;
}

/** Candidates that do the same work, and the work. */
export interface Measurement {
  /** The word that selects it on the command line. */
  readonly name: string;
  /** What is done, in half a sentence. */
  readonly title: string;
  /** What is counted: `request`. */
  readonly unit: string;
  /** The least that the work can cost. */
  readonly floor?: Candidate;
  /** What the others are compared with. It runs in two processes, whose ratio shows the noise of the method. */
  readonly baseline: Candidate;
  readonly subjects: readonly Subject[];
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

export interface Work {
  readonly units: number;
  readonly milliseconds: number;
}
