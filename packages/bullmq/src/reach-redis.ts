import { setTimeout as wait } from 'node:timers/promises';

import { TaskQueueError, type TaskLog } from '@sluice/tasks';
import { isError } from '@sluice/tasks/internal';
import { Redis } from 'ioredis';

import { toAnswerError } from './to-redis-error.js';

/** How long a Redis may take to answer, and how long it is waited for between two tries, in milliseconds. */
const PATIENCE = 4000;
const TRY_AGAIN = 1000;
/** How long a Redis may take to say why a call to it had no answer, in milliseconds. */
const EXPLANATION = 500;
/** How long the end of a connection may take, in milliseconds: a Redis that hangs does not hold up a process that ends. */
export const LAST_WAIT = 200;

/**
 * Asks a Redis whether it is there, and lets this user in.
 *
 * @param waits Whether one that does not answer is waited for.
 * @throws TaskQueueError REDIS_UNREACHABLE, REDIS_REFUSED
 */
export async function reachRedis(url: string, waits: boolean, log: TaskLog): Promise<void> {
  for (let told = false; ; told = true) {
    try {
      await ping(url, PATIENCE);
      return;
    } catch (thrown) {
      const error = toRedisError(url, thrown);
      if (!waits || error.code === 'REDIS_REFUSED') throw error;
      if (!told) log.warn({ err: error }, `waiting for Redis at ${withoutPassword(url)}`);
      await wait(TRY_AGAIN);
    }
  }
}

/** Why a Redis does not answer, in its own words or those of the way there; undefined where it does answer. */
export async function explainSilence(url: string): Promise<Error | undefined> {
  try {
    await ping(url, EXPLANATION);
    return undefined;
  } catch (error) {
    return isError(error) ? error : new Error(String(error));
  }
}

async function ping(url: string, patience: number): Promise<void> {
  const redis = new Redis(url, {
    ...{ lazyConnect: true, connectTimeout: patience, maxRetriesPerRequest: 0, commandTimeout: patience },
    // Its own check waits for a Redis that reads its data from disk, and does not say that it does.
    ...{ enableReadyCheck: false, disconnectTimeout: LAST_WAIT },
    retryStrategy: () => null,
  });
  // Each failure comes as an event too; the last one says more than that the connection is closed.
  let last: Error | undefined;
  redis.on('error', (error: Error) => {
    last = error;
  });
  let timer: NodeJS.Timeout | undefined;
  // A name that is looked up cannot be given up, so it is waited for no longer.
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer within ${patience} ms`));
    }, patience);
  });
  try {
    await Promise.race([enter(redis), late]);
  } catch (error) {
    throw last ?? error;
  } finally {
    clearTimeout(timer);
    redis.disconnect();
  }
}

async function enter(redis: Redis): Promise<void> {
  await redis.connect();
  // ioredis goes on with database 0 where that of the address is refused.
  await redis.select(redis.options.db ?? 0);
  await redis.ping();
}

function toRedisError(url: string, thrown: unknown): TaskQueueError {
  const message = isError(thrown) ? thrown.message : String(thrown);
  const where = `openBullmqQueue({ redis: '${withoutPassword(url)}' })`;
  const answer = toAnswerError(where, thrown);
  if (answer !== undefined) return answer;
  return new TaskQueueError(
    'REDIS_UNREACHABLE',
    `${where} → ${message} → start Redis there, or write its address into \`redis\`; \`waitForRedis: true\` waits for it`,
    { cause: thrown },
  );
}

/** The address as it may stand in a log. */
export function withoutPassword(url: string): string {
  const shown = new URL(url);
  if (shown.password !== '') shown.password = '***';
  return shown.href;
}
