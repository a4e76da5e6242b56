import { mkdtemp } from 'node:fs/promises';
import path from 'node:path';

import { openEmbeddedQueue } from '@sluice/tasks';

import { listenWithQueue } from './listen-with-queue.js';

export function listen(parent: string): Promise<number> {
  return listenWithQueue(async (tasks) => {
    // Each process has a folder of its own.
    const folder = await mkdtemp(path.join(parent, 'tasks-'));
    return openEmbeddedQueue({ folder, tasks, keepDone: { count: 0 } });
  });
}
