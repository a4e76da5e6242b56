import { Controller } from '../decorators/controller.js';
import { Depends, dependency } from '../decorators/dependencies.js';
import { Inject, Query } from '../decorators/sources.js';
import { formatFault, type SetupFault } from '../errors/setup-error.js';
import type { DependencyTarget } from '../metadata/dependency-use.js';
import type { Constructor } from '../metadata/types.js';
import { AppScope } from './app-scope.js';
import type { Container } from './container.js';

/** As any decorator does, it makes the compiler write the types of the constructor. */
const typed = Controller();

class Store {
  readonly items: string[] = [];
}
@typed
class Reader {
  constructor(readonly store: Store) {}
}
@typed
class Writer {
  constructor(
    readonly store: Store,
    readonly reader: Reader,
  ) {}
}
class Owned {
  name = 'of a request';
}

const events: string[] = [];
const reports: [unknown, string][] = [];
const report = (error: unknown, message: string) => reports.push([error, message]);
beforeEach(() => {
  events.length = 0;
  reports.length = 0;
});

function createApp(
  overrides: readonly (readonly [DependencyTarget, DependencyTarget])[] = [],
  container?: Container,
): AppScope {
  const isRequestOwned = (type: unknown) => type === Owned;
  return new AppScope({ overrides: new Map(overrides), container, isRequestOwned });
}

async function resolve<T>(target: Constructor<T>, app = createApp()): Promise<T> {
  const faults: SetupFault[] = [];
  const cell = app.instance(target, faults);
  expect(faults).toEqual([]);
  await app.open(report);
  return cell?.value as T;
}

function faultsOf(target: Constructor, app = createApp()): SetupFault[] {
  const faults: SetupFault[] = [];
  expect(app.instance(target, faults)).toBeUndefined();
  return faults;
}

/** A dependency of the app that logs when it is made and when it is ended. */
const logged = (name: string, inputs: Record<string, DependencyTarget> = {}, fail?: 'begin' | 'end') =>
  dependency(
    inputs,
    async function* () {
      if (fail === 'begin') throw new Error(`${name} begins`);
      events.push(`+${name}`);
      try {
        yield name;
      } finally {
        events.push(`-${name}`);
        // eslint-disable-next-line no-unsafe-finally -- what a clean-up can do
        if (fail === 'end') throw new Error(`${name} ends`);
      }
    },
    { name, scope: 'app' },
  );

const use = (target: unknown, scope: 'app' | undefined = 'app') => ({ target, scope, useCache: true });

test('makes a class with the instances that its constructor asks for, each once', async () => {
  const writer = await resolve(Writer);
  expect(writer).toBeInstanceOf(Writer);
  expect(writer.store).toBe(writer.reader.store);
});

test('gives the same instance again, and another one to another server', async () => {
  const app = createApp();
  const reader = await resolve(Reader, app);
  expect(await resolve(Reader, app)).toBe(reader);
  expect(await resolve(Reader)).not.toBe(reader);
});

test('makes a controller of its own each time, over shared instances', async () => {
  const app = createApp();
  const cells = [app.controller(Reader, []), app.controller(Reader, [])];
  await app.open(report);
  const [one, two] = cells.map((cell) => cell?.value) as [Reader, Reader];
  expect(one).not.toBe(two);
  expect(one.store).toBe(two.store);
});

test('takes the class that @Inject names before the type of the parameter', async () => {
  class SpecialStore extends Store {}
  class Asking {
    constructor(
      @Inject(SpecialStore) readonly store: Store,
      @Inject() readonly other: Store,
    ) {}
  }
  const { store, other } = await resolve(Asking);
  expect(store).toBeInstanceOf(SpecialStore);
  expect(other).not.toBeInstanceOf(SpecialStore);
});

test('fills the constructor that a class inherits', async () => {
  class Derived extends Reader {}
  expect((await resolve(Derived)).store).toBeInstanceOf(Store);
});

test('fills a constructor that replaces one with @Inject by its own types', async () => {
  class Base {
    constructor(@Inject(Store) readonly store: Store) {}
  }
  @typed
  class Derived extends Base {
    constructor(readonly reader: Reader) {
      super(reader.store);
    }
  }
  expect((await resolve(Derived)).reader).toBeInstanceOf(Reader);
});

