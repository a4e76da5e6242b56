// Random graphs of dependencies of all scopes, with random failures: each is resolved once, and each that was opened is
// cleaned up once, in reverse.
import fc from 'fast-check';

import { BackgroundTasks } from '../background/background-tasks.js';
import { Controller } from '../decorators/controller.js';
import { Depends, dependency } from '../decorators/dependencies.js';
import { Get } from '../decorators/routes.js';
import { RequestScopes } from '../dependencies/request-scopes.js';
import { throwFaults, type SetupFault } from '../errors/setup-error.js';
import {
  DEPENDENCY_SCOPES,
  type DependencyScope,
  type DependencyTarget,
} from '../metadata/dependency-use.js';
import { Response } from '../responses/response.js';
import { compileController } from './compile-controller.js';
import { createAppScope } from './create-app-scope.js';
import type { RoutePlan } from './route-plan.js';

const KINDS = ['value', 'promise', 'generator', 'asyncGenerator'] as const;
const FAILURES = ['none', 'begin', 'end', 'swallow', 'replace', 'twice'] as const;
const HANDLERS = [
  'value',
  'promise',
  'throws',
  'yields',
  'throws in mid-stream',
  'left in mid-stream',
] as const;

interface NodeModel {
  readonly kind: (typeof KINDS)[number];
  readonly scope: DependencyScope;
  readonly failure: (typeof FAILURES)[number];
  /** Numbers that stand for earlier nodes. */
  readonly asks: readonly number[];
}

interface Model {
  readonly nodes: readonly NodeModel[];
  readonly handler: (typeof HANDLERS)[number];
  readonly requests: number;
}

const mostly = <T>(usual: T, ...others: readonly T[]) =>
  fc.oneof(
    { arbitrary: fc.constant(usual), weight: 8 },
    { arbitrary: fc.constantFrom(...others), weight: 2 },
  );

function models(
  kinds: readonly NodeModel['kind'][],
  scopes: readonly DependencyScope[],
  failures: readonly NodeModel['failure'][],
  handlers: readonly Model['handler'][],
): fc.Arbitrary<Model> {
  const node = fc.record({
    kind: fc.constantFrom(...kinds),
    scope: fc.constantFrom(...scopes),
    failure: mostly<NodeModel['failure']>('none', ...failures),
    asks: fc.array(fc.nat(9), { maxLength: 3 }),
  });
  return fc.record({
    nodes: fc.array(node, { minLength: 1, maxLength: 8 }),
    handler: fc.constantFrom(...handlers),
    requests: fc.integer({ min: 1, max: 2 }),
  });
}

interface Event {
  readonly what: 'begin' | 'open' | 'close' | 'handler' | 'sent';
  readonly node?: number;
}

/** The nodes as dependencies; each asks for earlier ones that live as long as it does. */
function toDependencies({ nodes }: Model, events: Event[]): DependencyTarget[] {
  const declared: DependencyTarget[] = [];
  nodes.forEach((node, at) => {
    const life = DEPENDENCY_SCOPES.indexOf(node.scope);
    const asked = node.asks
      .filter((each) => each < at)
      .filter((each) => DEPENDENCY_SCOPES.indexOf(nodes[each]!.scope) >= life);
    const inputs = Object.fromEntries(asked.map((each) => [`n${each}`, declared[each]!]));
    const fn = toFunction(node, at, events, asked);
    declared.push(dependency(inputs, fn as () => unknown, { scope: node.scope, name: `n${at}` }));
  });
  return declared;
}

function toFunction({ kind, failure }: NodeModel, at: number, events: Event[], asked: readonly number[]) {
  const begin = (inputs: Record<string, unknown>) => {
    events.push({ what: 'begin', node: at });
    expect(inputs).toEqual(Object.fromEntries(asked.map((each) => [`n${each}`, each])));
    if (failure === 'begin') throw new Error(`n${at} begins`);
  };
  const opened = () => events.push({ what: 'open', node: at });
  const closed = () => {
    events.push({ what: 'close', node: at });
    if (failure === 'end') throw new Error(`n${at} ends`);
  };
  const caught = (error: unknown) => {
    if (failure === 'replace') throw new Error(`n${at} replaces`);
    if (failure !== 'swallow') throw error;
  };
  switch (kind) {
    case 'value':
      return (inputs: Record<string, unknown>) => (begin(inputs), at);
    case 'promise':
      return async (inputs: Record<string, unknown>) => (begin(inputs), at);
    case 'generator':
      return function* (inputs: Record<string, unknown>) {
        begin(inputs);
        opened();
        try {
          yield at;
          if (failure === 'twice') yield at;
        } catch (error) {
          caught(error);
        } finally {
          closed();
        }
      };
    default:
      return async function* (inputs: Record<string, unknown>) {
        begin(inputs);
        await Promise.resolve();
        opened();
        try {
          yield at;
          if (failure === 'twice') yield at;
        } catch (error) {
          caught(error);
        } finally {
          await Promise.resolve();
          closed();
        }
      };
  }
}

