// A worker in a process of its own: it says which tasks it has done, and can be killed while it runs some.
import { setTimeout as wait } from 'node:timers/promises';

import { openBullmqQueue } from '@sluice/bullmq';
import { defineTask } from '@sluice/tasks';

const [redis = '', time = '0'] = process.argv.slice(2);

const work = defineTask('work', async (n: number) => {
  process.send?.({ began: n });
  await wait(Number(time));
  process.send?.({ done: n });
});

async function main(): Promise<void> {
  const queue = await openBullmqQueue({ redis, tasks: [work], concurrency: 5, stalledAfter: 1000 });
  process.send?.('ready');
  process.once('disconnect', () => void queue.close());
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
