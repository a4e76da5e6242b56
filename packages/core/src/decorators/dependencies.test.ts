import { describeDependency } from '../metadata/dependency.js';
import { describeSource, type Source } from '../metadata/source.js';
import { Depends, dependency } from './dependencies.js';
import { Body, Header, Inject, Query } from './sources.js';

class Store {
  name = 'store';
}
class Item {
  price = 1;
}

/** Holds for the compiler alone that a source gives a type. */
const gives = <Value>(source: Source<Value>): Source<Value> => source;

test('describes what it asks for, and how', () => {
  const currentUser = () => 'user';
  expect(describeSource(Depends(currentUser))).toMatchObject({
    kind: 'depends',
    label: '@Depends(currentUser)',
    depends: { target: currentUser, scope: undefined, useCache: true },
  });
  expect(describeSource(Depends(Store, { scope: 'app', useCache: false }))).toMatchObject({
    depends: { target: Store, scope: 'app', useCache: false },
  });
  expect(describeSource(Depends())).toMatchObject({ label: '@Depends', depends: { target: undefined } });
});

test('makes a function that can be called with the values, and declares one function as often as one likes', () => {
  const fn = ({ text, store }: { text: string; store: Store }) => `${text} ${store.name}`;
  const inputs = { text: Query('q'), store: Inject(Store) };
  const one = dependency(inputs, fn);
  const two = dependency({ ...inputs, store: Store }, fn, { scope: 'function', name: 'two' });
  expect(one({ text: 'a', store: new Store() })).toBe('a store');
  expect(describeDependency(one)).toMatchObject({ fn, scope: undefined, name: undefined });
  expect(describeDependency(two)).toMatchObject({ fn, scope: 'function', name: 'two' });
  expect(describeDependency(fn)).toBeUndefined();
});

test('knows the types of what its inputs give', () => {
  const user = async () => ({ id: 1 });
  const feed = dependency({ user }, async function* (inputs) {
    yield inputs.user.id;
  });
  const all = dependency(
    {
      text: Query('a'),
      count: Query('b', { type: 'integer' }),
      preset: Query('c', { default: 5 }),
      maybe: Header('d', { optional: true }),
      tags: Query('e', { type: [String] }),
      item: Body(Item),
      any: Body(Object),
      store: Inject(Store),
      feed,
      again: Depends(feed),
    },
    (inputs) =>
      [
        inputs.text.length,
        inputs.count.toFixed(),
        inputs.preset.toFixed(),
        inputs.maybe?.length,
        inputs.tags.join(),
        inputs.item.price,
        Object.keys(inputs.any),
        inputs.store.name,
        inputs.feed.toFixed(),
        inputs.again.toFixed(),
      ] as const,
  );
  expect(describeSource(gives<readonly unknown[]>(Depends(all))).kind).toBe('depends');
});
