import { BackgroundTasks } from '@sluice/core';
import type { FastifyBaseLogger } from 'fastify';
import fc from 'fast-check';

import { RequestTasks } from './request-tasks.js';
import { runAtOnce } from './run-at-once.js';
import { TaskList } from './task-list.js';
import { TaskRunner } from './task-runner.js';
import type { TasksOwner } from './tasks-owner.js';

const KINDS = ['ends', 'throws', 'waits', 'rejects', 'adds', 'heeds'] as const;
type Kind = (typeof KINDS)[number];

/** Runs the tasks of some requests, and tells what happened in which order. */
async function run(
  requests: readonly (readonly Kind[])[],
  concurrency: number,
  atOnce: boolean,
): Promise<unknown[]> {
  const events: unknown[] = [];
  const runner = new TaskRunner({ concurrency, timeout: null });
  const ended = requests.map((kinds, request) => {
    const tasks = new BackgroundTasks();
    kinds.forEach((kind, at) => {
      add(tasks, kind, (what) => {
        events.push(`${request}.${at} ${kind} ${what}`);
      });
    });
    return new Promise<void>((resolve) => {
      const owner = createOwner(events, request, resolve);
      const progress = atOnce ? runAtOnce(runner, owner, tasks) : undefined;
      if (atOnce && progress === undefined) owner.tasksEnded();
      else
        new RequestTasks(runner, owner, new TaskList(tasks, undefined, progress?.taken), progress).run(true);
      events.push({ ...runner.counts });
    });
  });
  await Promise.all(ended);
  return [...events, { ...runner.counts }];
}

function createOwner(events: unknown[], request: number, tasksEnded: () => void): TasksOwner {
  const error = (_fields: object, message: string): unknown => events.push(message);
  return {
    name: `request ${request}`,
    log: { error } as unknown as FastifyBaseLogger,
    holdsDependencies: false,
    endDependencies: () => undefined,
    tasksEnded: () => {
      events.push(`${request} ended`);
      tasksEnded();
    },
    keepContext: () => undefined,
    runInContext: (callback) => {
      callback();
    },
  };
}

function add(tasks: BackgroundTasks, kind: Kind, tell: (what: string) => void): void {
  switch (kind) {
    case 'ends':
      tasks.addTask(tell, 'runs');
      break;
    case 'throws':
      tasks.addTask(() => {
        tell('runs');
        throw new Error(kind);
      });
      break;
    case 'waits':
      tasks.addTask(async () => {
        tell('begins');
        await new Promise(setImmediate);
        tell('goes on');
      });
      break;
    case 'rejects':
      tasks.addTask(async () => {
        tell('begins');
        await Promise.reject(new Error(kind));
      });
      break;
    case 'adds':
      tasks.addTask(() => {
        tasks.addTask(tell, 'was added');
      });
      break;
    case 'heeds':
      tasks.with({ signal: true }).addTask(async (signal) => {
        await Promise.resolve();
        tell(`has a signal: ${String(signal instanceof AbortSignal)}`);
      });
  }
}

test('what runs at once, and then waits, runs as if it had waited from the beginning', async () => {
  const requests = fc.array(fc.array(fc.constantFrom(...KINDS), { minLength: 1, maxLength: 5 }), {
    minLength: 1,
    maxLength: 4,
  });
  await fc.assert(
    fc.asyncProperty(requests, fc.integer({ min: 1, max: 3 }), async (all, concurrency) => {
      const expected = await run(all, concurrency, false);
      expect(await run(all, concurrency, true)).toEqual(expected);
    }),
    { numRuns: 300 },
  );
});

test('runs them all, and needs nothing that waits, where each ends', () => {
  const runner = new TaskRunner({ concurrency: 1, timeout: null });
  const tasks = new BackgroundTasks();
  const events: unknown[] = [];
  add(tasks, 'adds', (what) => events.push(what));
  add(tasks, 'ends', (what) => events.push(what));
  expect(
    runAtOnce(
      runner,
      createOwner(events, 0, () => undefined),
      tasks,
    ),
  ).toBeUndefined();
  expect(events).toEqual(['runs', 'was added']);
  expect(runner.counts).toEqual({ queued: 0, running: 0, done: 3, failed: 0, dropped: 0 });
});
