import fc from 'fast-check';

import { Chain, type Link } from './chain.js';

it('keeps values in their order', () => {
  const chain = new Chain<string>();
  expect([chain.size, ...chain]).toEqual([0]);
  chain.add('a');
  chain.add('b');
  expect([chain.size, ...chain]).toEqual([2, 'a', 'b']);
});

it('takes out the first, the last, one between, and the only one', () => {
  const chain = new Chain<string>();
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((value) => chain.add(value)) as [
    Link<string>,
    Link<string>,
    Link<string>,
    Link<string>,
  ];
  chain.remove(b);
  expect([...chain]).toEqual(['a', 'c', 'd']);
  chain.remove(a);
  expect([...chain]).toEqual(['c', 'd']);
  chain.remove(d);
  expect([...chain]).toEqual(['c']);
  chain.remove(c);
  expect([chain.size, ...chain]).toEqual([0]);
  chain.add('e');
  expect([chain.size, ...chain]).toEqual([1, 'e']);
});

it('lets what it gives be taken out while it is looked at', () => {
  const chain = new Chain<number>();
  const links = [1, 2, 3].map((value) => chain.add(value));
  const seen: number[] = [];
  for (const value of chain) {
    seen.push(value);
    for (const link of links.splice(0)) chain.remove(link);
  }
  expect(seen).toEqual([1, 2, 3]);
  expect(chain.size).toBe(0);
});

it('leaves nothing in a link that was taken out: a dead one would keep all that came after it', () => {
  const chain = new Chain<number>();
  const [, second] = [1, 2, 3].map((value) => chain.add(value)) as [unknown, Link<number>];
  chain.remove(second);
  expect(second).toEqual({ value: 2, previous: undefined, next: undefined });
});

it('holds what a set holds, whatever comes and goes', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20)), (steps) => {
      const chain = new Chain<number>();
      const links = new Map<number, Link<number>>();
      for (const step of steps) {
        const link = links.get(step);
        if (link === undefined) links.set(step, chain.add(step));
        else {
          chain.remove(link);
          links.delete(step);
        }
      }
      expect([...chain]).toEqual([...links.keys()]);
      expect(chain.size).toBe(links.size);
    }),
  );
});
