// Longer than other files: one walk, with the messages of what it refuses.
import type { SetupCode } from '../errors/error-codes.js';
import type { SetupFault } from '../errors/setup-error.js';
import { describeDependency, type DependencyDeclaration } from '../metadata/dependency.js';
import {
  DEPENDENCY_SCOPES,
  type DependencyScope,
  type DependencyTarget,
  type DependencyUse,
} from '../metadata/dependency-use.js';
import { readConstructor } from '../metadata/metadata-store.js';
import { describeSource, isSource, type SourceDescription } from '../metadata/source.js';
import { typeName, type Constructor } from '../metadata/types.js';
import type { Cell, DependencyNode, NodeInput } from './dependency-node.js';
import type { Overrides } from './overrides.js';

/** What a graph asks of those around it. */
export interface GraphEnvironment {
  readonly overrides: Overrides;
  /** Whether a type is what a request brings along: `Response`, `BackgroundTasks`, `AbortSignal`. */
  readonly isRequestOwned: (type: unknown) => boolean;
  /** The instance of a class that `@Inject` or a constructor names. `chain` is who asks, outermost first. */
  readonly instance: (target: Constructor, chain: Chain, faults: SetupFault[]) => Cell | undefined;
  /** A dependency of scope `app` that one of a request asks for. Absent in the graph of the app itself. */
  readonly app?: (
    use: DependencyUse,
    where: string,
    chain: Chain,
    faults: SetupFault[],
  ) => DependencyNode | undefined;
}

/** Who asks for a dependency, outermost first. */
export type Chain = readonly {
  readonly target: unknown;
  readonly name: string;
  readonly scope: DependencyScope;
}[];

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

/** The dependencies of an app, or of one route, in an order in which each comes after what it asks for. */
export class DependencyGraph {
  readonly nodes: DependencyNode[] = [];
  readonly #environment: GraphEnvironment;
  readonly #shared = new Map<DependencyTarget, Map<DependencyScope, DependencyNode>>();

  constructor(environment: GraphEnvironment) {
    this.#environment = environment;
  }

  /**
   * Adds a dependency with all that it asks for; one that is shared and there already is given again.
   *
   * @param where Who asks, for what is wrong with the asking.
   * @param fallback Scope where neither the asking nor the declaration says one.
   */
  add(
    use: DependencyUse,
    where: string,
    faults: SetupFault[],
    chain: Chain = [],
    fallback: DependencyScope = 'request',
  ): DependencyNode | undefined {
    if (!isTarget(use.target)) {
      const problem = `${typeName(use.target)} is no dependency`;
      addFault(
        faults,
        'DEPENDENCY_INVALID',
        where,
        problem,
        'give a function or a class: Depends(currentUser)',
      );
      return undefined;
    }
    const target = this.#environment.overrides.get(use.target) ?? use.target;
    const declaration = describeDependency(target);
    const said = use.scope ?? declaration?.scope ?? describeDependency(use.target)?.scope;
    const scope = said ?? fallback;
    const name = nameOf(target);
    if (!checkScope(scope, name, where, faults)) return undefined;
    const path: Chain = [...chain, { target, name, scope }];
    if (isCircle(path, faults) || isInversion(path, faults)) return undefined;
    if (scope === 'app' && this.#environment.app !== undefined) {
      return this.#environment.app({ ...use, scope }, where, chain, faults);
    }
    const known = use.useCache ? this.#shared.get(target)?.get(scope) : undefined;
    if (known !== undefined) return known;
    const before = faults.length;
    const node = this.#create(target, declaration, path, faults);
    if (faults.length > before || node === undefined) return undefined;
    this.nodes.push(node);
    if (use.useCache) {
      const scopes = this.#shared.get(target) ?? new Map<DependencyScope, DependencyNode>();
      this.#shared.set(target, scopes.set(scope, node));
    }
    return node;
  }

