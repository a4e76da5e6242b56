/** Something in a page that is not so, or that cannot be checked. */
export interface Problem {
  /** Path of the page, from the root of the repository. */
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** A problem as an editor finds its place: `README.md:12: …`. */
export function formatProblem({ file, line, message }: Problem): string {
  return `${file}:${line}: ${message}`;
}
