// A queue in Redis that is closed in some state: see close.test.ts.
import { setTimeout as wait } from 'node:timers/promises';

import { openBullmqQueue } from '@sluice/bullmq';
import { defineTask } from '@sluice/tasks';

import { closeWhenAsked } from '../../../../test/support/close-when-asked.js';

const [state = '', redis = ''] = process.argv.slice(2);

const work = defineTask('work', (time: number, { signal }) => wait(time, undefined, { signal }), {
  attempts: 1,
});
const log = { info: () => {}, warn: () => {}, error: () => {} };

async function main(): Promise<void> {
  const tasks = [work];
  const queue = await openBullmqQueue({ redis, tasks, log, run: state !== 'enqueuing', drainTimeout: 100 });
  const { id } = await queue.enqueue(work, state === 'running' || state === 'hung' ? 60_000 : 0);
  if (state !== 'enqueuing') {
    const watch = queue.watch(id);
    await watch.next();
    // It ends with the queue.
    void watch.next().catch(() => {});
  }
  closeWhenAsked(async () => {
    if (state !== 'ready') for (let n = 0; n < 100; n += 1) queue.enqueue(work, 0).catch(() => {});
    await Promise.all([queue.close(), queue.close()]);
    await queue.close();
  });
}

void main();
