import { readFileSync } from 'node:fs';
import path from 'node:path';

import { REDIS_CODES, toBrokerError } from './redis-broker-error.js';

const reply = (message: string): Error => Object.assign(new Error(message), { name: 'ReplyError' });

test.each<[string, string]>([
  ['NOAUTH Authentication required.', 'REDIS_REFUSED'],
  ['WRONGPASS invalid username-password pair or user is disabled.', 'REDIS_REFUSED'],
  ['ERR invalid password', 'REDIS_REFUSED'],
  ["NOPERM this user has no permissions to run the 'xadd' command", 'REDIS_REFUSED'],
  ['ERR max number of clients reached', 'REDIS_REFUSED'],
  ['DENIED Redis is running in protected mode', 'REDIS_REFUSED'],
  ['LOADING Redis is loading the dataset in memory', 'REDIS_LOADING'],
  ["READONLY You can't write against a read only replica.", 'REDIS_READ_ONLY'],
  ['MASTERDOWN Link with MASTER is down', 'REDIS_READ_ONLY'],
  ["OOM command not allowed when used memory > 'maxmemory'.", 'REDIS_OUT_OF_MEMORY'],
  ['WRONGTYPE Operation against a key holding the wrong kind of value', 'REDIS_KEY_TAKEN'],
  ['MOVED 3999 127.0.0.1:6381', 'REDIS_CLUSTER'],
  ['ERR something new', 'REDIS_FAILED'],
])('%s is %s', (message, code) => {
  const error = toBrokerError(reply(message), 'RedisBroker at redis://host (option redis)');
  expect(error.code).toBe(code);
  expect(error.message).toMatch(/^[A-Z_]+: RedisBroker at redis:\/\/host \(option redis\) → [^→]+ → [^→]+$/);
  expect(error.message).toContain(message);
  expect(toBrokerError(error, 'elsewhere')).toBe(error);
});

test('tells the errors of several addresses', () => {
  const error = new AggregateError([
    new Error('connect ECONNREFUSED ::1:1'),
    new Error('connect ECONNREFUSED 127.0.0.1:1'),
  ]);
  expect(toBrokerError(error, 'x').message).toContain(
    'connect ECONNREFUSED ::1:1; connect ECONNREFUSED 127.0.0.1:1',
  );
});

test('the README has a line for each code, and no other', () => {
  const readme = readFileSync(path.join(__dirname, '..', 'README.md'), 'utf8');
  const lines = [...readme.matchAll(/^\| `(REDIS_[A-Z_]+)` *\| (.*?) *\|$/gm)].map(([, code, text]) => [
    code,
    text,
  ]);
  expect(Object.fromEntries(lines)).toEqual(REDIS_CODES);
  expect(lines).toHaveLength(Object.keys(REDIS_CODES).length);
});
