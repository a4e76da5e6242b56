// Another node: `node subscriber-process.js <address of Redis> <channel> <events of a round>`, with a channel to its parent.
import { Channel } from '@sluice/core';
import { RedisBroker } from '@sluice/redis';

import { receive } from './receiver.js';
import { STREAM_LENGTH } from './route.js';
import type { Sample } from './sample.js';

async function main(): Promise<void> {
  const [redis = '', name = '', events = ''] = process.argv.slice(2);
  process.once('disconnect', () => process.exit(0));
  const broker = new RedisBroker({ redis, maxLength: STREAM_LENGTH });
  await broker.ready();
  const channel = new Channel<Sample>({ name, broker, queueLimit: 1_000_000 });
  await receive(channel, Number(events), (received) => process.send?.(received));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