function toController({ nodes, handler }: Model, declared: readonly DependencyTarget[], events: Event[]) {
  class Example {
    plain(...values: unknown[]) {
      events.push({ what: 'handler' });
      expect(values).toEqual(nodes.map((_, at) => at));
      if (handler === 'throws') throw new Error('handler');
      return handler === 'promise' ? Promise.resolve('value') : 'value';
    }

    *stream(...values: unknown[]) {
      events.push({ what: 'handler' });
      expect(values).toEqual(nodes.map((_, at) => at));
      yield 1;
      if (handler === 'throws in mid-stream') throw new Error('mid-stream');
      yield 2;
    }
  }
  const member = ['value', 'promise', 'throws'].includes(handler) ? 'plain' : 'stream';
  Get()(Example.prototype, member);
  declared.forEach((each, at) => {
    Depends(each)(Example.prototype, member, at);
  });
  Controller()(Example);
  return Example;
}

/** Does what an adapter does with a request. */
async function runRequest(plan: RoutePlan, { handler }: Model, events: Event[], scopes: RequestScopes) {
  const context = {
    response: new Response(),
    tasks: new BackgroundTasks(),
    signal: new AbortController().signal,
  };
  const request = { params: {}, query: {}, headers: {}, body: undefined };
  const fail = async (error: unknown): Promise<void> => {
    await expect((async () => scopes.failInto(error))()).rejects.toThrow();
  };
  let result: unknown;
  try {
    result = await plan.call(request, context, scopes);
    if (!plan.yields) await scopes.closeFunctionScope();
  } catch (error) {
    await fail(error);
    return;
  }
  let failure: { error: unknown } | undefined;
  if (plan.yields) {
    try {
      for await (const item of result as AsyncIterable<number>) {
        if (handler === 'left in mid-stream' && item === 1) break;
      }
    } catch (error) {
      failure = { error };
    }
  }
  events.push({ what: 'sent' });
  await scopes.closeRequestScope(failure);
  await scopes.closeRequestScope();
  await fail(new Error('settled before'));
}

const ofScope = (events: readonly Event[], { nodes }: Model, what: Event['what'], scope: DependencyScope) =>
  events
    .filter((event) => event.what === what && nodes[event.node ?? -1]?.scope === scope)
    .map(({ node }) => node);

function check(all: Event[], example: Model, scopes: readonly DependencyScope[]): void {
  const begun = all.filter(
    ({ what, node }) => what === 'begin' && scopes.includes(example.nodes[node!]!.scope),
  );
  expect(new Set(begun.map(({ node }) => node)).size).toBe(begun.length);
  for (const scope of scopes) {
    const opened = ofScope(all, example, 'open', scope);
    expect(ofScope(all, example, 'close', scope)).toEqual(opened.toReversed());
  }
  const sent = all.findIndex(({ what }) => what === 'sent');
  if (sent === -1) return;
  expect(ofScope(all.slice(sent), example, 'close', 'function')).toEqual([]);
  expect(ofScope(all.slice(0, sent), example, 'close', 'request')).toEqual([]);
}

test('each is resolved once, and cleaned up once in reverse, whatever fails', async () => {
  await fc.assert(
    fc.asyncProperty(models(KINDS, DEPENDENCY_SCOPES, FAILURES, HANDLERS), async (example) => {
      const events: Event[] = [];
      const reports: unknown[] = [];
      const report = (error: unknown) => reports.push(error);
      const app = createAppScope({ overrides: new Map(), container: undefined });
      const faults: SetupFault[] = [];
      const controller = toController(example, toDependencies(example, events), events);
      const [plan] = compileController(controller, { responseClass: undefined, mountPath: '', app }, faults);
      throwFaults(faults);
      let close: (() => Promise<void>) | undefined;
      try {
        close = await app.open(report);
      } catch {
        // Start fails: what was made is ended, which is checked below.
      }
      const before = events.length;
      if (close !== undefined) {
        for (let round = 0; round < example.requests; round += 1) {
          const from = events.length;
          await runRequest(plan!, example, events, new RequestScopes(report));
          check(events.slice(from), example, ['function', 'request']);
        }
        await close();
      }
      const ofApp = [
        ...events.slice(0, before),
        ...events.slice(before).filter(({ what }) => what === 'close'),
      ];
      check(
        ofApp.filter(({ node }) => example.nodes[node ?? -1]?.scope === 'app'),
        example,
        ['app'],
      );
    }),
    { numRuns: 400 },
  );
});

test('what is synchronous is resolved, called and cleaned up without a promise', () => {
  const synchronous = models(['value', 'generator'], ['function', 'request'], ['none'], ['value']);
  fc.assert(
    fc.property(synchronous, (example) => {
      const events: Event[] = [];
      const app = createAppScope({ overrides: new Map(), container: undefined });
      const controller = toController(example, toDependencies(example, events), events);
      const [plan] = compileController(controller, { responseClass: undefined, mountPath: '', app }, []);
      const scopes = new RequestScopes(() => {});
      const request = { params: {}, query: {}, headers: {}, body: undefined };
      const context = { response: new Response(), tasks: new BackgroundTasks(), signal: AbortSignal.abort() };
      expect(plan?.call(request, context, scopes)).toBe('value');
      expect(scopes.closeFunctionScope()).toBeUndefined();
      events.push({ what: 'sent' });
      expect(scopes.closeRequestScope()).toBeUndefined();
      check(events, example, ['function', 'request']);
    }),
    { numRuns: 50 },
  );
});
