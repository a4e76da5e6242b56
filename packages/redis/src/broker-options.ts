import { Cluster, Redis, type RedisOptions } from 'ioredis';

import { RedisBrokerError } from './redis-broker-error.js';

/** Options of a {@link RedisBroker}. */
export interface RedisBrokerOptions {
  /**
   * Where Redis is: an address (`redis://user:password@host:6379/0`, `rediss://` for TLS), options of `ioredis` (Sentinel
   * and TLS among them), or a client of it, which is only asked for its options: the broker makes two connections of
   * its own, and closes no other. Undefined, as `REDIS_URL` is where nobody set it: `redis://127.0.0.1:6379`.
   */
  redis?: string | RedisOptions | Redis | undefined;
  /**
   * What the keys in Redis begin with: the stream of the channel `prices` is `sluice:prices`. Default `sluice:`. Brokers with
   * one prefix share their channels.
   */
  prefix?: string;
  /**
   * How many events the stream of a channel keeps at least, an integer from 2; or as many as the `history` of the channel,
   * and one more, if that is larger. Default 1000. A process that falls behind by more has lost something, and says so. The
   * same in every process.
   */
  maxLength?: number;
  /**
   * `approximate` (default) lets Redis cut a stream where it is cheap (`MAXLEN ~`), so that it keeps some events more;
   * `exact` cuts at each event.
   */
  trim?: 'approximate' | 'exact';
  /**
   * How long the stream of a channel in which nothing is published any more is kept, in milliseconds, an integer from
   * 1000. Default: for ever.
   */
  keepFor?: number;
  /**
   * How long Redis may take to be reached at the start, and for an answer, in milliseconds, an integer from 1. Default
   * 4000. A connection on which an answer takes longer is given up and made anew.
   */
  timeout?: number;
  /** Let `ready()`, and all that happens before the first connection, wait until Redis is there. Default false. */
  waitAtStart?: boolean;
  /**
   * Let `publish` wait while Redis is away, up to `waitingLimit` events, which are stored in their order and once when it is
   * back. Default false: it rejects at once.
   */
  waitToPublish?: boolean;
  /** How many events may wait for Redis under `waitToPublish`, an integer from 1. Default 10,000. */
  waitingLimit?: number;
  /**
   * Is told what goes wrong outside of a call: when a connection breaks, once for each reason why it does not come back, and
   * for a stream that cannot be read.
   * Default: a warning of the process (`process.emitWarning`).
   */
  onError?: (error: RedisBrokerError) => void;
}

/** Options with their defaults. */
export interface Settings {
  /** Makes one more connection with the user's options and these. */
  readonly createClient: (forced: RedisOptions) => Redis;
  /** Where Redis is, for messages: without a password. */
  readonly where: string;
  readonly prefix: string;
  readonly maxLength: number;
  readonly trim: 'approximate' | 'exact';
  readonly keepFor: number | undefined;
  readonly timeout: number;
  readonly waitAtStart: boolean;
  readonly waitToPublish: boolean;
  readonly waitingLimit: number;
  readonly onError: (error: RedisBrokerError) => void;
}

const ADDRESS_DEFAULT = 'redis://127.0.0.1:6379';

/** Checks the options of a broker. @throws RedisBrokerError REDIS_OPTIONS_INVALID, with all faults. */
export function readSettings(options: RedisBrokerOptions): Settings {
  const given = options as Readonly<Record<string, unknown>>;
  const faults = [
    findRedisFault(given.redis),
    check('prefix', given.prefix, (value) => typeof value === 'string' && isKey(value), 'text without NUL'),
    checkCount('maxLength', given.maxLength, 2),
    check(
      'trim',
      given.trim,
      (value) => value === 'approximate' || value === 'exact',
      "'approximate' or 'exact'",
    ),
    checkCount('keepFor', given.keepFor, 1000),
    checkCount('timeout', given.timeout, 1),
    check('waitAtStart', given.waitAtStart, (value) => typeof value === 'boolean', 'true or false'),
    check('waitToPublish', given.waitToPublish, (value) => typeof value === 'boolean', 'true or false'),
    checkCount('waitingLimit', given.waitingLimit, 1),
    check('onError', given.onError, (value) => typeof value === 'function', 'a function'),
  ].filter((fault) => fault !== undefined);
  if (faults.length > 0) {
    throw new RedisBrokerError(
      'REDIS_OPTIONS_INVALID',
      'new RedisBroker(options)',
      faults.map(({ problem }) => problem).join('; '),
      faults.map(({ fix }) => fix).join('; '),
    );
  }
  const { keyPrefix, where, createClient } = readRedis(options.redis);
  return {
    createClient,
    where,
    prefix: `${keyPrefix}${options.prefix ?? 'sluice:'}`,
    maxLength: options.maxLength ?? 1000,
    trim: options.trim ?? 'approximate',
    keepFor: options.keepFor,
    timeout: options.timeout ?? 4000,
    waitAtStart: options.waitAtStart ?? false,
    waitToPublish: options.waitToPublish ?? false,
    waitingLimit: options.waitingLimit ?? 10_000,
    onError: options.onError ?? warn,
  };
}

