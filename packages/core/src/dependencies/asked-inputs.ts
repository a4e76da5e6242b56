import type { SetupFault } from '../errors/setup-error.js';
import type { DependencyDeclaration } from '../metadata/dependency.js';
import type { DependencyTarget } from '../metadata/dependency-use.js';
import { readConstructor } from '../metadata/metadata-store.js';
import { describeSource, isSource, type SourceDescription } from '../metadata/source.js';
import { typeName, type Constructor } from '../metadata/types.js';
import type { RequestParameter } from './dependency-node.js';
import { isClass, type TargetDescription } from './describe-target.js';

/** A source that asks for an instance of the server, or for what a request brings along. */
export const INJECT: SourceDescription = Object.freeze({
  kind: 'inject',
  label: '@Inject',
  name: undefined,
  type: undefined,
  hasDefault: false,
  default: undefined,
  optional: false,
});

/** What a dependency asks for, in the order in which it is called with it; or adds to `faults`. */
export function askedInputs(
  target: DependencyTarget,
  { name, declaration, kind }: TargetDescription,
  faults: SetupFault[],
): RequestParameter[] {
  if (declaration !== undefined) return declaredInputs(name, declaration, faults);
  if (kind === 'class') return constructorInputs(target as Constructor, name, faults);
  if (target.length > 0) {
    faults.push({
      code: 'DEPENDENCY_INVALID',
      where: name,
      problem: 'it has a parameter that nothing fills',
      fix: "declare what it asks for: dependency({ token: Header('x-token') }, ({ token }) => …)",
    });
  }
  return [];
}

function declaredInputs(
  name: string,
  { inputs }: DependencyDeclaration,
  faults: SetupFault[],
): RequestParameter[] {
  if (Object.hasOwn(inputs, '__proto__')) {
    const problem = 'it has an input with the name __proto__, which no object can have';
    faults.push({ code: 'DEPENDENCY_INVALID', where: name, problem, fix: 'give the input another name' });
    return [];
  }
  return Object.entries(inputs).map(([key, input]) => {
    const source = isSource(input) ? describeSource(input) : toDependsSource(input);
    const where = `${name}, input ${key} (${source.label})`;
    return { where, source, designType: undefined, counted: true, untyped: true };
  });
}

function toDependsSource(target: unknown): SourceDescription {
  const label = typeof target === 'function' && target.name === '' ? 'a dependency' : typeName(target);
  return { ...INJECT, kind: 'depends', label, depends: { target, scope: undefined, useCache: true } };
}

/** A parameter without a source is an instance of the server by its class, as in a controller. */
function constructorInputs(target: Constructor, name: string, faults: SetupFault[]): RequestParameter[] {
  const { length, sources, types } = readConstructor(target);
  const count = Math.max(length, types.length, ...[...sources.keys()].map((index) => index + 1));
  return Array.from({ length: count }, (_, index) => {
    const [source, ...others] = sources.get(index) ?? [];
    const where = `${name}, constructor parameter ${String(index + 1)}`;
    const designType = types[index];
    const counted = index < length;
    if (others.length > 0) {
      const problem = 'it has more than one source';
      faults.push({ code: 'PARAM_SOURCES_TWO', where, problem, fix: 'keep one of them' });
    }
    const left = source ?? (counted || isClass(designType) ? INJECT : undefined);
    return { where, source: left, designType, counted, untyped: false };
  });
}
