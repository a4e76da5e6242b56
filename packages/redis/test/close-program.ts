// A broker that is closed in some state: see close.test.ts.
import { setTimeout as wait } from 'node:timers/promises';

import { Channel } from '@sluice/core';

import { closeWhenAsked } from '../../../test/support/close-when-asked.js';
import { RedisBroker } from '../src/redis-broker.js';
import { upTo } from './support.js';

const [state = '', redis = ''] = process.argv.slice(2);

const broker = new RedisBroker({ redis, waitToPublish: state === 'away', timeout: 1000, onError: () => {} });
const channel = new Channel<number>({ name: 'a', history: 100, broker });

/** A subscriber, whose iteration ends or fails with the broker. */
function listen(lastEventId?: string): void {
  const subscription = channel.subscribe({ lastEventId });
  void (async () => {
    while ((await subscription.next()).done !== true);
  })().catch(() => {});
}

const publishMany = (): void => {
  for (const n of upTo(100)) Promise.resolve(channel.publish(n)).catch(() => {});
};

async function main(): Promise<void> {
  let last = () => {};
  if (state === 'ready' || state === 'away' || state === 'hung' || state === 'publishing') {
    await broker.ready();
    listen();
    listen(await channel.publish(0));
    await wait(100);
  }
  if (state === 'before ready') broker.ready().catch(() => {});
  if (state === 'never there') last = () => void broker.ready().catch(() => {});
  if (state === 'publishing' || state === 'away' || state === 'hung') last = publishMany;
  closeWhenAsked(async () => {
    last();
    await Promise.all([broker.close(), broker.close()]);
    await channel.close();
    await broker.close();
  });
}

void main();
