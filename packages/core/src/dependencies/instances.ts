import type { SetupFault } from '../errors/setup-error.js';
import { readConstructor } from '../metadata/metadata-store.js';
import { typeName, type Constructor } from '../metadata/types.js';

/** A container of the user's own: tsyringe's, inversify's, or any other with this method. */
export interface Container {
  /** Gives the instance of a class; synchronously. */
  resolve(target: Constructor): unknown;
}

/** Types of constructor parameters that say nothing of what to make. */
const NOT_CLASSES: ReadonlySet<unknown> = new Set([
  Object,
  String,
  Number,
  Boolean,
  BigInt,
  Symbol,
  Array,
  Function,
  Promise,
  Date,
  Map,
  Set,
]);

/** The instances of one server: each class made once, with the instances that its constructor asks for. */
export class Instances {
  readonly #made = new Map<Constructor, unknown>();

  /** An instance of a class, made when it is first asked for; undefined when it adds to `faults`. */
  resolve(target: Constructor, faults: SetupFault[], chain: readonly Constructor[] = []): unknown {
    if (this.#made.has(target)) return this.#made.get(target);
    const instance = this.create(target, faults, chain);
    if (instance !== undefined) this.#made.set(target, instance);
    return instance;
  }

  /** A new instance of a class, of its own, with shared instances for what its constructor asks for. */
  create(target: Constructor, faults: SetupFault[], chain: readonly Constructor[] = []): unknown {
    const path = [...chain, target];
    if (chain.includes(target)) {
      faults.push({
        code: 'CONSTRUCTOR_CIRCLE',
        where: typeName(chain[0]),
        problem: `${path.slice(path.indexOf(target)).map(typeName).join(' > ')} ask for each other in their constructors`,
        fix: 'give one of them what it needs by a method, or move what both need into a third class',
      });
      return undefined;
    }
    const before = faults.length;
    const values = constructorTypes(target).map((type, index) => {
      if (isClass(type)) return this.resolve(type, faults, path);
      refuseParameter(faults, path, index, type);
      return undefined;
    });
    return faults.length > before
      ? undefined
      : new (target as new (...args: unknown[]) => unknown)(...values);
  }
}

/** Resolves a controller by a container of the user's own. */
export function resolveFrom(container: Container, target: Constructor, faults: SetupFault[]): unknown {
  let instance: unknown;
  let problem = 'the container gave no object for it';
  try {
    instance = container.resolve(target);
  } catch (error) {
    problem = `the container failed: ${error instanceof Error ? error.message : String(error)}`;
  }
  if (typeof instance === 'object' && instance !== null && !(instance instanceof Promise)) return instance;
  if (instance instanceof Promise) problem = 'the container gave a promise';
  faults.push({
    code: 'CONTAINER_FAILED',
    where: target.name,
    problem,
    fix: 'register the controller and what its constructor asks for, and let resolve(Class) give the instance itself',
  });
  return undefined;
}

function constructorTypes(target: Constructor): unknown[] {
  const { length, sources, types } = readConstructor(target);
  const count = Math.max(length, types.length, ...[...sources.keys()].map((index) => index + 1));
  return Array.from({ length: count }, (_, index) => {
    const [source, ...others] = sources.get(index) ?? [];
    if (source === undefined) return types[index];
    return source.kind === 'inject' && others.length === 0 ? (source.type ?? types[index]) : source.label;
  });
}

function isClass(type: unknown): type is Constructor {
  return typeof type === 'function' && !NOT_CLASSES.has(type);
}

function refuseParameter(
  faults: SetupFault[],
  path: readonly Constructor[],
  index: number,
  type: unknown,
): void {
  const owner = path.at(-1);
  const known = type !== undefined && type !== Object;
  faults.push({
    code: 'CONSTRUCTOR_PARAMETER',
    where: `${typeName(owner)}, constructor parameter ${String(index + 1)}`,
    problem: known
      ? `${typeName(type)} is no class to make an instance of`
      : 'its type is not known at run time (no decorator on the class, an interface, or a circular import)',
    fix: known
      ? 'ask for a class that holds the value, or give the plugin a container'
      : 'write @Inject(TheClass) before it, or give the plugin a container',
  });
}
