import { BackgroundTask } from '@sluice/core';
import type { FastifyBaseLogger } from 'fastify';

import { RequestTasks } from './request-tasks.js';
import { TaskList } from './task-list.js';
import { TaskRunner } from './task-runner.js';
import type { TasksOwner } from './tasks-owner.js';

const warnings: string[] = [];
beforeEach(() => {
  jest.useFakeTimers();
  warnings.length = 0;
});
afterEach(() => {
  jest.useRealTimers();
});

function createOwner(holdsDependencies: boolean): TasksOwner {
  const log = { warn: (message: string) => warnings.push(message) };
  return {
    name: 'C.create',
    log: log as unknown as FastifyBaseLogger,
    holdsDependencies,
    endDependencies: () => undefined,
    tasksEnded: () => undefined,
    keepContext: () => undefined,
    runInContext: (callback) => {
      callback();
    },
  };
}

/** Two requests with one task each, and a place for one; ends the first one's task. */
function runTwo(holdsDependencies: boolean): () => Promise<void> {
  const runner = new TaskRunner({ concurrency: 1, timeout: null });
  let end = (): void => undefined;
  const first = new BackgroundTask(() => new Promise<void>((resolve) => (end = resolve)));
  const second = new BackgroundTask(function notify() {});
  for (const task of [first, second]) {
    new RequestTasks(runner, createOwner(holdsDependencies), new TaskList(undefined, [task])).run(true);
  }
  return async () => {
    end();
    await Promise.resolve();
    expect(runner.counts).toMatchObject({ queued: 0, running: 0, done: 2 });
  };
}

const MESSAGE =
  'C.create: background task notify has waited 5000 ms for a place while dependencies of its request are open for it; raise taskConcurrency, or add it by tasks.with({ detached: true })';

test('says once that a task waits long while dependencies are open for it', async () => {
  const end = runTwo(true);
  jest.advanceTimersByTime(4999);
  expect(warnings).toEqual([]);
  jest.advanceTimersByTime(60_000);
  expect(warnings).toEqual([MESSAGE]);
  await end();
});

test('says nothing of a task that waits shorter, or holds nothing', async () => {
  const end = runTwo(true);
  jest.advanceTimersByTime(4000);
  await end();
  const endOther = runTwo(false);
  jest.advanceTimersByTime(60_000);
  await endOther();
  jest.advanceTimersByTime(60_000);
  expect(warnings).toEqual([]);
});