  #create(
    target: DependencyTarget,
    declaration: DependencyDeclaration | undefined,
    path: Chain,
    faults: SetupFault[],
  ): DependencyNode | undefined {
    const { name, scope } = path.at(-1) as Chain[number];
    const fn = declaration?.fn ?? target;
    const provides = declaration?.provides;
    const cell: Cell = { value: undefined };
    if (declaration === undefined && isClass(target)) {
      const inputs = this.#constructorInputs(target, path, faults);
      const create = target as new (...values: unknown[]) => unknown;
      const make = (values: readonly unknown[]): unknown => new create(...values);
      return { target, name, scope, inputs, make, kind: 'class', provides, cell };
    }
    const call = fn as (inputs?: object) => unknown;
    if (declaration === undefined && call.length > 0) {
      addFault(
        faults,
        'DEPENDENCY_INVALID',
        name,
        'it has a parameter that nothing fills',
        "declare what it asks for: dependency({ token: Header('x-token') }, ({ token }) => …)",
      );
      return undefined;
    }
    if (provides !== undefined && (scope === 'app' || typeof provides.run !== 'function')) {
      const problem =
        scope === 'app'
          ? 'it lives as long as the app, so there is no request that could run inside of what it provides'
          : '`provides` has no method `run`';
      addFault(faults, 'DEPENDENCY_INVALID', name, problem, 'give an AsyncLocalStorage, and scope request');
    }
    const names = Object.keys(declaration?.inputs ?? {});
    const inputs = this.#declaredInputs(declaration, path, faults);
    const make =
      names.length === 0 ? () => call({}) : (values: readonly unknown[]) => call(named(names, values));
    return {
      target,
      name,
      scope,
      inputs,
      make,
      kind: (declaration?.yields ?? yields(fn)) ? 'generator' : 'function',
      provides,
      cell,
    };
  }

  #declaredInputs(
    declaration: DependencyDeclaration | undefined,
    path: Chain,
    faults: SetupFault[],
  ): NodeInput[] {
    const { name, scope } = path.at(-1) as Chain[number];
    return Object.entries(declaration?.inputs ?? {}).flatMap(([key, input]): NodeInput[] => {
      const source = isSource(input) ? describeSource(input) : inputSource(input, this.#environment);
      const where = `${name}, input ${key} (${source.label})`;
      if (scope === 'app' && readsRequest(source, undefined, this.#environment)) {
        refuseRequest(where, source, faults);
        return [];
      }
      return this.#input(
        source,
        { where, designType: undefined, counted: true, untyped: true },
        path,
        faults,
      );
    });
  }

  #constructorInputs(target: Constructor, path: Chain, faults: SetupFault[]): NodeInput[] {
    const { name, scope } = path.at(-1) as Chain[number];
    const { length, sources, types } = readConstructor(target);
    const count = Math.max(length, types.length, ...[...sources.keys()].map((index) => index + 1));
    return Array.from({ length: count }, (_, index) => index).flatMap((index): NodeInput[] => {
      const [source, ...others] = sources.get(index) ?? [];
      const where = `${name}, constructor parameter ${String(index + 1)}`;
      const designType = types[index];
      const counted = index < length;
      if (others.length > 0) {
        addFault(faults, 'PARAM_SOURCES_TWO', where, 'it has more than one source', 'keep one of them');
        return [];
      }
      const place = { where, designType, counted, untyped: false };
      const effective = source ?? INJECT;
      if (scope === 'app' && readsRequest(effective, designType, this.#environment)) {
        refuseRequest(where, effective, faults, designType);
        return [];
      }
      if (source === undefined && !isClass(designType)) {
        if (!counted) return [{ kind: 'cell', cell: { value: undefined } }];
        if (scope !== 'app') return [{ kind: 'request', parameter: { ...place, source } }];
      }
      return this.#input(effective, place, path, faults);
    });
  }

  /** One input: another dependency, an instance of the server, or what is read of a request. */
  #input(
    source: SourceDescription,
    place: { where: string; designType: unknown; counted: boolean; untyped: boolean },
    path: Chain,
    faults: SetupFault[],
  ): NodeInput[] {
    const { where, designType, untyped } = place;
    if (source.kind === 'depends') {
      const use = toUse(source, designType);
      if (use === undefined) {
        refuseErasedUse(where, faults);
        return [];
      }
      if (this.#environment.isRequestOwned(use.target)) {
        return [{ kind: 'request', parameter: { ...place, source: { ...INJECT, type: use.target } } }];
      }
      // What a constructor asks for when the server starts has no request to live in.
      const fallback = path.at(-1)?.scope === 'app' && !untyped ? 'app' : 'request';
      const node = this.add(use, where, faults, path, fallback);
      return node === undefined ? [] : [{ kind: 'node', node }];
    }
    const type: unknown = source.type ?? designType;
    if (source.kind !== 'inject' || this.#environment.isRequestOwned(type)) {
      return [{ kind: 'request', parameter: { ...place, source } }];
    }
    if (!isClass(type)) {
      refuseParameter(where, type, faults);
      return [];
    }
    const cell = this.#environment.instance(type, path, faults);
    return cell === undefined ? [] : [{ kind: 'cell', cell }];
  }
}

