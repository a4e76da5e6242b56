import type { SetupFault } from '../errors/setup-error.js';
import { DEPENDENCY_SCOPES, type DependencyScope } from '../metadata/dependency-use.js';
import { isClass } from './describe-target.js';

/** One who asks for a dependency. */
interface Link {
  readonly target: unknown;
  readonly name: string;
  readonly scope: DependencyScope;
}

/** Who asks for whom, outermost first. */
export type Chain = readonly Link[];

/** So many ask for each other in a row at most: far more than people write, and far less than the stack of calls takes. */
const LONGEST_CHAIN = 500;

/** Whether there are too many of them, which is added to `faults`. */
export function isTooLong(chain: Chain, faults: SetupFault[]): boolean {
  if (chain.length <= LONGEST_CHAIN) return false;
  const names = [...chain.slice(0, 3), ...chain.slice(-1)].map(({ name }) => name);
  faults.push({
    code: 'DEPENDENCY_INVALID',
    where: chain[0]?.name ?? '',
    problem: `more than ${String(LONGEST_CHAIN)} dependencies ask for each other in a row: ${names.slice(0, 3).join(' > ')} > … > ${names.at(-1) ?? ''}`,
    fix: 'let one of them ask for several of the others, or make what they give without dependencies',
  });
  return true;
}

/** Whether the last one is there before, which is added to `faults`. */
export function isCircle(chain: Chain, faults: SetupFault[]): boolean {
  const last = chain.at(-1);
  const circle = chain.slice(chain.findIndex(({ target }) => target === last?.target));
  if (circle.length === 1) return false;
  const names = circle.map(({ name }) => name).join(' > ');
  const where = chain[0]?.name ?? '';
  if (circle.every(({ target }) => isClass(target))) {
    faults.push({
      code: 'CONSTRUCTOR_CIRCLE',
      where,
      problem: `${names} ask for each other in their constructors`,
      fix: 'give one of them what it needs by a method, or move what both need into a third class',
    });
  } else {
    faults.push({
      code: 'DEPENDENCY_CIRCLE',
      where,
      problem: `${names} ask for each other`,
      fix: 'move what both need into a third dependency',
    });
  }
  return true;
}

/** Whether the last one ends before the one that asks for it, which is added to `faults`. */
export function isInversion(chain: Chain, faults: SetupFault[]): boolean {
  const [asking, asked] = [chain.at(-2), chain.at(-1)];
  if (asking === undefined || asked === undefined || lifeOf(asking) <= lifeOf(asked)) return false;
  faults.push({
    code: 'DEPENDENCY_SCOPE',
    where: asking.name,
    problem: `${chain.map(({ name, scope }) => `${name} (${scope})`).join(' > ')}: ${asked.name} ends before ${asking.name} does`,
    fix: `give ${asked.name} the scope '${asking.scope}', or ${asking.name} the scope '${asked.scope}'`,
  });
  return true;
}

function lifeOf({ scope }: Link): number {
  return DEPENDENCY_SCOPES.indexOf(scope);
}
