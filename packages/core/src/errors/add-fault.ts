import type { SetupCode } from './error-codes.js';
import type { SetupFault } from './setup-error.js';

/** Adds a fault. */
export function addFault(
  faults: SetupFault[],
  code: SetupCode,
  where: string,
  problem: string,
  fix: string,
): void {
  faults.push({ code, where, problem, fix });
}