test('leaves parameters with an initializer that are no class to it', async () => {
  @typed
  class Preset {
    constructor(
      readonly store: Store,
      readonly limit = 5,
    ) {}
  }
  const { store, limit } = await resolve(Preset);
  expect(store).toBeInstanceOf(Store);
  expect(limit).toBe(5);
});

test('makes nothing before it is opened', async () => {
  const app = createApp();
  const cell = app.dependency(use(logged('a')), 'here', [])?.cell;
  expect([cell?.value, events]).toEqual([undefined, []]);
  await app.open(report);
  expect([cell?.value, events]).toEqual(['a', ['+a']]);
});

test('fills @Depends of a constructor with dependencies of the app, sync or not', async () => {
  class Asking {
    constructor(
      @Depends(async () => 'async') readonly one: string,
      @Depends(logged('two')) readonly two: string,
      @Depends() readonly store: Store,
      @Inject() readonly same: Store,
    ) {}
  }
  const { one, two, store, same } = await resolve(Asking);
  expect([one, two, store === same]).toEqual(['async', 'two', true]);
});

test('makes what is asked for first, and ends all in reverse', async () => {
  const app = createApp();
  const a = logged('a');
  const b = logged('b', { a });
  for (const each of [logged('c', { b, a }), logged('d')]) app.dependency(use(each), 'here', []);
  const close = await app.open(report);
  expect(events).toEqual(['+a', '+b', '+c', '+d']);
  await close();
  await close();
  expect(events.slice(4)).toEqual(['-d', '-c', '-b', '-a']);
});

test('gives two registrations what both ask for, and lets each end what it made', async () => {
  const app = createApp();
  const a = logged('a');
  app.dependency(use(a), 'first', []);
  const closeFirst = await app.open(report);
  app.dependency(use(logged('b', { a })), 'second', []);
  const closeSecond = await app.open(report);
  await closeSecond();
  await closeFirst();
  expect(events).toEqual(['+a', '+b', '-b', '-a']);
});

test('ends what was made when something cannot be, and fails with its error', async () => {
  const app = createApp();
  for (const each of [logged('a'), logged('b', {}, 'begin'), logged('c')])
    app.dependency(use(each), 'here', []);
  await expect(app.open(report)).rejects.toThrow('b begins');
  expect(events).toEqual(['+a', '-a']);
});

test('goes on ending when one fails, and reports the error', async () => {
  const app = createApp();
  for (const each of [logged('a'), logged('b', {}, 'end')]) app.dependency(use(each), 'here', []);
  await (
    await app.open(report)
  )();
  expect(events).toEqual(['+a', '+b', '-b', '-a']);
  expect(reports).toEqual([[new Error('b ends'), 'the clean-up of a dependency of the app failed']]);
});

test('puts what overrides a class or a dependency in its place', async () => {
  class FakeStore extends Store {}
  const a = logged('a');
  const app = createApp([
    [Store, FakeStore],
    [a, () => 'fake'],
  ]);
  const cell = app.dependency(use(a, undefined), 'here', [])?.cell;
  expect((await resolve(Reader, app)).store).toBeInstanceOf(FakeStore);
  expect([cell?.value, events]).toEqual(['fake', []]);
});

test('asks a container for classes, unless they are overridden', async () => {
  class FakeStore extends Store {}
  const container: Container = { resolve: (target) => new (target as new () => object)() };
  const app = createApp([[Store, FakeStore]], container);
  const asked = jest.spyOn(container, 'resolve');
  expect(app.controller(Reader, [])?.value).toBeInstanceOf(Reader);
  expect(asked.mock.calls).toEqual([[Reader]]);
  expect(await resolve(Store, app)).toBeInstanceOf(FakeStore);
});

const types = (target: Constructor, ...parameters: unknown[]) => {
  Reflect.defineMetadata('design:paramtypes', parameters, target);
};

