import { BackgroundTask } from './background-task.js';

test('runs its function with its arguments, and waits for it', async () => {
  const calls: unknown[] = [];
  const send = async (...args: unknown[]) => {
    await Promise.resolve();
    calls.push(args);
  };
  const task = new BackgroundTask(send, 'a', 2);
  expect(calls).toEqual([]);
  await task.run();
  expect(calls).toEqual([['a', 2]]);
});

test('has the name of its function, and counts its arguments', () => {
  const send = (): void => {};
  expect(new BackgroundTask(send)).toMatchObject({ name: 'send', argumentCount: 0 });
  expect(new BackgroundTask((..._args: unknown[]) => {}, 1, undefined)).toMatchObject({
    name: 'anonymous',
    argumentCount: 2,
  });
});

test('throws what its function throws, and rejects with what that rejects with', async () => {
  const error = new Error('no mail');
  const thrown = new BackgroundTask(() => {
    throw error;
  });
  expect(() => thrown.run()).toThrow(error);
  await expect(new BackgroundTask(() => Promise.reject(error)).run()).rejects.toBe(error);
});

test('gives a signal after the arguments, where its options say so', () => {
  const seen: unknown[] = [];
  const task = new BackgroundTask((...args: unknown[]) => seen.push(args), 'a');
  const { signal } = new AbortController();
  task.run(signal);
  task.with({ signal: true }).run(signal);
  expect(seen).toEqual([['a'], ['a', signal]]);
});

test('is another task with other options', () => {
  const task = new BackgroundTask(function send(_to: string) {}, 'a');
  const detached = task.with({ detached: true });
  expect(detached.with({ timeout: null })).toMatchObject({
    name: 'send',
    argumentCount: 1,
    options: { detached: true, timeout: null },
  });
  expect([task.options, detached.options]).toEqual([{}, { detached: true }]);
});

test.each([0, -1, NaN, Infinity, 2 ** 31, '5'])('refuses %p as a timeout', (timeout) => {
  expect(() => new BackgroundTask(() => {}).with({ timeout: timeout as number })).toThrow(
    `TASK_INVALID: the timeout of a background task is ${String(timeout)}; give milliseconds above 0, at most 2147483647, or null.`,
  );
});

test.each([undefined, null, {}, 'send', Promise.resolve()])('refuses %p, and says what to give', (value) => {
  expect(() => new BackgroundTask(value as never)).toThrow(
    expect.objectContaining({
      code: 'TASK_INVALID',
      message: `TASK_INVALID: a background task is a function, not ${typeof value}; give the function itself, not the result of a call.`,
    }) as Error,
  );
});

test('refuses functions that yield: nobody would ask for what they do', () => {
  const invalid = (name: string) => `TASK_INVALID: the background task ${name} gives a generator, and nobody`;
  function* send() {
    yield 1;
  }
  expect(() => new BackgroundTask(send)).toThrow(invalid('send'));
  expect(() => new BackgroundTask(async function* () {})).toThrow(invalid('anonymous'));
  const arrow = () => send();
  expect(() => new BackgroundTask(arrow).run()).toThrow(invalid('arrow'));
});

test('refuses options that are none, by their names', () => {
  const task = new BackgroundTask(() => {});
  expect(() => task.with({ timeuot: 5 } as never)).toThrow(
    'TASK_INVALID: a background task has no option timeuot; there are detached, onlyIfDelivered, timeout, signal.',
  );
});
