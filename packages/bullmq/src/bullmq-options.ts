import { TaskQueueError, type QueueOptions } from '@sluice/tasks';
import { isTime, toQueueSettings, type QueueSettings } from '@sluice/tasks/internal';

/** Options of `openBullmqQueue`. */
export interface BullmqQueueOptions extends QueueOptions {
  /** Address of Redis, with user, password and database: `redis://:secret@127.0.0.1:6379/0`, `rediss://…` for TLS. */
  readonly redis: string;
  /** Name of the queue in Redis: queues of one name share their tasks. Letters, digits, `_`, `-` and `.`. Default `tasks`. */
  readonly name?: string;
  /** What all keys in Redis begin with; in the same form. Default `sluice`. */
  readonly prefix?: string;
  /** Whether this process runs tasks too. Default true; false for a server whose tasks are run by workers. */
  readonly run?: boolean;
  /** Whether the start waits for a Redis that does not answer. Default false: it is an error, within 5 s. */
  readonly waitForRedis?: boolean;
  /**
   * How long a call such as `enqueue` waits for Redis, in milliseconds; up to 500 more are taken to find out why it had no
   * answer. Default 10,000.
   */
  readonly commandTimeout?: number;
  /**
   * How long after a worker has vanished another one takes up what it ran, in milliseconds, from 1000. Default 30,000. A
   * handler that holds up the event loop for so long is taken for one that has vanished, and is run twice.
   */
  readonly stalledAfter?: number;
}

/** Options that are checked, with the defaults. */
export interface BullmqSettings extends QueueSettings {
  readonly redis: string;
  readonly name: string;
  readonly prefix: string;
  readonly run: boolean;
  readonly waitForRedis: boolean;
  readonly commandTimeout: number;
  readonly stalledAfter: number;
}

/** @throws TaskQueueError QUEUE_OPTIONS_INVALID, with all faults. */
export function toBullmqSettings(options: BullmqQueueOptions): BullmqSettings {
  const settings = toQueueSettings(options, 'openBullmqQueue');
  const { redis, name = 'tasks', prefix = 'sluice', run = true, waitForRedis = false } = options;
  const { commandTimeout = 10_000, stalledAfter = 30_000 } = options;
  const problems = [
    ...(isAddress(redis) ? [] : ['redis is no address of the form redis://host:port']),
    ...(isName(name) ? [] : [`name is ${JSON.stringify(name)}`]),
    ...(isName(prefix) ? [] : [`prefix is ${JSON.stringify(prefix)}`]),
    ...(typeof run === 'boolean' ? [] : [`run is ${String(run)}`]),
    ...(typeof waitForRedis === 'boolean' ? [] : [`waitForRedis is ${String(waitForRedis)}`]),
    ...(isTime(commandTimeout, 1) ? [] : [`commandTimeout is ${String(commandTimeout)}`]),
    ...(isTime(stalledAfter, 1000) ? [] : [`stalledAfter is ${String(stalledAfter)}`]),
  ];
  if (problems.length > 0) {
    throw new TaskQueueError(
      'QUEUE_OPTIONS_INVALID',
      `openBullmqQueue(options) → ${problems.join('; ')} → give what BullmqQueueOptions names`,
    );
  }
  return { ...settings, redis, name, prefix, run, waitForRedis, commandTimeout, stalledAfter };
}

function isAddress(value: unknown): boolean {
  return typeof value === 'string' && /^rediss?:$/.test(URL.canParse(value) ? new URL(value).protocol : '');
}

function isName(value: unknown): boolean {
  // BullMQ puts colons between the parts of its keys.
  return typeof value === 'string' && /^[\w.-]+$/.test(value);
}