describe('classes that ask for each other', () => {
  class Chicken {
    constructor(readonly egg: unknown) {}
  }
  class Egg {
    constructor(readonly chicken: unknown) {}
  }
  class Own {
    constructor(readonly own: unknown) {}
  }
  class Farm {
    constructor(readonly egg: unknown) {}
  }
  types(Chicken, Egg);
  types(Egg, Chicken);
  types(Own, Own);
  types(Farm, Egg);

  test.each<[string, Constructor, string]>([
    ['Chicken', Chicken, 'Chicken > Egg > Chicken'],
    ['Own', Own, 'Own > Own'],
    ['Farm', Farm, 'Egg > Chicken > Egg'],
  ])('are refused from %s', (where, target, circle) => {
    expect(faultsOf(target).map(formatFault)).toEqual([
      `CONSTRUCTOR_CIRCLE: ${where} → ${circle} ask for each other in their constructors → give one of them what it needs by a method, or move what both need into a third class`,
    ]);
  });
});

describe('a constructor parameter', () => {
  class Two {
    constructor(
      readonly first: unknown,
      readonly second: unknown,
    ) {}
  }

  test.each([String, Number, Boolean, BigInt, Symbol, Array, Function, Promise, Date, Map, Set])(
    'of the type %p is refused',
    (type) => {
      types(Two, Store, type);
      expect(faultsOf(Two)).toEqual([
        {
          code: 'CONSTRUCTOR_PARAMETER',
          where: 'Two, constructor parameter 2',
          problem: `${type.name} is no class to make an instance of`,
          fix: 'ask for a class that holds the value, or give the plugin a container',
        },
      ]);
    },
  );

  test.each([[], [Object, undefined]])('whose type is not known is refused, each one: %p', (...written) => {
    types(Two, ...written);
    const expected = (index: number): SetupFault => ({
      code: 'CONSTRUCTOR_PARAMETER',
      where: `Two, constructor parameter ${index}`,
      problem:
        'its type is not known at run time (no decorator on the class, an interface, or a circular import)',
      fix: 'write @Inject(TheClass) before it, or give the plugin a container',
    });
    expect(faultsOf(Two)).toEqual([expected(1), expected(2)]);
  });

  test('that reads from a request is refused, however it says so', () => {
    class Reading {
      constructor(
        @Query('q') readonly q: string,
        @Inject(Owned) readonly injected: unknown,
        @Depends(Owned) readonly asked: unknown,
        readonly unmarked: Owned,
      ) {}
    }
    expect(faultsOf(Reading).map(({ code, problem }) => `${code} ${problem}`)).toEqual(
      ["@Query('q')", 'Owned', 'Owned', 'Owned'].map(
        (what) =>
          `CONSTRUCTOR_PARAMETER ${what} belongs to a request, and this is made when the server starts`,
      ),
    );
  });

  test('with two sources, or a @Depends that says nothing, is refused', () => {
    class Reading {
      constructor(
        @Inject(Store) @Inject() readonly store: Store,
        @Depends() readonly text: string,
      ) {}
    }
    expect(faultsOf(Reading).map(({ code, where }) => `${code} ${where}`)).toEqual([
      'PARAM_SOURCES_TWO Reading, constructor parameter 1',
      'PARAM_TYPE_ERASED Reading, constructor parameter 2',
    ]);
  });

  test('that is refused is refused for each class that asks, by the name of the class that has it', () => {
    class Outer {
      constructor(readonly two: unknown) {}
    }
    types(Outer, Two);
    types(Two, Store, String);
    const app = createApp();
    expect([faultsOf(Outer, app), faultsOf(Two, app)].flat().map(({ where }) => where)).toEqual([
      'Two, constructor parameter 2',
      'Two, constructor parameter 2',
    ]);
  });
});

test('says whose constructor threw, and who asks for it, with the error as its cause', async () => {
  const cause = new Error('no disk');
  @typed
  class Disk {
    constructor() {
      throw cause;
    }
  }
  @typed
  class Files {
    constructor(readonly disk: Disk) {}
  }
  @typed
  class Uploads {
    constructor(
      readonly store: Store,
      readonly files: Files,
    ) {}
  }
  await expect(resolve(Uploads)).rejects.toMatchObject({
    code: 'CONSTRUCTOR_FAILED',
    message:
      'CONSTRUCTOR_FAILED: Uploads > Files > Disk → the constructor of Disk threw: no disk → let it keep what it is given, and do what can fail in a dependency of scope app, which may be asynchronous and cleans up',
    cause,
  });
});
