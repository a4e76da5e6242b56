import type { SetupFault } from '../errors/setup-error.js';
import type { DependencyTarget } from '../metadata/dependency-use.js';
import { describeTarget } from './describe-target.js';

/** What stands in for dependencies, for a test: `new Map([[currentUser, () => someone]])`, or the pairs as a list. */
export type OverridesInit = Iterable<readonly [replaced: DependencyTarget, replacement: DependencyTarget]>;

/** By what is replaced. */
export type Overrides = ReadonlyMap<unknown, DependencyTarget>;

/** Overrides that know which of them were asked for. */
class UsedOverrides extends Map<unknown, DependencyTarget> {
  readonly used = new Set<unknown>();

  override get(replaced: unknown): DependencyTarget | undefined {
    this.used.add(replaced);
    return super.get(replaced);
  }
}

/** Gives the names of those that replace nothing. */
export function findUnusedOverrides(overrides: Overrides): string[] {
  if (!(overrides instanceof UsedOverrides)) return [];
  return [...overrides.keys()].filter((replaced) => !overrides.used.has(replaced)).map(nameOf);
}

function nameOf(target: unknown): string {
  return describeTarget(target as DependencyTarget).name;
}

/** Reads overrides, or adds to `faults`. */
export function readOverrides(init: OverridesInit | undefined, faults: SetupFault[]): Overrides {
  const overrides = new UsedOverrides();
  if (init === undefined) return overrides;
  const refuse = (problem: string): Overrides => {
    faults.push({
      code: 'OPTIONS_INVALID',
      where: 'register(sluice, options)',
      problem: `\`overrides\` ${problem}`,
      fix: 'write { overrides: [[currentUser, () => someone]] }; what is replaced is the function or class that Depends names',
    });
    return overrides;
  };
  if (typeof (init as Partial<OverridesInit>)[Symbol.iterator] !== 'function')
    return refuse('is not a list of pairs');
  for (const pair of init as Iterable<unknown>) {
    if (!Array.isArray(pair) || pair.length !== 2) return refuse('has an entry that is not a pair');
    const [replaced, replacement] = pair as [unknown, unknown];
    if (typeof replaced !== 'function' || typeof replacement !== 'function') {
      return refuse('has a pair that is not of two functions or classes');
    }
    if (overrides.has(replaced)) return refuse(`replaces ${nameOf(replaced)} twice`);
    overrides.set(replaced, replacement as DependencyTarget);
  }
  return overrides;
}