/** What a source asks for, if it is a dependency; `@Depends()` by the class that is the type of its parameter. */
export function toUse({ depends }: SourceDescription, designType: unknown): DependencyUse | undefined {
  if (depends === undefined || depends.target !== undefined) return depends;
  return isClass(designType) ? { ...depends, target: designType } : undefined;
}

/** Adds that `@Depends()` has no type to go by. */
export function refuseErasedUse(where: string, faults: SetupFault[]): void {
  addFault(
    faults,
    'PARAM_TYPE_ERASED',
    where,
    'its type is no class that is known at run time',
    'say what it depends on: @Depends(currentUser), @Depends(TheClass)',
  );
}

/** Whether a type is a class to make an instance of. */
export function isClass(type: unknown): type is Constructor {
  if (typeof type !== 'function' || NOT_CLASSES.has(type)) return false;
  // The prototype of a class cannot be written; that of a function or a generator function can, an arrow has none.
  const prototype = Object.getOwnPropertyDescriptor(type, 'prototype');
  return prototype?.writable === false;
}

const INJECT: SourceDescription = Object.freeze({
  kind: 'inject',
  label: '@Inject',
  name: undefined,
  type: undefined,
  hasDefault: false,
  default: undefined,
  optional: false,
});

function inputSource(input: unknown, environment: GraphEnvironment): SourceDescription {
  if (environment.isRequestOwned(input)) return { ...INJECT, type: input };
  const label = typeof input === 'function' && input.name !== '' ? input.name : typeName(input);
  return {
    ...INJECT,
    kind: 'depends',
    label,
    depends: { target: input, scope: undefined, useCache: true },
  };
}

function readsRequest(
  source: SourceDescription,
  designType: unknown,
  environment: GraphEnvironment,
): boolean {
  if (source.kind === 'depends') return environment.isRequestOwned(source.depends?.target ?? designType);
  return source.kind !== 'inject' || environment.isRequestOwned(source.type ?? designType);
}

function isTarget(target: unknown): target is DependencyTarget {
  return typeof target === 'function' && !isSource(target) && !NOT_CLASSES.has(target);
}

function nameOf(target: DependencyTarget): string {
  const declaration = describeDependency(target);
  const name = declaration === undefined ? target.name : (declaration.name ?? declaration.fn.name);
  return name === '' ? 'an unnamed dependency' : name;
}

/**
 * Whether a function yields. Older compile targets make a plain function of an asynchronous generator function, with a
 * call of their runtime in it: TypeScript's and esbuild's `__asyncGenerator`, swc's `_wrap_async_generator`.
 */
