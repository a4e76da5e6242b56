import { SetupError, type SetupFault } from '../errors/setup-error.js';
import { toMessage } from '../errors/to-message.js';
import type { DependencyUse } from '../metadata/dependency-use.js';
import { typeName, type Constructor } from '../metadata/types.js';
import { resolveFrom, type Container } from './container.js';
import type { Cell, DependencyNode } from './dependency-node.js';
import type { Chain } from './chain.js';
import { DependencyGraph, type GraphEnvironment } from './graph.js';
import type { Overrides } from './overrides.js';
import { readYielded, refuseGenerator, unwind, type OpenDependency, type Report } from './unwind.js';

/** What an app scope is made with. */
export interface AppScopeOptions {
  readonly overrides: Overrides;
  readonly container: Container | undefined;
  readonly isRequestOwned: (type: unknown) => boolean;
}

/** Ends what one `open` has made, last first. */
export type CloseAppScope = () => Promise<void>;

/**
 * What lives as long as a server: dependencies of scope `app`, controllers, and the classes that their constructors ask
 * for, each made once.
 *
 * First all is asked for, while routes are compiled, which finds what is wrong and makes nothing. Then `open` makes it, each
 * after what it asks for, one after another. What fails there ends what was made, and stops the start.
 */
export class AppScope {
  readonly #options: AppScopeOptions;
  readonly #graph: DependencyGraph;
  #opened = 0;

  constructor(options: AppScopeOptions) {
    this.#options = options;
    this.#graph = new DependencyGraph({
      ...options,
      instance: (target, chain, faults) => this.instance(target, faults, chain),
    });
  }

  /** What the graph of a route needs to ask for things of the app. */
  get environment(): GraphEnvironment {
    return {
      ...this.#options,
      instance: (target, chain, faults) => this.instance(target, faults, chain),
      app: (use, where, chain, faults) => this.dependency(use, where, faults, chain),
    };
  }

  /** A controller: an instance of its own, also where two registrations serve one class. */
  controller(target: Constructor, faults: SetupFault[]): Cell | undefined {
    return this.#instance(target, faults, [], false);
  }

  /** The one instance of a class. */
  instance(target: Constructor, faults: SetupFault[], chain: Chain = []): Cell | undefined {
    return this.#instance(target, faults, chain, true);
  }

  /** A dependency that is used with scope `app`. */
  dependency(
    use: DependencyUse,
    where: string,
    faults: SetupFault[],
    chain: Chain = [],
  ): DependencyNode | undefined {
    return this.#graph.add(use, where, faults, chain, 'app');
  }

  /**
   * Makes what was asked for since the last `open`.
   *
   * @returns What ends it, when the server has closed. Errors of clean-ups go to `report`.
   * @throws SetupError CONSTRUCTOR_FAILED, with the error of the constructor as its cause; what a function or a generator
   * throws as it is.
   */
  async open(report: Report): Promise<CloseAppScope> {
    const open: OpenDependency[] = [];
    try {
      for (; this.#opened < this.#graph.nodes.length; this.#opened += 1) {
        const node = this.#graph.nodes[this.#opened];
        if (node !== undefined) await this.#make(node, open);
      }
    } catch (error) {
      const failure = await unwind(open, { error }, report);
      throw failure === undefined ? error : failure.error;
    }
    return async () => {
      const failure = await unwind(open, undefined, report);
      if (failure !== undefined) report(failure.error, 'the clean-up of a dependency of the app failed');
    };
  }

  async #make(node: DependencyNode, open: OpenDependency[]): Promise<void> {
    try {
      await make(node, open);
    } catch (error) {
      if (node.kind !== 'class') throw error;
      const fault: SetupFault = {
        code: 'CONSTRUCTOR_FAILED',
        where: this.#whoAsksFor(node).join(' > '),
        problem: `the constructor of ${node.name} threw: ${toMessage(error)}`,
        fix: 'let it keep what it is given, and do what can fail in a dependency of scope app, which may be asynchronous and cleans up',
      };
      throw new SetupError([fault], { cause: error });
    }
  }

  /** Names of those that ask for a node, the first of each, outermost first. */
  #whoAsksFor(node: DependencyNode): string[] {
    const isAsker = ({ inputs }: DependencyNode): boolean =>
      inputs.some(
        (input) =>
          (input.kind === 'node' && input.node === node) ||
          (input.kind === 'cell' && input.cell === node.cell),
      );
    const asker = this.#graph.nodes.find(isAsker);
    return asker === undefined ? [node.name] : [...this.#whoAsksFor(asker), node.name];
  }

  #instance(target: Constructor, faults: SetupFault[], chain: Chain, shared: boolean): Cell | undefined {
    const { container, overrides } = this.#options;
    if (container !== undefined && !overrides.has(target)) {
      const value = resolveFrom(container, target, faults);
      return value === undefined ? undefined : { value };
    }
    const use: DependencyUse = { target, scope: 'app', useCache: shared };
    return this.dependency(use, typeName(target), faults, chain)?.cell;
  }
}

async function make(node: DependencyNode, open: OpenDependency[]): Promise<void> {
  const values = node.inputs.map((input) => {
    if (input.kind === 'request') throw new Error(`${node.name}: of scope app, and reads from a request`);
    return input.kind === 'node' ? input.node.cell : input.cell;
  });
  const made = node.make(values.map(({ value }) => value));
  if (node.kind !== 'generator') {
    // An instance of a class that has a `then` is a value like others.
    const value: unknown = node.kind === 'class' ? made : await made;
    node.cell.value =
      node.kind === 'class' || node.givesGenerators ? value : refuseGenerator(node.name, value);
    return;
  }
  const generator = made as OpenDependency['generator'];
  node.cell.value = readYielded(node.name, await generator.next());
  open.push({ name: node.name, generator });
}
