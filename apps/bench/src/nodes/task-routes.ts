import { mkdtemp } from 'node:fs/promises';
import path from 'node:path';

import { openBullmqQueue } from '@sluice/bullmq';
import { defineTask, openEmbeddedQueue, type AnyTask, type TaskQueue } from '@sluice/tasks';

import { inFlight } from './in-flight.js';
import { now } from './sample.js';

/** How many are being enqueued at once: as many requests as a busy service has under way. */
const ENQUEUED_AT_ONCE = 80;

/** A queue whose tasks do nothing but count. */
export interface TaskRoute {
  readonly name: string;
  /** Enqueues so many tasks, and gives the microseconds until all are done. */
  run(count: number): Promise<number>;
  close(): Promise<void>;
}

export function openEmbeddedRoute(parent: string): Promise<TaskRoute> {
  return openRoute('embedded, LevelDB', async (tasks) => {
    const folder = await mkdtemp(path.join(parent, 'tasks-'));
    return openEmbeddedQueue({ folder, tasks, keepDone: { count: 0 } });
  });
}

export function openBullmqRoute(redis: string): Promise<TaskRoute> {
  return openRoute('BullMQ', (tasks) =>
    openBullmqQueue({ redis, name: `bench-${process.pid}`, tasks, keepDone: { count: 0 } }),
  );
}

async function openRoute(
  name: string,
  open: (tasks: readonly AnyTask[]) => Promise<TaskQueue>,
): Promise<TaskRoute> {
  let left = 0;
  let allDone: (() => void) | undefined;
  const count = defineTask('count', () => {
    left -= 1;
    if (left === 0) allDone?.();
  });
  const queue = await open([count]);
  return {
    name,
    run: async (tasks) => {
      left = tasks;
      const done = new Promise<void>((resolve) => (allDone = resolve));
      const from = now();
      await inFlight(tasks, ENQUEUED_AT_ONCE, () => queue.enqueue(count, null));
      await done;
      return now() - from;
    },
    close: () => queue.close(),
  };
}
