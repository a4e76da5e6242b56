import type { SetupCode } from './error-codes.js';

/** One fault that registration found. */
export interface SetupFault {
  readonly code: SetupCode;
  /** Class, member and parameter: `ItemsController.create, parameter 1 (@Body)`. */
  readonly where: string;
  /** What is wrong. */
  readonly problem: string;
  /** What to write instead. */
  readonly fix: string;
}

/** Formats a fault as `CODE: where → what is wrong → what to write instead`. */
export function formatFault(fault: SetupFault): string {
  return `${fault.code}: ${fault.where} → ${fault.problem} → ${fault.fix}`;
}

/**
 * Stops the set-up of a server: what a decorator or an option says cannot be served.
 *
 * Its message lists every fault of what was registered, so that one start shows them all.
 */
export class SetupError extends Error {
  override readonly name = 'SetupError';
  /** The code of the first fault. */
  readonly code: SetupCode;
  readonly faults: readonly SetupFault[];

  constructor(faults: readonly [SetupFault, ...SetupFault[]], options?: ErrorOptions) {
    super(
      faults.length === 1
        ? formatFault(faults[0])
        : [`${String(faults.length)} faults:`, ...faults.map((fault) => `  ${formatFault(fault)}`)].join(
            '\n',
          ),
      options,
    );
    this.code = faults[0].code;
    this.faults = Object.freeze([...faults]);
  }
}

/**
 * Throws one {@link SetupError} of all faults, or does nothing when there are none. A fault is said once: that of a
 * dependency is found by each route that asks for it.
 */
export function throwFaults(faults: readonly SetupFault[]): void {
  const [first, ...rest] = new Map(faults.map((fault) => [formatFault(fault), fault])).values();
  if (first !== undefined) throw new SetupError([first, ...rest]);
}
