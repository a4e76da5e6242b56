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
  expect(new BackgroundTask(() => {}, 1, undefined)).toMatchObject({ name: 'anonymous', argumentCount: 2 });
});

test('rejects with what its function throws or rejects with', async () => {
  const error = new Error('no mail');
  const thrown = new BackgroundTask(() => {
    throw error;
  });
  await expect(thrown.run()).rejects.toBe(error);
  await expect(new BackgroundTask(() => Promise.reject(error)).run()).rejects.toBe(error);
});

test('gives nothing of what its function gives', async () => {
  await expect(new BackgroundTask(() => 42).run()).resolves.toBeUndefined();
});

test.each([undefined, null, {}, 'send', Promise.resolve()])('refuses %p, and says what to give', (value) => {
  expect(() => new BackgroundTask(value as never)).toThrow(
    expect.objectContaining({
      code: 'TASK_INVALID',
      message: `TASK_INVALID: a background task is a function, not ${typeof value}; give the function itself, not the result of a call.`,
    }) as Error,
  );
});
