// Nothing of a queue that was closed holds up its process, in whatever state it was.
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { ClosingProcess } from '../../../test/support/closing-process.js';
import { describeWithRedis, RedisServer } from '../../../test/support/redis-server.js';

const PROGRAM = path.join(__dirname, 'support/close-program.ts');

describeWithRedis('a process ends by itself after its queue was closed', () => {
  let redis: RedisServer;
  let child: ClosingProcess | undefined;

  beforeEach(async () => {
    redis = await RedisServer.start();
  });

  afterEach(async () => {
    child?.kill();
    await redis.close();
  });

  test.each(['ready', 'running', 'enqueuing'])('%s', async (state) => {
    child = await ClosingProcess.start(PROGRAM, state, redis.url);
    expect(await child.close()).toBe('');
  });

  test('while Redis is away', async () => {
    child = await ClosingProcess.start(PROGRAM, 'away', redis.url);
    await redis.crash();
    await wait(50);
    expect(await child.close()).toBe('');
  }, 30_000);

  test('while Redis hangs', async () => {
    child = await ClosingProcess.start(PROGRAM, 'hung', redis.url);
    redis.pause();
    expect(await child.close()).toBe('');
  }, 30_000);
});