function yields(fn: unknown): boolean {
  if (/^\[object (?:Async)?GeneratorFunction\]$/.test(Object.prototype.toString.call(fn))) return true;
  return (
    typeof fn === 'function' && /\b_*(?:wrap_)?async_?generator\(/i.test(Function.prototype.toString.call(fn))
  );
}

function named(names: readonly string[], values: readonly unknown[]): Record<string, unknown> {
  const inputs: Record<string, unknown> = {};
  for (let at = 0; at < names.length; at += 1) inputs[names[at] as string] = values[at];
  return inputs;
}

function lifeOf(scope: DependencyScope): number {
  return DEPENDENCY_SCOPES.indexOf(scope);
}

function checkScope(
  scope: unknown,
  name: string,
  where: string,
  faults: SetupFault[],
): scope is DependencyScope {
  if ((DEPENDENCY_SCOPES as readonly unknown[]).includes(scope)) return true;
  const known = DEPENDENCY_SCOPES.map((each) => `'${each}'`).join(', ');
  const problem = `the scope ${String(scope)} of ${name} is none`;
  addFault(faults, 'DEPENDENCY_INVALID', where, problem, `use one of ${known}`);
  return false;
}

function isCircle(path: Chain, faults: SetupFault[]): boolean {
  const last = path.at(-1);
  const circle = path.slice(path.findIndex(({ target }) => target === last?.target));
  if (circle.length === 1) return false;
  const names = circle.map(({ name }) => name).join(' > ');
  const constructors = circle.every(({ target }) => isClass(target));
  addFault(
    faults,
    constructors ? 'CONSTRUCTOR_CIRCLE' : 'DEPENDENCY_CIRCLE',
    path[0]?.name ?? '',
    constructors ? `${names} ask for each other in their constructors` : `${names} ask for each other`,
    constructors
      ? 'give one of them what it needs by a method, or move what both need into a third class'
      : 'move what both need into a third dependency',
  );
  return true;
}

function isInversion(path: Chain, faults: SetupFault[]): boolean {
  const [asking, asked] = [path.at(-2), path.at(-1)];
  if (asking === undefined || asked === undefined || lifeOf(asking.scope) <= lifeOf(asked.scope))
    return false;
  addFault(
    faults,
    'DEPENDENCY_SCOPE',
    asking.name,
    `${path.map(({ name, scope }) => `${name} (${scope})`).join(' > ')}: ${asked.name} ends before ${asking.name} does`,
    `give ${asked.name} the scope '${asking.scope}', or ${asking.name} the scope '${asked.scope}'`,
  );
  return true;
}

function refuseRequest(
  where: string,
  source: SourceDescription,
  faults: SetupFault[],
  designType?: unknown,
): void {
  const owned: unknown = source.kind === 'depends' ? source.depends?.target : source.type;
  const what =
    source.kind === 'inject' || source.kind === 'depends' ? typeName(owned ?? designType) : source.label;
  addFault(
    faults,
    'CONSTRUCTOR_PARAMETER',
    where,
    `${what} belongs to a request, and this is made when the server starts`,
    'ask for it in a parameter of a method, or in a dependency of scope request',
  );
}

function refuseParameter(where: string, type: unknown, faults: SetupFault[]): void {
  const known = type !== undefined && type !== Object;
  addFault(
    faults,
    'CONSTRUCTOR_PARAMETER',
    where,
    known
      ? `${typeName(type)} is no class to make an instance of`
      : 'its type is not known at run time (no decorator on the class, an interface, or a circular import)',
    known
      ? 'ask for a class that holds the value, or give the plugin a container'
      : 'write @Inject(TheClass) before it, or give the plugin a container',
  );
}

function addFault(faults: SetupFault[], code: SetupCode, where: string, problem: string, fix: string): void {
  faults.push({ code, where, problem, fix });
}
