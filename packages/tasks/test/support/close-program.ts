// An embedded queue that is closed in some state: see close.test.ts.
import { setTimeout as wait } from 'node:timers/promises';

import { defineTask, openEmbeddedQueue } from '@sluice/tasks';

import { closeWhenAsked } from '../../../../test/support/close-when-asked.js';

const [state = '', folder = ''] = process.argv.slice(2);

const nothing = defineTask('nothing', () => undefined);
const endless = defineTask('endless', (_: null, { signal }) => wait(60_000, undefined, { signal }));
const log = { info: () => {}, warn: () => {}, error: () => {} };

async function main(): Promise<void> {
  const opening = openEmbeddedQueue({ folder, tasks: [nothing, endless], log, drainTimeout: 100 });
  if (state === 'before ready') {
    closeWhenAsked(async () => (await opening).close());
    return;
  }
  const queue = await opening;
  await queue.enqueue(nothing, null, { delay: 60_000 });
  const { id } = await queue.enqueue(endless, null, state === 'running' ? {} : { delay: 60_000 });
  const watch = queue.watch(id);
  await watch.next();
  void watch.next();
  closeWhenAsked(async () => {
    if (state === 'enqueuing') for (let n = 0; n < 100; n += 1) queue.enqueue(nothing, null).catch(() => {});
    await Promise.all([queue.close(), queue.close()]);
    await queue.close();
  });
}

void main();
