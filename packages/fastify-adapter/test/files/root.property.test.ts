// Hostile names below a root that has secrets above, beside and inside of it.
import { symlink } from 'node:fs/promises';
import path from 'node:path';

import { FileResponse } from '@sluice/core';
import fc from 'fast-check';

import { FileServer } from '../support/file-server.js';

const SECRET = 'SECRET';
const PUBLIC = 'for everyone';
let files: FileServer;
let root: string;

beforeAll(async () => {
  files = await FileServer.start({ fileCache: { maxBytes: 100_000 } });
  root = path.join(files.folder, 'srv', 'root');
  for (const name of [
    'secret',
    'secret.gz',
    'srv/secret',
    'srv/rooted/secret',
    'srv/root.txt',
    'srv/root/.env',
    'srv/root/.git/secret',
    'srv/roo/secret',
  ])
    await files.write(name, SECRET);
  for (const name of ['a', 'a.gz', 'sub/a', 'sub/deep/a', '%2e%2e', 'sub/%2e%2e%2fsecret', 'ü'])
    await files.write(`srv/root/${name}`, PUBLIC);
  await symlink('../secret', path.join(root, 'out'));
  await symlink('..', path.join(root, 'up'));
  await symlink(files.folder, path.join(root, 'sub', 'far'));
  await symlink('sub', path.join(root, 'in'));
  await symlink('../../secret', path.join(root, 'sub/a.gz'));
});
afterAll(() => files.close());

const segment = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      '..',
      '.',
      '',
      'a',
      'sub',
      'deep',
      'secret',
      'root',
      'rooted',
      'roo',
      'srv',
      'out',
      'up',
      'far',
      'in',
      '.env',
      '.git',
      'ü',
    ),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '%2e%2e',
      '%2E%2E',
      '.%2e',
      '%2e%2e%2fsecret',
      '..%2f',
      '%252e%252e',
      '%c0%ae%c0%ae',
      '．．',
      '..\\',
      '\\..',
      '..\0',
      'a\0',
      '...',
      '.. ',
      ' ..',
      '..;',
      '~',
      '~root',
      'C:',
      'c:',
      'file:',
      '$HOME',
      '*',
      'a.gz',
      '..\n',
      '\u2025',
      '\u202e..',
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
);
const separator = fc.constantFrom('/', '/', '/', '/', '//', '\\', '/./', '%2f', '%5c', '\0');
const name = fc
  .tuple(
    fc.constantFrom('', '', '', '/', '//', '\\', './', 'file://', 'C:\\'),
    fc.array(fc.tuple(segment, separator), { minLength: 1, maxLength: 7 }),
  )
  .chain(([start, pieces]) =>
    fc.constantFrom(`${start}${pieces.flat().slice(0, -1).join('')}`, `${start}${pieces.flat().join('')}`),
  );
/** Names that would lead to a secret, were they taken as they are: from the root, and by an absolute path. */
const aimed = fc
  .constantFrom('secret', 'srv/secret', 'srv/rooted/secret', 'srv/root/.env')
  .chain((target) =>
    fc.constantFrom(
      ...['..', 'sub/..', 'up', 'sub/far', 'a/..', 'in/..', 'sub\\..', '%2e%2e', '.'].map(
        (step) => `${step}/../${target}`,
      ),
      `../../${target}`,
      `sub/far/${target}`,
      `up/../${target}`,
      `sub/../../../${target}`,
      `in/far/${target}`,
    ),
  );

const below = (init: object) => (asked: string) => new FileResponse(asked, { root, ...init });
const absolute = (asked: string) =>
  new FileResponse(asked.replace('ROOT', root).replace('ABOVE', files.folder), { root });

describe.each([
  ['as it is', {}, true],
  ['with precompressed copies', { precompressed: ['gzip'] }, true],
  ['with hidden files allowed', { allowDotFiles: true }, false],
])('below a root %s', (_what, init, hidesDots) => {
  it('RFC 9110 §17.3: no name leads to a byte of a secret', async () => {
    const answer = below(init);
    let served = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.oneof({ weight: 3, arbitrary: name }, { weight: 1, arbitrary: aimed }),
        async (asked) => {
          const { status, body, headers } = await files.askFor(asked, answer, { 'accept-encoding': 'gzip' });
          if (status === 200) served += 1;
          else expect([status, body.toString()]).toEqual([404, '{"detail":"Not Found"}']);
          // Where hidden files are allowed, those inside of the root are no secrets.
          const isAllowed =
            !hidesDots &&
            status === 200 &&
            /(?:^|\/)\.(?:env|git\/secret)$/.test(path.posix.normalize(asked)) &&
            !asked.includes('..');
          if (!isAllowed) expect(body.toString()).not.toContain(SECRET);
          expect(JSON.stringify(headers)).not.toContain(files.folder);
        },
      ),
      {
        numRuns: 300,
        examples: [['a'], ['sub/a'], ['in/deep/a'], ['sub/%2e%2e%2fsecret'], ['./.git//secret']],
      },
    );
    expect(served).toBeGreaterThan(3);
  });
});

it('RFC 9110 §17.3: no absolute path leads anywhere, be it below the root', async () => {
  for (const asked of [
    'ROOT/a',
    'ABOVE/secret',
    'ROOT/../secret',
    'ROOT/out',
    '//ROOT/a',
    'file://ABOVE/secret',
    '/proc/self/environ',
    '/dev/zero',
  ]) {
    const { status, body } = await files.askFor(asked, absolute);
    expect([asked, status, body.toString()]).toEqual([asked, 404, '{"detail":"Not Found"}']);
  }
});