function warn(error: RedisBrokerError): void {
  process.emitWarning(error);
}

function readRedis(redis: RedisBrokerOptions['redis']): {
  keyPrefix: string;
  where: string;
  createClient: (forced: RedisOptions) => Redis;
} {
  if (typeof redis === 'object' && isClient(redis)) {
    const { options } = redis;
    return {
      keyPrefix: options.keyPrefix ?? '',
      where: `RedisBroker at ${describeOptions(options)} (option redis)`,
      createClient: (forced) => redis.duplicate({ ...forced, replyMapping: 'legacy' }),
    };
  }
  if (typeof redis === 'object') {
    return {
      keyPrefix: redis.keyPrefix ?? '',
      where: `RedisBroker at ${describeOptions(redis)} (option redis)`,
      createClient: (forced) => new Redis({ ...redis, ...forced, replyMapping: 'legacy' }),
    };
  }
  const address = redis ?? ADDRESS_DEFAULT;
  const shown = new URL(address);
  if (shown.password !== '') shown.password = '***';
  const option = redis === undefined ? 'the default of the option redis' : 'option redis';
  return {
    keyPrefix: '',
    where: `RedisBroker at ${shown.href} (${option})`,
    createClient: (forced) => new Redis(address, { ...forced, replyMapping: 'legacy' }),
  };
}

function describeOptions({ path, host, port, sentinels, name }: RedisOptions): string {
  if (sentinels !== undefined) return `the sentinels of ${name ?? 'mymaster'}`;
  if (path !== undefined) return path;
  return `${host ?? 'localhost'}:${port ?? 6379}`;
}

interface Fault {
  readonly problem: string;
  readonly fix: string;
}

function check(
  option: string,
  value: unknown,
  isValid: (value: unknown) => boolean,
  expected: string,
): Fault | undefined {
  if (value === undefined || isValid(value)) return undefined;
  return { problem: `${option} is ${show(value)}`, fix: `use ${expected}` };
}

function checkCount(option: string, value: unknown, least: number): Fault | undefined {
  return check(
    option,
    value,
    (given) => Number.isSafeInteger(given) && (given as number) >= least && (given as number) < 2 ** 31,
    `an integer from ${least}`,
  );
}

function findRedisFault(redis: unknown): Fault | undefined {
  if (redis instanceof Cluster || (typeof redis === 'object' && redis !== null && hasCluster(redis))) {
    return { problem: 'redis is a client of a cluster', fix: 'use a Redis that is no cluster' };
  }
  return check(
    'redis',
    redis,
    (value) => (typeof value === 'string' ? isAddress(value) : typeof value === 'object' && value !== null),
    "an address such as 'redis://127.0.0.1:6379', options of ioredis, or a client of it",
  );
}

function hasCluster(redis: object): boolean {
  return 'isCluster' in redis && redis.isCluster === true;
}

function isClient(redis: Redis | RedisOptions): redis is Redis {
  return 'duplicate' in redis && typeof redis.duplicate === 'function';
}

function isAddress(text: string): boolean {
  return /^rediss?:\/\//.test(text) && URL.canParse(text);
}

function isKey(text: string): boolean {
  return !text.includes('\0');
}

function show(value: unknown): string {
  // An address may hold a password.
  if (typeof value === 'string') return value.includes('@') ? 'text' : `'${value}'`;
  return typeof value === 'number' ? String(value) : value === null ? 'null' : typeof value;
}
