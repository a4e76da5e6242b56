import path from 'node:path';

import { dependency } from '@sluice/core';
import { openEmbeddedQueue, type TaskQueue } from '@sluice/tasks';

import { dataFolder } from '../data-folder.js';
import { nameSetting } from '../settings.js';
import { jobLog } from './job-log.js';
import { sendNewsletter } from './send-newsletter.js';

/** What every queue of the service is opened with. */
export const JOBS = {
  tasks: [sendNewsletter],
  // A newsletter takes longer than anyone likes to wait for a Ctrl+C; the next start goes on with it.
  drainTimeout: 1000,
};

/** The stored tasks, in a folder of their own. Closed when the last response has ended. */
export const openJobQueue = dependency(
  { folder: dataFolder, log: jobLog },
  async function* ({ folder, log }): AsyncGenerator<TaskQueue> {
    const queue = await nameSetting(
      'DATA_FOLDER',
      openEmbeddedQueue({ ...JOBS, folder: path.join(folder, 'jobs'), log }),
    );
    try {
      yield queue;
    } finally {
      await queue.close();
    }
  },
  { scope: 'app' },
);
