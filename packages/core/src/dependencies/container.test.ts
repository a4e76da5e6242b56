import type { SetupFault } from '../errors/setup-error.js';
import type { Constructor } from '../metadata/types.js';
import { resolveFrom } from './container.js';

class Store {
  readonly items: string[] = [];
}

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
