import { HTTPException } from '../errors/http-exception.js';
import { RequestScopes } from './request-scopes.js';

const events: string[] = [];
const reports: [unknown, string][] = [];
beforeEach(() => {
  events.length = 0;
  reports.length = 0;
});

const createScopes = () => new RequestScopes((error, message) => reports.push([error, message]));
const error = new Error('original');

/** Opens a generator that logs how it is ended, and does something of its own then. */
function open(scopes: RequestScopes, scope: 'function' | 'request', name: string, end?: () => void): void {
  const generator = (function* () {
    try {
      yield;
      events.push(`${name} ends`);
    } catch (thrown) {
      events.push(`${name} gets ${(thrown as Error).message}`);
      if (end === undefined) throw thrown;
    }
    end?.();
  })();
  generator.next();
  scopes.open(scope, { name, generator });
}

function openAsync(scopes: RequestScopes, scope: 'function' | 'request', name: string): void {
  const generator = (async function* () {
    try {
      yield;
    } finally {
      await new Promise((resolve) => setImmediate(resolve));
      events.push(`${name} ends`);
    }
  })();
  void generator.next();
  scopes.open(scope, { name, generator });
}

test('ends the function scope alone, then the request scope, each last first and once', () => {
  const scopes = createScopes();
  open(scopes, 'request', 'a');
  open(scopes, 'function', 'b');
  open(scopes, 'request', 'c');
  open(scopes, 'function', 'd');
  void scopes.closeFunctionScope();
  expect(events).toEqual(['d ends', 'b ends']);
  void scopes.closeRequestScope();
  void scopes.closeFunctionScope();
  void scopes.closeRequestScope();
  expect(events.slice(2)).toEqual(['c ends', 'a ends']);
});

test('throws an error into all, function scope first, and throws what results', () => {
  const scopes = createScopes();
  open(scopes, 'function', 'a');
  open(scopes, 'request', 'b');
  expect(() => scopes.failInto(error)).toThrow(error);
  expect(events).toEqual(['a gets original', 'b gets original']);
  expect(() => scopes.failInto(error)).toThrow(error);
  expect(events).toHaveLength(2);
  expect(reports).toEqual([]);
});

test('throws what was thrown, whatever it is, where nothing is open', () => {
  expect.assertions(1);
  try {
    void createScopes().failInto(undefined);
  } catch (thrown) {
    expect(thrown).toBeUndefined();
  }
});

test('lets an HTTPException take the place of an error without a word', () => {
  const scopes = createScopes();
  const answer = new HTTPException(409);
  open(scopes, 'request', 'a');
  open(scopes, 'request', 'b', () => {
    throw answer;
  });
  expect(() => scopes.failInto(error)).toThrow(answer);
  expect(events).toEqual(['b gets original', `a gets Conflict`]);
  expect(reports).toEqual([]);
});

test('reports an error that another one hides', () => {
  const scopes = createScopes();
  open(scopes, 'request', 'a', () => {
    throw new Error('other');
  });
  expect(() => scopes.failInto(error)).toThrow('other');
  expect(reports).toEqual([[error, 'the clean-up of dependency a replaced this error by another one']]);
});

test('reports that an error was swallowed, and lets it go on', () => {
  const scopes = createScopes();
  open(scopes, 'request', 'a');
  open(scopes, 'request', 'b', () => undefined);
  expect(() => scopes.failInto(error)).toThrow(error);
  expect(events).toEqual(['b gets original', 'a gets original']);
  expect(reports).toEqual([
    [error, expect.stringMatching(/^dependency b caught this error and ended/) as string],
  ]);
});

test('reports errors of the request scope, and throws those of the function scope', () => {
  const scopes = createScopes();
  const fail = () => {
    throw error;
  };
  open(scopes, 'request', 'a', fail);
  open(scopes, 'function', 'b', fail);
  expect(() => scopes.closeFunctionScope()).toThrow(error);
  expect(reports).toEqual([]);
  void scopes.closeRequestScope();
  expect(reports).toEqual([[error, 'the clean-up of a dependency failed']]);
});

test('does not report the error that broke the response off again', () => {
  const scopes = createScopes();
  open(scopes, 'request', 'a');
  void scopes.closeRequestScope({ error });
  expect([events, reports]).toEqual([['a gets original'], []]);
});

test('closes a generator that yields again, and says so', () => {
  const twice = function* () {
    try {
      yield 1;
      yield 2;
    } finally {
      events.push('finally');
    }
  };
  const [ending, failing] = [createScopes(), createScopes()];
  for (const scopes of [ending, failing]) {
    const generator = twice();
    generator.next();
    scopes.open('function', { name: 'twice', generator });
  }
  const message = /^DEPENDENCY_YIELD: dependency twice yielded a second time/;
  expect(() => ending.closeFunctionScope()).toThrow(message);
  expect(() => failing.failInto(error)).toThrow(error);
  expect(events).toEqual(['finally', 'finally']);
});

test('closes one scope after another, also when asked for the second while the first still is', async () => {
  const scopes = createScopes();
  open(scopes, 'request', 'a');
  openAsync(scopes, 'function', 'b');
  openAsync(scopes, 'function', 'c');
  await Promise.all([scopes.closeFunctionScope(), scopes.closeRequestScope()]);
  expect(events).toEqual(['c ends', 'b ends', 'a ends']);
});

test('says whether the function scope can be ended without waiting', () => {
  const scopes = createScopes();
  expect(scopes.functionScope).toBe('empty');
  open(scopes, 'function', 'a');
  expect(scopes.functionScope).toBe('synchronous');
  openAsync(scopes, 'function', 'b');
  expect(scopes.functionScope).toBe('asynchronous');
});

test('runs what it is given, and clean-ups, inside of all contexts, the last provided innermost', () => {
  const scopes = createScopes();
  const storage = (name: string) => ({
    run<Result>(value: unknown, callback: () => Result): Result {
      events.push(`${name} ${String(value)}`);
      return callback();
    },
  });
  expect([scopes.hasContext, scopes.run(() => 1)]).toEqual([false, 1]);
  scopes.provide(storage('outer'), 1);
  scopes.provide(storage('inner'), 2);
  expect([scopes.hasContext, scopes.run(() => events.push('inside'))]).toEqual([true, 3]);
  open(scopes, 'request', 'a');
  void scopes.closeRequestScope();
  expect(events).toEqual(['outer 1', 'inner 2', 'inside', 'outer 1', 'inner 2', 'a ends']);
});
