import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as wait } from 'node:timers/promises';

import { LateWatch, type LateQueue, type Waiting } from './late-watch.js';

let late: string[];
beforeEach(() => (late = []));

function waiting(queue: LateQueue, name: string): Waiting {
  return { dueAt: queue.dueAt, late: () => late.push(name) };
}

test('tells each when it has waited, in their order, and none that has left', async () => {
  const queue = new LateWatch().queueOf(20);
  const begun = performance.now();
  queue.add(waiting(queue, 'a'));
  const left = queue.add(waiting(queue, 'b'));
  await wait(10);
  queue.add(waiting(queue, 'c'));
  queue.remove(left);
  while (late.length < 1) await wait(1);
  // Timers of Node are up to a millisecond early.
  expect(performance.now() - begun).toBeGreaterThanOrEqual(19);
  while (late.length < 2) await wait(1);
  expect(performance.now() - begun).toBeGreaterThanOrEqual(29);
  await wait(30);
  expect(late).toEqual(['a', 'c']);
});

test('begins again after all have left, and after all were told', async () => {
  const watch = new LateWatch();
  const first = watch.queueOf(5);
  first.remove(first.add(waiting(first, 'left')));
  await wait(15);
  for (const name of ['a', 'b']) {
    const queue = watch.queueOf(5);
    queue.add(waiting(queue, name));
    // Of a queue that nobody was in when its timer ended.
    if (name === 'b') first.add(waiting(first, 'c'));
    await wait(15);
  }
  expect(late).toEqual(['a', 'b', 'c']);
});

test('keeps those apart that wait for different times', async () => {
  const watch = new LateWatch();
  for (const timeout of [40, 1, 20]) {
    const queue = watch.queueOf(timeout);
    queue.add(waiting(queue, String(timeout)));
  }
  while (late.length < 3) await wait(1);
  expect(late).toEqual(['1', '20', '40']);
});

test('keeps no context of who waits', async () => {
  const store = new AsyncLocalStorage<string>();
  const queue = new LateWatch().queueOf(5);
  store.run('the first', () => {
    queue.add({
      dueAt: queue.dueAt,
      late: () => {
        late.push(String(store.getStore()));
      },
    });
  });
  await wait(15);
  expect(late).toEqual(['undefined']);
});

test('tells those that one of them lets wait again, or takes out, while it is told', async () => {
  const queue = new LateWatch().queueOf(5);
  queue.add({
    dueAt: queue.dueAt,
    late: () => {
      late.push('a');
      queue.remove(second);
      queue.add(waiting(queue, 'again'));
    },
  });
  const second = queue.add(waiting(queue, 'b'));
  queue.add(waiting(queue, 'c'));
  while (late.length < 3) await wait(1);
  await wait(15);
  expect(late).toEqual(['a', 'c', 'again']);
});
