import type { AppScope } from '../dependencies/app-scope.js';
import type { Cell, DependencyNode } from '../dependencies/dependency-node.js';
import { DependencyGraph, refuseErasedUse, toUse } from '../dependencies/graph.js';
import { addFault } from '../errors/add-fault.js';
import type { SetupFault } from '../errors/setup-error.js';
import type { DependencyUse } from '../metadata/dependency-use.js';
import { describeSource, isSource } from '../metadata/source.js';
import { typeName } from '../metadata/types.js';
import type { ValidationSettings } from '../validation/settings.js';
import { compileCall, type Method } from './compile-call.js';
import { compileParameter, isRequestOwned, type ParameterDescription } from './compile-parameter.js';
import { compileScopedCall } from './compile-scoped-call.js';
import { compileSteps, valueReader } from './compile-steps.js';
import type { ParameterReader, RouteNeeds, RoutePlan } from './route-plan.js';

/** A method of a controller, with what its routes have in common. */
export interface CompiledHandler {
  readonly name: string;
  readonly method: Method;
  readonly parameters: readonly ParameterDescription[];
  /** Whether it yields, as far as that can be seen. */
  readonly yields: boolean;
}

/** A handler for one of its routes. */
interface RouteHandler extends CompiledHandler {
  readonly controller: Cell;
  /** `dependencies` of the plugin, the controller and the route, in this order, with who has them. */
  readonly dependencies: readonly (readonly [owner: string, list: readonly unknown[] | undefined])[];
}

/** Compiles what a route resolves and reads before its method is called, and that call. */
export function compileInputs(
  handler: RouteHandler,
  app: AppScope,
  faults: SetupFault[],
  settings: ValidationSettings,
): Pick<RoutePlan, 'call' | 'needs' | 'hasDependencies' | 'inputs' | 'dependencyInputs'> {
  const { controller, method } = handler;
  const graph = new DependencyGraph(app.environment);
  addDependencies(graph, handler, faults);
  const parameters = handler.parameters.map((parameter) => addUse(graph, parameter, faults));
  const { steps, needs, inputs, documented } = compileSteps(graph.nodes, faults, settings);
  const read = [...documented];
  let asynchronous = false;
  const needed = new Set<keyof RouteNeeds | undefined>();
  const compileReader = (parameter: ParameterDescription): ParameterReader => {
    const compiled = compileParameter(parameter, (type) => app.instance(type, faults), faults, settings);
    needed.add(compiled?.needs);
    read.push(...(compiled?.inputs ?? []));
    asynchronous ||= compiled?.asynchronous === true;
    return compiled?.read ?? (() => undefined);
  };
  const readers = parameters.map((parameter) =>
    'node' in parameter
      ? parameter.node === undefined
        ? () => undefined
        : valueReader({ kind: 'node', node: parameter.node }, graph.nodes)
      : compileReader(parameter.own),
  );
  const hasDependencies = steps.length > 0;
  return {
    hasDependencies,
    inputs: Object.freeze(read),
    dependencyInputs: Object.freeze(inputs),
    needs: Object.freeze({
      response: needs.response || needed.has('response'),
      tasks: needs.tasks || needed.has('tasks'),
      signal: needs.signal || needed.has('signal'),
      scopes: needs.scopes,
    }),
    call: hasDependencies
      ? compileScopedCall(controller, method, readers, asynchronous, steps, settings.maxErrors)
      : compileCall(controller, method, readers, asynchronous, settings.maxErrors),
  };
}

/** Adds what is there for its effect alone: before what parameters ask for, the plugin's first. */
function addDependencies(graph: DependencyGraph, handler: RouteHandler, faults: SetupFault[]): void {
  for (const [owner, list] of handler.dependencies) {
    const where = `${owner}, dependencies`;
    if (list !== undefined && !Array.isArray(list)) {
      addFault(faults, 'DEPENDENCY_INVALID', where, 'they are no list', 'write dependencies: [currentUser]');
      continue;
    }
    for (const entry of list ?? []) {
      const use: DependencyUse | undefined = isSource(entry)
        ? describeSource(entry).depends
        : { target: entry, scope: undefined, useCache: true };
      if (use?.target !== undefined) graph.add(use, where, faults);
      else {
        addFault(
          faults,
          'DEPENDENCY_INVALID',
          where,
          `${isSource(entry) ? describeSource(entry).label : typeName(entry)} is no dependency`,
          'give functions and classes, or Depends(currentUser, { scope })',
        );
      }
    }
  }
}

type Input = { readonly node: DependencyNode | undefined } | { readonly own: ParameterDescription };

/** Adds what a parameter depends on, or gives the parameter itself where it has another source. */
function addUse(graph: DependencyGraph, parameter: ParameterDescription, faults: SetupFault[]): Input {
  const { source, designType, where } = parameter;
  if (source?.kind !== 'depends') return { own: parameter };
  const use = toUse(source, designType);
  if (use === undefined) {
    refuseErasedUse(where, faults);
    return { node: undefined };
  }
  if (isRequestOwned(use.target))
    return { own: { ...parameter, source: { ...source, kind: 'inject', type: use.target } } };
  return { node: graph.add(use, where, faults) };
}
