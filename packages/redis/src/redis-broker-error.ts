/** What a {@link RedisBrokerError} can be, in one sentence each; the README has a line for each. */
export const REDIS_CODES = {
  REDIS_OPTIONS_INVALID: 'The options of a RedisBroker are not valid.',
  REDIS_UNREACHABLE: 'Nothing answers at the address, or the connection is broken.',
  REDIS_REFUSED:
    'Redis does not let in, or does not allow a command: the password, the user, or what the user may do.',
  REDIS_NOT_ANSWERING: 'Redis is connected and did not answer in time.',
  REDIS_LOADING: 'Redis is reading its data from disk.',
  REDIS_READ_ONLY: 'The Redis at the address is a replica, which takes no events.',
  REDIS_OUT_OF_MEMORY: 'Redis has reached its maxmemory, and takes no events.',
  REDIS_KEY_TAKEN: 'The key of a channel holds something that is no stream.',
  REDIS_CLUSTER: 'The Redis at the address is a node of a cluster that does not have the key.',
  REDIS_FAILED: 'Redis answered with another error.',
  REDIS_UNCERTAIN: 'The connection broke before Redis answered: the event may have been stored.',
  REDIS_WAITING_FULL: 'Too many events wait for Redis.',
  REDIS_ENTRY_FOREIGN: 'A stream holds an entry that no broker wrote.',
  REDIS_CLOSED: 'The broker was closed.',
} as const;

export type RedisCode = keyof typeof REDIS_CODES;

/** What is wrong between a broker and its Redis: `CODE: where → what is wrong → what to do`. */
export class RedisBrokerError extends Error {
  override readonly name = 'RedisBrokerError';
  readonly code: RedisCode;

  constructor(code: RedisCode, where: string, problem: string, fix: string, options?: ErrorOptions) {
    super(`${code}: ${where} → ${problem} → ${fix}`, options);
    this.code = code;
  }
}

type Answer = readonly [begins: RegExp, code: RedisCode, fix: string];

// What Redis says, by its first word, and a few errors of sockets.
const ANSWERS: readonly Answer[] = [
  [
    /^(?:NOAUTH|WRONGPASS|ERR (?:invalid password|AUTH)|ERR Client sent AUTH)/i,
    'REDIS_REFUSED',
    'put the user and the password into the option redis (REDIS_URL): redis://user:password@host:port',
  ],
  [
    /^NOPERM/,
    'REDIS_REFUSED',
    'give the user the commands and keys that the README of @sluice/redis names (ACL SETUSER)',
  ],
  [/^ERR max number of clients/, 'REDIS_REFUSED', 'raise maxclients of Redis, or use fewer connections'],
  [/^DENIED/, 'REDIS_REFUSED', 'set a password, or protected-mode of Redis'],
  [/^(?:LOADING|BUSY)/, 'REDIS_LOADING', 'wait; waitAtStart and waitToPublish do so by themselves'],
  [
    /^(?:READONLY|MASTERDOWN|MISCONF|NOREPLICAS|UNBLOCKED)/,
    'REDIS_READ_ONLY',
    'let the option redis (REDIS_URL) name the primary, or set right what keeps it from writing',
  ],
  [
    /^OOM/,
    'REDIS_OUT_OF_MEMORY',
    'raise maxmemory of Redis, or keep less: history of the channels, maxLength and keepFor of the broker',
  ],
  [/^WRONGTYPE/, 'REDIS_KEY_TAKEN', 'give the broker a prefix of its own (option prefix)'],
  [/^(?:MOVED|ASK|CROSSSLOT|CLUSTERDOWN)/, 'REDIS_CLUSTER', 'use a Redis that is no cluster'],
  [
    /^(?:Socket timeout|connect ETIMEDOUT)/,
    'REDIS_NOT_ANSWERING',
    'look what holds it up, or raise the option timeout; a wrong address in redis (REDIS_URL) does so too',
  ],
];

/** The same problem in the words of this package, with the setting that it is about. */
export function toBrokerError(error: unknown, where: string): RedisBrokerError {
  if (error instanceof RedisBrokerError) return error;
  const message = readMessage(error);
  const known = ANSWERS.find(([begins]) => begins.test(message));
  const fromRedis = isReply(error);
  const [, code, fix] = known ?? [
    undefined,
    fromRedis ? 'REDIS_FAILED' : 'REDIS_UNREACHABLE',
    fromRedis
      ? 'look up the error in the documentation of Redis'
      : 'start Redis there, or put its address into the option redis (REDIS_URL): redis://host:port',
  ];
  return new RedisBrokerError(code, where, message, fix, { cause: error });
}

/** Whether Redis itself said so. */
export function isReply(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'name' in error && error.name === 'ReplyError';
}

/** Errors of several addresses at once (`localhost`) have an empty message. */
function readMessage(error: unknown): string {
  const { message, errors, code } = Object(error) as { message?: string; errors?: unknown[]; code?: string };
  if (message !== undefined && message !== '') return message;
  return errors?.map(readMessage).join('; ') ?? code ?? String(error);
}
