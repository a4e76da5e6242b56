import path from 'node:path';

import type { FileBody } from '@sluice/core/internal';

import { FileRefused } from './file-refused.js';
import { resolvePath } from './resolve-path.js';

const body = (name: string, init: Partial<FileBody> = {}): FileBody => ({
  kind: 'file',
  path: name,
  root: undefined,
  allowDotFiles: false,
  followSymlinks: false,
  precompressed: [],
  deleteAfter: false,
  ...init,
});

test.each([
  ['a.txt', path.resolve('a.txt')],
  ['../a.txt', path.resolve('../a.txt')],
  ['/srv/.env', '/srv/.env'],
  ['/srv/a%2e.txt', '/srv/a%2e.txt'],
])('takes %j of the program as it is', (name, expected) => {
  expect(resolvePath(body(name))).toBe(expected);
});

test.each([
  ['a.txt', '/srv/a.txt'],
  ['sub//a.txt', '/srv/sub/a.txt'],
  ['%2e%2e%2fa.txt', '/srv/%2e%2e%2fa.txt'],
  ['a..b', '/srv/a..b'],
  ['c', '/srv/c'],
  ['1:a', '/srv/1:a'],
])('finds %j below the root', (name, expected) => {
  expect(resolvePath(body(name, { root: '/srv' }))).toBe(expected);
});

test.each([
  ['', 'it is empty'],
  ['a\0.txt', 'it holds NUL'],
  ['..\\a.txt', 'it holds a back-slash'],
  ['/etc/passwd', 'it is absolute'],
  ['c:a.txt', 'it is absolute'],
  ['Z:/a.txt', 'it is absolute'],
  ['sub/', 'it names a folder'],
  ['..', 'it leads upwards'],
  ['sub/../a.txt', 'it leads upwards'],
  ['.env', 'it is hidden: allowDotFiles is not set'],
  ['sub/.git/config', 'it is hidden: allowDotFiles is not set'],
  ['./a.txt', 'it is hidden: allowDotFiles is not set'],
])('refuses %j below a root: %s', (name, why) => {
  expect.assertions(2);
  try {
    resolvePath(body(name, { root: '/srv' }));
  } catch (error) {
    expect(error).toBeInstanceOf(FileRefused);
    expect(error).toMatchObject({
      statusCode: 404,
      reason: `${JSON.stringify(name)} below /srv is not sent: ${why}`,
    });
  }
});

test('finds hidden files where they are allowed, and still no way up', () => {
  const open = { root: '/srv', allowDotFiles: true };
  expect(resolvePath(body('.git/config', open))).toBe('/srv/.git/config');
  expect(() => resolvePath(body('.git/../../a.txt', open))).toThrow(FileRefused);
});
