import type { Example } from './template.js';
import { UserError } from './user-error.js';

/** What is kept when nothing is said. */
export const DEFAULT_EXAMPLES: readonly string[] = ['items'];

/**
 * The examples of these names, and all that they need. `all` and `none` are what they say.
 *
 * @throws UserError about names that there are not.
 */
export function chooseExamples(names: readonly string[], examples: readonly Example[]): ReadonlySet<string> {
  if (names.length === 1 && names[0] === 'none') return new Set();
  if (names.length === 1 && names[0] === 'all') return new Set(examples.map(({ name }) => name));
  const known = new Map(examples.map((example) => [example.name, example]));
  const unknown = names.filter((name) => !known.has(name));
  if (unknown.length > 0) {
    throw new UserError(
      `--examples ${names.join(',')}: there is no ${unknown.join(', no ')}. There are ${[...known.keys()].join(', ')}; or all, or none.`,
    );
  }
  const chosen = new Set(names);
  // A set that grows while it is read: what an added one needs is added too.
  for (const name of chosen) for (const needed of known.get(name)?.needs ?? []) chosen.add(needed);
  return chosen;
}
