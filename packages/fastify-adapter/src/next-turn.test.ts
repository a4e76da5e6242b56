import { NextTurn } from './next-turn.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('runs what was put off in the next turn, in its order', async () => {
  const later = new NextTurn();
  const ran: string[] = [];
  later.add({ runLater: () => ran.push('a') });
  later.add({ runLater: () => ran.push('b') });
  await Promise.resolve();
  expect(ran).toEqual([]);
  await turn();
  expect(ran).toEqual(['a', 'b']);
});

it('leaves what is put off meanwhile to the turn after', async () => {
  const later = new NextTurn();
  const ran: string[] = [];
  later.add({
    runLater: () => {
      ran.push('a');
      later.add({ runLater: () => ran.push('b') });
    },
  });
  later.add({ runLater: () => ran.push('c') });
  await turn();
  expect(ran).toEqual(['a', 'c']);
  await turn();
  expect(ran).toEqual(['a', 'c', 'b']);
});

it('runs the others too, where one throws', async () => {
  const later = new NextTurn();
  const ran: string[] = [];
  const error = new Error('mine');
  later.add({
    runLater: () => {
      throw error;
    },
  });
  later.add({ runLater: () => ran.push('b') });
  expect(() => {
    later.run();
  }).toThrow(error);
  expect(ran).toEqual([]);
  await turn();
  expect(ran).toEqual(['b']);
});
