import { Controller } from '../decorators/controller.js';
import { Inject, Query } from '../decorators/sources.js';
import { formatFault, type SetupFault } from '../errors/setup-error.js';
import type { Constructor } from '../metadata/types.js';
import { Instances, resolveFrom } from './instances.js';

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

function resolve(target: Constructor, instances = new Instances()) {
  const faults: SetupFault[] = [];
  return { instance: instances.resolve(target, faults), faults };
}

const types = (target: Constructor, ...parameters: unknown[]) => {
  Reflect.defineMetadata('design:paramtypes', parameters, target);
};

test('makes a class with the instances that its constructor asks for, each once', () => {
  const { instance, faults } = resolve(Writer);
  expect(faults).toEqual([]);
  expect(instance).toBeInstanceOf(Writer);
  expect((instance as Writer).store).toBe((instance as Writer).reader.store);
});

test('gives the same instance again, and another one to another server', () => {
  const instances = new Instances();
  const { instance } = resolve(Reader, instances);
  expect(resolve(Reader, instances).instance).toBe(instance);
  expect(resolve(Reader).instance).not.toBe(instance);
});

test('creates an instance of its own each time, over shared ones', () => {
  const instances = new Instances();
  const faults: SetupFault[] = [];
  const [one, two] = [instances.create(Reader, faults), instances.create(Reader, faults)] as [Reader, Reader];
  expect(one).not.toBe(two);
  expect(one.store).toBe(two.store);
});

test('takes the class that @Inject names before the type of the parameter', () => {
  class SpecialStore extends Store {}
  class Asking {
    constructor(
      @Inject(SpecialStore) readonly store: Store,
      @Inject() readonly other: Store,
    ) {}
  }
  const { store, other } = resolve(Asking).instance as Asking;
  expect(store).toBeInstanceOf(SpecialStore);
  expect(other).not.toBeInstanceOf(SpecialStore);
});

test('fills the constructor that a class inherits', () => {
  class Derived extends Reader {}
  const { instance, faults } = resolve(Derived);
  expect(faults).toEqual([]);
  expect((instance as Derived).store).toBeInstanceOf(Store);
});

test('fills a constructor that replaces one with @Inject by its own types', () => {
  class Base {
    constructor(@Inject(Store) readonly store: Store) {}
  }
  @typed
  class Derived extends Base {
    constructor(readonly reader: Reader) {
      super(reader.store);
    }
  }
  expect((resolve(Derived).instance as Derived).reader).toBeInstanceOf(Reader);
});

describe('classes that ask for each other', () => {
  const made: string[] = [];
  class Chicken {
    constructor(readonly egg: unknown) {
      made.push('chicken');
    }
  }
  class Egg {
    constructor(readonly chicken: unknown) {
      made.push('egg');
    }
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
  ])('are refused from %s, and none is made', (where, target, circle) => {
    const { instance, faults } = resolve(target);
    expect(instance).toBeUndefined();
    expect(faults.map(formatFault)).toEqual([
      `CONSTRUCTOR_CIRCLE: ${where} → ${circle} ask for each other in their constructors → give one of them what it needs by a method, or move what both need into a third class`,
    ]);
    expect(made).toEqual([]);
  });
});

describe('a constructor parameter', () => {
  class Two {
    constructor(
      readonly first: unknown,
      readonly second: unknown,
    ) {
      throw new Error('made in spite of a fault');
    }
  }

  test.each([String, Number, Boolean, BigInt, Symbol, Array, Function, Promise, Date, Map, Set])(
    'of the type %p is refused',
    (type) => {
      types(Two, Store, type);
      expect(resolve(Two)).toEqual({
        instance: undefined,
        faults: [
          {
            code: 'CONSTRUCTOR_PARAMETER',
            where: 'Two, constructor parameter 2',
            problem: `${type.name} is no class to make an instance of`,
            fix: 'ask for a class that holds the value, or give the plugin a container',
          },
        ],
      });
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
    expect(resolve(Two).faults).toEqual([expected(1), expected(2)]);
  });

  test('that reads from a request, or has two sources, is refused by its label', () => {
    class Reading {
      constructor(
        @Query('q') readonly q: string,
        @Inject(Store) @Inject() readonly store: Store,
      ) {}
    }
    expect(resolve(Reading).faults).toMatchObject([
      {
        where: 'Reading, constructor parameter 1',
        problem: "'@Query('q')' is no class to make an instance of",
      },
      { where: 'Reading, constructor parameter 2', problem: "'@Inject' is no class to make an instance of" },
    ]);
  });

  test('that is refused is refused for each class that asks', () => {
    types(Two, Store, String);
    const instances = new Instances();
    expect([resolve(Two, instances), resolve(Two, instances)].map(({ faults }) => faults.length)).toEqual([
      1, 1,
    ]);
  });

  test('that is refused is named by the class that has it', () => {
    class Outer {
      constructor(readonly two: unknown) {}
    }
    types(Outer, Two);
    types(Two, Store, String);
    expect(resolve(Outer).faults.map(({ where }) => where)).toEqual(['Two, constructor parameter 2']);
  });
});

describe('a container', () => {
  test('gives the instance itself, and is asked on itself', () => {
    const store = new Store();
    const container = {
      store,
      resolve(target: Constructor): unknown {
        return target === Store ? this.store : undefined;
      },
    };
    const faults: SetupFault[] = [];
    expect(resolveFrom(container, Store, faults)).toBe(store);
    expect(faults).toEqual([]);
  });

  test.each<[string, () => unknown]>([
    ['the container gave no object for it', () => undefined],
    ['the container gave no object for it', () => null],
    ['the container gave no object for it', () => Store],
    ['the container gave a promise', async () => new Store()],
    [
      'the container failed: not registered',
      () => {
        throw new Error('not registered');
      },
    ],
    [
      'the container failed: text',
      () => {
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- a container may do it
        throw 'text';
      },
    ],
  ])('is refused where %s', (problem, give) => {
    const faults: SetupFault[] = [];
    expect(resolveFrom({ resolve: give }, Store, faults)).toBeUndefined();
    expect(faults).toEqual([
      {
        code: 'CONTAINER_FAILED',
        where: 'Store',
        problem,
        fix: 'register the controller and what its constructor asks for, and let resolve(Class) give the instance itself',
      },
    ]);
  });
});
