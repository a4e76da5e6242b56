import { TaskQueueError, type TaskQueueCode } from '@sluice/tasks';
import { isError } from '@sluice/tasks/internal';

type Answer = readonly [begins: RegExp, code: TaskQueueCode, fix: string];

// What Redis says, by its first word.
const ANSWERS: readonly Answer[] = [
  [
    /^(?:WRONGPASS|NOAUTH|NOPERM|ERR (?:AUTH|invalid password|DB index|invalid DB))/i,
    'REDIS_REFUSED',
    'write the right user, password and database into `redis`: redis://user:password@host:port/0',
  ],
  [
    /^(?:LOADING|BUSY)/,
    'REDIS_UNREACHABLE',
    'wait until it has read its data; `waitForRedis: true` does so at the start, `commandTimeout` says how long a call waits',
  ],
  [
    /^(?:READONLY|MASTERDOWN|MISCONF|NOREPLICAS|UNBLOCKED)/,
    'QUEUE_WRITE_FAILED',
    'let `redis` name the primary, or set right what keeps it from writing',
  ],
  [
    /^OOM/,
    'QUEUE_WRITE_FAILED',
    'raise maxmemory of Redis, or keep less of what is done: `keepDone`; nothing was stored',
  ],
];

/** The same problem in the words of this package, with the setting that it is about; undefined where Redis did not say it. */
export function toAnswerError(where: string, thrown: unknown): TaskQueueError | undefined {
  const message = isError(thrown) ? thrown.message : String(thrown);
  const answer = ANSWERS.find(([begins]) => begins.test(message));
  if (answer !== undefined) {
    const [, code, fix] = answer;
    return new TaskQueueError(code, `${where} → ${message} → ${fix}`, { cause: thrown });
  }
  // What Redis itself says begins with a word in capitals; all else is about the way there.
  if (!/^[A-Z]{3,} /.test(message)) return undefined;
  const fix = 'look up the error in the documentation of Redis';
  return new TaskQueueError('QUEUE_WRITE_FAILED', `${where} → ${message} → ${fix}`, { cause: thrown });
}
