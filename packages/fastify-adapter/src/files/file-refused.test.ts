import { FileRefused, toRefusal } from './file-refused.js';

const failure = (code: string) => Object.assign(new Error(`${code}: open '/srv/a.txt'`), { code });

test.each([
  ['ENOENT', 404],
  ['ENOTDIR', 404],
  ['ENAMETOOLONG', 404],
  ['ELOOP', 404],
  ['ENXIO', 404],
  ['ENODEV', 404],
  ['EISDIR', 404],
  ['EACCES', 403],
  ['EPERM', 403],
])('takes %s for %i, and tells the log alone', (code, statusCode) => {
  const refusal = toRefusal(failure(code), '/srv/a.txt');
  if (!(refusal instanceof FileRefused)) throw refusal;
  expect([refusal.statusCode, refusal.reason]).toEqual([
    statusCode,
    expect.stringMatching(new RegExp(String.raw`^/srv/a\.txt is not sent: .*${code}`)),
  ]);
  expect(`${refusal.message} ${String(refusal.detail)}`).not.toContain('/srv');
});

test.each(['EMFILE', 'ENFILE', 'EIO', 'ENOMEM'])(
  'leaves %s as it is: the trouble is the server’s',
  (code) => {
    const error = failure(code);
    expect(toRefusal(error, '/srv/a.txt')).toBe(error);
  },
);

test('leaves an error without a code as it is', () => {
  const error = new FileRefused(404, '/srv/a.txt', 'it is not a file');
  expect(toRefusal(error, '/srv/b.txt')).toBe(error);
});
