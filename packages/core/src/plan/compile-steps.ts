import type { DependencyNode, NodeInput, RequestParameter } from '../dependencies/dependency-node.js';
import type { RequestScopes } from '../dependencies/request-scopes.js';
import { readYielded, refuseGenerator, type OpenDependency } from '../dependencies/unwind.js';
import type { SetupFault } from '../errors/setup-error.js';
import type { ContextStorage } from '../metadata/dependency.js';
import type { RouteInput } from '../metadata/source.js';
import type { ValidationSettings } from '../validation/settings.js';
import { isThenable } from '../values/is-thenable.js';
import { compileParameter } from './compile-parameter.js';
import { compileReading } from './read-parameters.js';
import type {
  DependencyInput,
  ParameterReader,
  RequestContext,
  RequestInput,
  RouteNeeds,
} from './route-plan.js';

/** One dependency of a route, with its place among the values of a request. */
export interface Step {
  readonly resolve: (
    scopes: RequestScopes,
    request: RequestInput,
    context: RequestContext,
  ) => void | PromiseLike<void>;
  readonly provides: ContextStorage<unknown> | undefined;
  readonly at: number;
}

/** The dependencies of a route, compiled. */
export interface CompiledSteps {
  readonly steps: readonly Step[];
  readonly needs: RouteNeeds;
  readonly inputs: readonly DependencyInput[];
  /** The same, for the documentation. */
  readonly documented: readonly RouteInput[];
}

/** Value of a dependency that was not called, since one of its inputs is at fault. */
export const SKIPPED: unique symbol = Symbol('sluice.skipped');

/** Compiles dependencies, each of which comes after what it asks for, into steps. */
export function compileSteps(
  nodes: readonly DependencyNode[],
  faults: SetupFault[],
  settings: ValidationSettings,
): CompiledSteps {
  const inputs: DependencyInput[] = [];
  const documented: RouteInput[] = [];
  const needed = new Set<keyof RouteNeeds | undefined>();
  const steps = nodes.map((node, at): Step => {
    if (node.kind === 'generator' || node.provides !== undefined) needed.add('scopes');
    let asynchronous = false;
    const readers = node.inputs.map((input): ParameterReader => {
      if (input.kind !== 'request') return valueReader(input, nodes);
      const { parameter } = input;
      if (parameter.source !== undefined) inputs.push({ ...parameter, dependency: node.name });
      const compiled = compileParameter(withType(parameter), () => undefined, faults, settings);
      needed.add(compiled?.needs);
      documented.push(...(compiled?.inputs ?? []));
      asynchronous ||= compiled?.asynchronous === true;
      return compiled?.read ?? (() => undefined);
    });
    const resolve = compileStep(node, at, readers, { asynchronous, maxErrors: settings.maxErrors });
    return { at, provides: node.provides, resolve };
  });
  const needs: RouteNeeds = {
    response: needed.has('response'),
    tasks: needed.has('tasks'),
    signal: needed.has('signal'),
    scopes: needed.has('scopes'),
  };
  return { steps, needs, inputs, documented };
}

/** Reads the value of a dependency that has been resolved, or of the app. */
export function valueReader(
  input: Exclude<NodeInput, { kind: 'request' }>,
  nodes: readonly DependencyNode[],
): ParameterReader {
  const at = input.kind === 'node' ? nodes.indexOf(input.node) : -1;
  if (at >= 0) return (_request, _context, _faults, values) => values[at];
  const cell = input.kind === 'node' ? input.node.cell : input.cell;
  return () => cell.value;
}

/** What no compiler could have written a type of is text, as it came. */
function withType(parameter: RequestParameter): RequestParameter {
  const { source, untyped } = parameter;
  const isText = untyped && source !== undefined && !source.hasDefault && TEXTS.has(source.kind);
  return isText ? { ...parameter, designType: String } : parameter;
}

const TEXTS: ReadonlySet<string> = new Set(['path', 'query', 'header', 'cookie']);

function compileStep(
  node: DependencyNode,
  at: number,
  readers: readonly ParameterReader[],
  { asynchronous, maxErrors }: { readonly asynchronous: boolean; readonly maxErrors: number },
): Step['resolve'] {
  const make = compileMake(node, at);
  if (readers.length === 0) return (scopes) => make(scopes, NO_INPUTS);
  const begin = (
    scopes: RequestScopes,
    inputs: readonly unknown[],
    before: number,
  ): void | PromiseLike<void> => {
    const { faults, values } = scopes;
    // Faults of others are no reason: what does not depend on them may have a say (a login) before the 422.
    if (faults.length > 0 && (faults.length > before || inputs.includes(SKIPPED))) values[at] = SKIPPED;
    else return make(scopes, inputs);
  };
  if (!asynchronous) {
    return (scopes, request, context) => {
      const { faults, values } = scopes;
      const before = faults.length;
      const inputs = readers.map((reader) => reader(request, context, faults, values));
      return begin(scopes, inputs, before);
    };
  }
  const read = compileReading(readers, maxErrors);
  return (scopes, request, context) => {
    const before = scopes.faults.length;
    const inputs = read(request, context, scopes.faults, scopes.values);
    return inputs instanceof Promise
      ? inputs.then((settled) => begin(scopes, settled, before))
      : begin(scopes, inputs, before);
  };
}

/** Calls a dependency, and keeps its value. */
function compileMake(
  { kind, make, name, scope, givesGenerators }: DependencyNode,
  at: number,
): (scopes: RequestScopes, inputs: readonly unknown[]) => void | PromiseLike<void> {
  if (kind === 'class') {
    return ({ values }, inputs) => {
      values[at] = make(inputs);
    };
  }
  if (kind === 'function') {
    return ({ values }, inputs) => {
      const value = make(inputs);
      if (!isThenable(value)) values[at] = givesGenerators ? value : refuseGenerator(name, value);
      else {
        return value.then((settled) => {
          values[at] = givesGenerators ? settled : refuseGenerator(name, settled);
        });
      }
    };
  }
  const lifetime = scope === 'function' ? 'function' : 'request';
  const keep = (scopes: RequestScopes, generator: OpenDependency['generator'], first: First): void => {
    scopes.values[at] = readYielded(name, first);
    scopes.open(lifetime, { name, generator });
  };
  return (scopes, inputs) => {
    const generator = make(inputs) as OpenDependency['generator'];
    const first = generator.next();
    if (!(first instanceof Promise)) keep(scopes, generator, first as First);
    else {
      return first.then((settled: First) => {
        keep(scopes, generator, settled);
      });
    }
  };
}

type First = IteratorResult<unknown, unknown>;

const NO_INPUTS: readonly unknown[] = [];
