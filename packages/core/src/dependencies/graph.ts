import { addFault } from '../errors/add-fault.js';
import type { SetupFault } from '../errors/setup-error.js';
import {
  DEPENDENCY_SCOPES,
  type DependencyScope,
  type DependencyTarget,
  type DependencyUse,
} from '../metadata/dependency-use.js';
import type { SourceDescription } from '../metadata/source.js';
import { typeName, type Constructor } from '../metadata/types.js';
import { askedInputs, INJECT } from './asked-inputs.js';
import { isCircle, isInversion, isTooLong, type Chain } from './chain.js';
import type { Cell, DependencyNode, NodeInput, RequestParameter } from './dependency-node.js';
import { describeTarget, isClass, isTarget } from './describe-target.js';
import type { Overrides } from './overrides.js';

/** What a graph asks of those around it. */
export interface GraphEnvironment {
  readonly overrides: Overrides;
  /** Whether a type is what a request brings along: `Response`, `BackgroundTasks`, `AbortSignal`. */
  readonly isRequestOwned: (type: unknown) => boolean;
  /** The instance of a class that `@Inject` or a constructor names. */
  readonly instance: (target: Constructor, chain: Chain, faults: SetupFault[]) => Cell | undefined;
  /** A dependency of scope `app` that one of a request asks for. Absent in the graph of the app itself. */
  readonly app?: (
    use: DependencyUse,
    where: string,
    chain: Chain,
    faults: SetupFault[],
  ) => DependencyNode | undefined;
}

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
   * @param chain Who asks, for what is wrong with who asks whom.
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
      const fix = 'give a function or a class: Depends(currentUser)';
      addFault(faults, 'DEPENDENCY_INVALID', where, problem, fix);
      return undefined;
    }
    const target = this.#environment.overrides.get(use.target) ?? use.target;
    const declared = describeTarget(target).declaration ?? describeTarget(use.target).declaration;
    const scope = use.scope ?? declared?.scope ?? fallback;
    const { name } = describeTarget(target);
    if (!checkScope(scope, name, where, faults)) return undefined;
    const path: Chain = [...chain, { target, name, scope }];
    if (isTooLong(path, faults) || isCircle(path, faults) || isInversion(path, faults)) return undefined;
    if (scope === 'app' && this.#environment.app !== undefined) {
      return this.#environment.app({ ...use, scope }, where, chain, faults);
    }
    const known = use.useCache ? this.#shared.get(target)?.get(scope) : undefined;
    if (known !== undefined) return known;
    const node = this.#create(target, scope, path, faults);
    if (node === undefined) return undefined;
    this.nodes.push(node);
    if (use.useCache) {
      const scopes = this.#shared.get(target) ?? new Map<DependencyScope, DependencyNode>();
      this.#shared.set(target, scopes.set(scope, node));
    }
    return node;
  }

  #create(
    target: DependencyTarget,
    scope: DependencyScope,
    path: Chain,
    faults: SetupFault[],
  ): DependencyNode | undefined {
    const before = faults.length;
    const description = describeTarget(target);
    const { name, kind, make, provides, givesGenerators } = description;
    if (provides !== undefined) checkProvides(provides, name, scope, faults);
    const inputs = askedInputs(target, description, faults).map((asked) =>
      this.#input(asked, scope, path, faults),
    );
    if (faults.length > before) return undefined;
    const found = inputs.filter((input) => input !== undefined);
    const cell = { value: undefined };
    return { target, name, scope, inputs: found, kind, make, provides, givesGenerators, cell };
  }

  /** One input: another dependency, an instance of the server, or what is read of a request. */
  #input(
    asked: RequestParameter,
    scope: DependencyScope,
    path: Chain,
    faults: SetupFault[],
  ): NodeInput | undefined {
    const { where, source, designType, untyped } = asked;
    if (source === undefined) return { kind: 'cell', cell: { value: undefined } };
    const use = source.kind === 'depends' ? toUse(source, designType) : undefined;
    const type: unknown = use?.target ?? source.type ?? designType;
    const owned = this.#environment.isRequestOwned(type);
    if (owned || (source.kind !== 'depends' && source.kind !== 'inject')) {
      if (scope === 'app') refuseRequest(where, owned ? typeName(type) : source.label, faults);
      return {
        kind: 'request',
        parameter: owned ? { ...asked, source: { ...INJECT, label: source.label, type } } : asked,
      };
    }
    if (source.kind === 'depends') {
      if (use === undefined) {
        refuseErasedUse(where, faults);
        return undefined;
      }
      // What a constructor asks for when the server starts has no request to live in.
      const node = this.add(use, where, faults, path, scope === 'app' && !untyped ? 'app' : 'request');
      return node === undefined ? undefined : { kind: 'node', node };
    }
    if (!isClass(type)) {
      refuseParameter(where, type, faults);
      return undefined;
    }
    const cell = this.#environment.instance(type, path, faults);
    return cell === undefined ? undefined : { kind: 'cell', cell };
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

function checkProvides(
  provides: { readonly run?: unknown },
  name: string,
  scope: DependencyScope,
  faults: SetupFault[],
): void {
  if (scope !== 'app' && typeof provides.run === 'function') return;
  const problem =
    scope === 'app'
      ? 'it lives as long as the app, so there is no request that could run inside of what it provides'
      : '`provides` has no method `run`';
  addFault(
    faults,
    'DEPENDENCY_INVALID',
    name,
    problem,
    'give an AsyncLocalStorage, and the scope request or function',
  );
}

function refuseRequest(where: string, what: string, faults: SetupFault[]): void {
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
