// What is refused of dependencies when routes are compiled.
import { Controller } from '../decorators/controller.js';
import { Depends, dependency } from '../decorators/dependencies.js';
import { Get } from '../decorators/routes.js';
import { Body, Param, Query } from '../decorators/sources.js';
import { formatFault, type SetupFault } from '../errors/setup-error.js';
import type { DependencyOptions, DependencyScope, DependencyTarget } from '../metadata/dependency-use.js';
import { compileController } from './compile-controller.js';
import { createAppScope } from './create-app-scope.js';

function faultsOf(target: unknown, options?: DependencyOptions): string[] {
  @Controller()
  class C {
    @Get('/:id')
    m(@Depends(target as DependencyTarget, options) value: unknown) {
      return value;
    }
  }
  const faults: SetupFault[] = [];
  const app = createAppScope({ overrides: new Map(), container: undefined });
  compileController(C, { responseClass: undefined, mountPath: '', app }, faults);
  return faults.map(formatFault);
}

const scoped = (name: string, scope: DependencyScope, inputs: Record<string, DependencyTarget> = {}) =>
  dependency(inputs, () => name, { name, scope });

test.each<[DependencyScope, DependencyScope, boolean]>([
  ['app', 'app', true],
  ['app', 'request', false],
  ['app', 'function', false],
  ['request', 'app', true],
  ['request', 'request', true],
  ['request', 'function', false],
  ['function', 'app', true],
  ['function', 'request', true],
  ['function', 'function', true],
])('one of scope %s may ask for one of scope %s: %p', (asking, asked, allowed) => {
  const faults = faultsOf(scoped('outer', asking, { inner: scoped('inner', asked) }));
  const refused = `DEPENDENCY_SCOPE: outer → outer (${asking}) > inner (${asked}): inner ends before outer does → give inner the scope '${asking}', or outer the scope '${asked}'`;
  expect(faults).toEqual(allowed ? [] : [refused]);
});

test('refuses dependencies that are no list', () => {
  @Controller('/', { dependencies: (() => 1) as never })
  class C {
    @Get('/')
    m() {
      return 1;
    }
  }
  const faults: SetupFault[] = [];
  const app = createAppScope({ overrides: new Map(), container: undefined });
  compileController(C, { responseClass: undefined, mountPath: '', app }, faults);
  expect(faults.map(formatFault)).toEqual([
    'DEPENDENCY_INVALID: C, dependencies → they are no list → write dependencies: [currentUser]',
  ]);
});

test('shows the whole chain of who asks for what ends too early', () => {
  const chain = scoped('a', 'request', { b: scoped('b', 'request', { c: scoped('c', 'function') }) });
  expect(faultsOf(chain)[0]).toContain('a (request) > b (request) > c (function)');
});

test('takes the scope of the place that asks before the declared one', () => {
  const outer = dependency({ inner: Depends(scoped('inner', 'function'), { scope: 'request' }) }, () => 1);
  expect(faultsOf(outer)).toEqual([]);
  expect(
    faultsOf(scoped('one', 'request', { two: scoped('two', 'request') }), { scope: 'app' }),
  ).toHaveLength(1);
});

test.each<[string, unknown, DependencyOptions | undefined, string]>([
  ['text', 'text', undefined, "C.m, parameter 1 (@Depends) → 'text' is no dependency"],
  ['a source', Query('q'), undefined, 'C.m, parameter 1 (@Depends'],
  [
    'a type that says nothing',
    Object,
    undefined,
    'C.m, parameter 1 (@Depends(Object)) → Object is no dependency',
  ],
  ['a scope that is none', () => 1, { scope: 'session' as never }, 'the scope session of '],
  [
    'a parameter that nothing fills',
    (limit: number) => limit,
    undefined,
    'it has a parameter that nothing fills',
  ],
  [
    'a context that is none',
    dependency({}, () => 1, { provides: {} as never, name: 'context' }),
    undefined,
    'context → `provides` has no method `run`',
  ],
  [
    'a context that outlives requests',
    dependency({}, () => 1, { provides: { run: (_value, call) => call() }, scope: 'app', name: 'context' }),
    undefined,
    'context → it lives as long as the app',
  ],
])('refuses %s', (_what, target, options, message) => {
  const [fault, ...others] = faultsOf(target, options);
  expect(fault).toMatch(/^DEPENDENCY_INVALID: /);
  expect(fault).toContain(message);
  expect(others).toEqual([]);
});

test('checks what a dependency reads like what a handler reads', () => {
  const reading = dependency(
    { body: Body(Object), other: Param('other'), erased: Body('a'), id: Param('id') },
    () => 1,
    { name: 'reading' },
  );
  expect(faultsOf(reading).map((fault) => fault.split(' → ').slice(0, 2).join(' → '))).toEqual([
    "PARAM_TYPE_ERASED: reading, input erased (@Body('a')) → its type is not known at run time",
    "PATH_PARAM_UNKNOWN: C.m (GET /:id), dependency reading, input other (@Param('other')) → there is no :other in the path /:id, which has :id",
    'BODY_ON_BODYLESS_METHOD: C.m (GET /:id) → a dependency of GET reads a body',
  ]);
});

test('refuses a chain that is longer than anyone writes, in words', () => {
  const chainOf = (length: number) => {
    let last = scoped('d1', 'request');
    for (let at = 2; at <= length; at += 1) last = scoped(`d${String(at)}`, 'request', { next: last });
    return last;
  };
  expect(faultsOf(chainOf(400))).toEqual([]);
  expect(faultsOf(chainOf(3000))).toEqual([
    'DEPENDENCY_INVALID: d3000 → more than 500 dependencies ask for each other in a row: d3000 > d2999 > d2998 > … > d2500 → let one of them ask for several of the others, or make what they give without dependencies',
  ]);
});

test('refuses an input with the name __proto__, which would be lost', () => {
  const lost =
    'DEPENDENCY_INVALID: own → it has an input with the name __proto__, which no object can have → give the input another name';
  const computed = dependency({ ['__proto__']: Query('q') }, () => 1, {
    name: 'own',
  });
  const literal = dependency({ __proto__: Query('q') }, () => 1, { name: 'own' });
  expect(faultsOf(computed)).toEqual([lost]);
  expect(faultsOf(literal)).toEqual([lost]);
  expect(faultsOf(dependency(Object.create(null) as object as Record<string, never>, () => 1))).toEqual([]);
});
