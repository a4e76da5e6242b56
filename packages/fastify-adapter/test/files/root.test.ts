// Names of a request below a root: never a byte from outside of it, and no word about where it lies. Longer than other
// files: tables over one tree of files, links and traps.
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import path from 'node:path';

import { Controller, FileResponse, Get, Param, type FileInit } from '@sluice/core';

import { asNobody } from '../support/as-nobody.js';
import { FileServer } from '../support/file-server.js';
import { ask } from '../support/raw-request.js';
import { start, type TestServer } from '../support/start.js';

const SECRET = 'the secret';
let files: FileServer;
let root: string;
let unixServer: Server;

beforeAll(async () => {
  files = await FileServer.start();
  root = path.join(files.folder, 'public');
  // Others than root may look for files in it too.
  await chmod(files.folder, 0o755);
  for (const name of [
    'secret.txt',
    'public-too/secret.txt',
    'publi/secret.txt',
    'public/.env',
    'public/.git/config',
    'public/sub/.hidden',
  ])
    await files.write(name, SECRET);
  for (const name of [
    'a.txt',
    'sub/b.txt',
    'sub/deep/c.txt',
    'ü ö.txt',
    '日本.txt',
    '%2e%2e%2fa.txt',
    'a%20b.txt',
    '100%.txt',
    '~',
    '...txt..',
    'a..b',
    'index.html',
    'con.txt',
    '-rf',
    '$HOME',
    'a;b&c.txt',
    '"quoted".txt',
    "'single'.txt",
    'line\nbreak.txt',
    '<b>.txt',
    '#hash?query.txt',
    'a:b.txt',
  ])
    await files.write(`public/${name}`, `content of ${name}`);
  await symlink('a.txt', path.join(root, 'link-inside'));
  await symlink('sub', path.join(root, 'folder-inside'));
  await symlink('link-inside', path.join(root, 'link-to-link'));
  await symlink(path.join(root, 'a.txt'), path.join(root, 'link-absolute-inside'));
  await symlink('../secret.txt', path.join(root, 'link-out'));
  await symlink(path.join(files.folder, 'secret.txt'), path.join(root, 'link-absolute-out'));
  await symlink('..', path.join(root, 'folder-out'));
  await symlink('../public-too', path.join(root, 'folder-beside'));
  await symlink('link-out', path.join(root, 'link-to-link-out'));
  await symlink('../public/a.txt', path.join(root, 'link-out-and-in'));
  await symlink('.env', path.join(root, 'link-hidden'));
  await symlink('nowhere', path.join(root, 'link-broken'));
  await symlink('link-loop', path.join(root, 'link-loop'));
  await symlink('/proc/self/environ', path.join(root, 'link-environ'));
  await symlink('public', path.join(files.folder, 'link-to-root'));
  execFileSync('mkfifo', [path.join(root, 'fifo')]);
  unixServer = createServer().listen(path.join(root, 'socket'));
  await symlink('/dev/zero', path.join(root, 'link-zero'));
});
afterAll(async () => {
  unixServer.close();
  await files.close();
});

const SERVED: [name: string, content?: string | undefined, init?: FileInit][] = [
  ['a.txt'],
  ['sub/b.txt'],
  ['sub/deep/c.txt'],
  ['ü ö.txt'],
  ['日本.txt'],
  ['%2e%2e%2fa.txt'],
  ['a%20b.txt'],
  ['100%.txt'],
  ['~'],
  ['a..b'],
  ['-rf'],
  ['$HOME'],
  ['a;b&c.txt'],
  ['"quoted".txt'],
  ["'single'.txt"],
  ['line\nbreak.txt'],
  ['<b>.txt'],
  ['#hash?query.txt'],
  ['con.txt'],
  ['link-inside', 'content of a.txt'],
  ['link-to-link', 'content of a.txt'],
  ['link-absolute-inside', 'content of a.txt'],
  ['folder-inside/b.txt', 'content of sub/b.txt'],
  ['link-out', SECRET, { followSymlinks: true }],
  ['link-absolute-out', SECRET, { followSymlinks: true }],
  ['folder-beside/secret.txt', SECRET, { followSymlinks: true }],
  ['.env', SECRET, { allowDotFiles: true }],
  ['.git/config', SECRET, { allowDotFiles: true }],
  ['sub/.hidden', SECRET, { allowDotFiles: true }],
  ['...txt..', undefined, { allowDotFiles: true }],
];

describe('a name below a root is served', () => {
  it.each(SERVED)('RFC 9110 §17.3: %j', async (name, content = `content of ${name}`, init = {}) => {
    const response = await files.askFor(name, (asked) => new FileResponse(asked, { root, ...init }));
    expect([response.status, response.complete]).toEqual([200, true]);
    expect(response.body.toString()).toBe(content);
  });

  it('RFC 9110 §17.3: where the root itself is a symbolic link', async () => {
    const link = path.join(files.folder, 'link-to-root');
    const answer = (name: string) => new FileResponse(name, { root: link });
    expect((await files.askFor('a.txt', answer)).body.toString()).toBe('content of a.txt');
    expect((await files.askFor('link-inside', answer)).body.toString()).toBe('content of a.txt');
    expect((await files.askFor('link-out', answer)).status).toBe(404);
  });

  it('RFC 9110 §17.3: where the root is relative to the working directory', async () => {
    const relative = path.relative(process.cwd(), root);
    const answer = (name: string) => new FileResponse(name, { root: relative });
    expect((await files.askFor('sub/b.txt', answer)).body.toString()).toBe('content of sub/b.txt');
    expect((await files.askFor('../secret.txt', answer)).status).toBe(404);
  });

  it('RFC 9110 §17.3: where the root has a slash at its end, or a detour', async () => {
    for (const odd of [`${root}/`, `${root}/sub/..`, `${root}/./`]) {
      const answer = (name: string) => new FileResponse(name, { root: odd });
      expect((await files.askFor('a.txt', answer)).status).toBe(200);
      expect((await files.askFor('../public-too/secret.txt', answer)).status).toBe(404);
    }
  });
});

const OPEN: FileInit = { allowDotFiles: true, followSymlinks: true };
const REFUSED: [what: string, name: string, init?: FileInit][] = [
  ['an empty name', ''],
  ['a missing file', 'missing.txt'],
  ['a missing file below a file', 'a.txt/b.txt'],
  ['a folder', 'sub'],
  ['the root', '.'],
  ['the root, where dots are allowed', '.', OPEN],
  ['a slash at the end of a file', 'a.txt/'],
  ['a slash at the end of a folder', 'sub/'],
  ['a slash alone', '/'],
  ['one step up', '../secret.txt'],
  ['one step up, where all is allowed', '../secret.txt', OPEN],
  ['steps up further than there are folders', `${'../'.repeat(40)}etc/passwd`],
  ['steps up in the middle', 'sub/../../secret.txt'],
  ['steps up that stay inside', 'sub/../a.txt'],
  ['steps up at the end', 'sub/..'],
  ['two dots alone', '..'],
  ['a folder whose name begins like the root', '../public-too/secret.txt'],
  ['a folder whose name the root begins with', '../publi/secret.txt'],
  ['out and in again', '../public/a.txt'],
  ['an absolute path', '/etc/passwd'],
  ['an absolute path, where all is allowed', '/etc/passwd', OPEN],
  ['an absolute path with two slashes', '//etc/passwd'],
  ['back-slashes', '..\\secret.txt'],
  ['back-slashes that lead inside', 'sub\\b.txt'],
  ['a back-slash at the end', 'a.txt\\'],
  ['a path of a Windows share', '\\\\server\\share\\x'],
  ['a drive letter', 'C:\\Windows\\win.ini'],
  ['a drive letter with slashes', 'C:/Windows/win.ini'],
  ['a drive letter without a slash', 'c:a.txt'],
  ['NUL at the end', 'a.txt\0'],
  ['NUL before another ending', 'a.txt\0.png'],
  ['NUL alone', '\0'],
  ['encoded steps up', '%2e%2e/secret.txt'],
  ['encoded steps and slashes', '%2e%2e%2fsecret.txt'],
  ['steps up that are encoded twice', '%252e%252e%252fsecret.txt'],
  ['an overlong encoding', '%c0%ae%c0%ae/secret.txt'],
  ['a full-width full stop', '．．/secret.txt'],
  ['a hidden file', '.env'],
  ['a file in a hidden folder', '.git/config'],
  ['a hidden file in a folder', 'sub/.hidden'],
  ['three dots', '.../secret.txt'],
  ['a name that begins with dots', '...txt..'],
  ['a step to itself', './a.txt'],
  ['a step to itself in the middle', 'sub/./b.txt'],
  ['a link that leads out', 'link-out'],
  ['an absolute link that leads out', 'link-absolute-out'],
  ['a link to a link that leads out', 'link-to-link-out'],
  ['a folder that leads out', 'folder-out/secret.txt'],
  ['a folder that leads beside', 'folder-beside/secret.txt'],
  ['a folder that leads out, and in again', 'folder-out/secret.txt'],
  ['a link to the environment of the process', 'link-environ'],
  ['a link that leads nowhere', 'link-broken'],
  ['a link that leads nowhere, where links are followed', 'link-broken', OPEN],
  ['a link to itself', 'link-loop'],
  ['a link to itself, where links are followed', 'link-loop', OPEN],
  ['a FIFO', 'fifo'],
  ['a socket', 'socket'],
  ['a device', 'link-zero', OPEN],
  ['a name longer than a file system takes', 'x'.repeat(300)],
  ['a path longer than a file system takes', 'x/'.repeat(3000) + 'x'],
];

describe('a name below a root is not found', () => {
  it.each(REFUSED)('RFC 9110 §17.3: %s', async (_what, name, init = {}) => {
    const from = files.server.log.length;
    const headers = {
      etag: '"mine"',
      'cache-control': 'max-age=9',
      'last-modified': 'Thu, 01 Jan 2015 00:00:00 GMT',
    };
    const response = await files.askFor(
      name,
      (asked) => new FileResponse(asked, { root, filename: 'x.txt', headers, ...init }),
      { 'if-none-match': '*', range: 'bytes=0-5' },
    );
    expect([response.status, response.body.toString(), response.complete]).toEqual([
      404,
      '{"detail":"Not Found"}',
      true,
    ]);
    expect(response.headers['content-type']).toBe('application/json; charset=utf-8');
    for (const field of [
      'etag',
      'cache-control',
      'last-modified',
      'accept-ranges',
      'content-disposition',
      'content-range',
    ])
      expect(response.headers).not.toHaveProperty(field);
    expect(JSON.stringify(response.headers)).not.toContain(files.folder);
    const warnings = files.server.log.slice(from).filter(({ level }) => level >= 40);
    expect(warnings.map(({ level }) => level)).toEqual([40]);
    expect(warnings[0]?.msg).toContain('AnswersController.answer');
  });

  it("RFC 9110 §17.3: a hidden name that a link gives a plain one is the programmer's own", async () => {
    const response = await files.askFor('link-hidden', (name) => new FileResponse(name, { root }));
    // The rule is about the segments of the name; the link is one that stays inside.
    expect([response.status, response.body.toString()]).toEqual([200, SECRET]);
  });

  /** Puts two things in one place by turns, while it is asked for until both were met, and often besides. */
  async function askWhileItTurns(
    place: string,
    name: string,
    put: readonly [(target: string) => Promise<unknown>, (target: string) => Promise<unknown>],
  ): Promise<Map<string, number>> {
    const turning = new AbortController();
    const turner = (async () => {
      for (let time = 0; !turning.signal.aborted; time += 1) {
        await put[time % 2]?.(`${place}.next`);
        await rename(`${place}.next`, place);
      }
    })();
    const bodies = new Map<string, number>();
    const answer = (asked: string) => new FileResponse(asked, { root });
    for (let time = 0; time < 300 || bodies.size < 2; time += 1) {
      const body = (await files.askFor(name, answer)).body.toString();
      bodies.set(body, (bodies.get(body) ?? 0) + 1);
    }
    turning.abort();
    await turner;
    return bodies;
  }

  it('RFC 9110 §17.3: a file that becomes a link out between the check and the opening is never sent', async () => {
    const bodies = await askWhileItTurns(path.join(root, 'turning.txt'), 'turning.txt', [
      (target) => symlink('../secret.txt', target),
      (target) => writeFile(target, 'plain'),
    ]);
    expect([...bodies.keys()].sort()).toEqual(['plain', '{"detail":"Not Found"}']);
  });

  it('RFC 9110 §17.3: a folder that becomes a link out while it is asked for is never left', async () => {
    await files.write('public/plain-folder/secret.txt', 'plain');
    const bodies = await askWhileItTurns(path.join(root, 'turning'), 'turning/secret.txt', [
      (target) => symlink('../public-too', target),
      (target) => symlink('plain-folder', target),
    ]);
    expect([...bodies.keys()].sort()).toEqual(['plain', '{"detail":"Not Found"}']);
  });
});

describe('a file that may not be read', () => {
  it.each([
    ['RFC 9110 §15.5.4: below a root', (forbidden: string) => [path.basename(forbidden), root]],
    ['RFC 9110 §15.5.4: by a path of the program', (forbidden: string) => [forbidden, undefined]],
  ] as const)('%s is 403', async (_name, toArguments) => {
    const forbidden = await files.write('public/forbidden.txt', SECRET);
    await chmod(forbidden, 0);
    const [name, below] = toArguments(forbidden);
    const headers = { etag: '"mine"', 'cache-control': 'max-age=9' };
    const answer = (asked: string) =>
      new FileResponse(asked, below === undefined ? { headers } : { root: below, headers });
    const response = await asNobody(() => files.askFor(name ?? '', answer));
    expect([response.status, response.body.toString()]).toEqual([403, '{"detail":"Forbidden"}']);
    for (const field of ['etag', 'cache-control', 'last-modified', 'accept-ranges'])
      expect(response.headers).not.toHaveProperty(field);
    await rm(forbidden);
  });

  it('RFC 9110 §15.5.4: since its folder may not be searched', async () => {
    await files.write('public/locked/a.txt', SECRET);
    await chmod(path.join(root, 'locked'), 0);
    const answer = (name: string) => new FileResponse(name, { root });
    const { status, body } = await asNobody(() => files.askFor('locked/a.txt', answer));
    await chmod(path.join(root, 'locked'), 0o755);
    expect([status, body.toString()]).toEqual([403, '{"detail":"Forbidden"}']);
  });
});

describe('a path of the program itself', () => {
  it.each([
    ['a hidden file', () => path.join(root, '.env')],
    ['steps up', () => `${root}/../secret.txt`],
    ['a link that leads out', () => path.join(root, 'link-out')],
    [
      'a path that is relative to the working directory',
      () => path.relative(process.cwd(), path.join(files.folder, 'secret.txt')),
    ],
  ])('RFC 9110 §17.3: %s is served, since there is no root', async (_what, toPath) => {
    const response = await files.ask(() => new FileResponse(toPath()));
    expect([response.status, response.body.toString()]).toEqual([200, SECRET]);
  });

  it.each([
    ['a missing file', () => path.join(root, 'missing.txt')],
    ['a folder', () => root],
    ['a FIFO', () => path.join(root, 'fifo')],
    ['a file that is made as it is read', () => '/proc/self/status'],
    ['a socket', () => path.join(root, 'socket')],
    ['a device', () => '/dev/zero'],
    ['a device that is a terminal', () => '/dev/tty'],
  ])('RFC 9110 §15.5.5: %s is not found', async (_what, toPath) => {
    const response = await files.ask(
      () => new FileResponse(toPath(), { headers: { etag: '"mine"', 'cache-control': 'max-age=9' } }),
    );
    expect([response.status, response.body.toString()]).toEqual([404, '{"detail":"Not Found"}']);
    expect(response.headers).not.toHaveProperty('etag');
    expect(response.headers).not.toHaveProperty('cache-control');
  });

  it('RFC 9110 §15.6.1: an empty one is a fault of the program', async () => {
    expect((await files.ask(() => new FileResponse(''))).status).toBe(500);
    expect((await files.ask(() => new FileResponse('a\0b'))).status).toBe(500);
  });
});

it('RFC 9110 §17.3: refusals leave nothing open', async () => {
  await mkdir(path.join(root, 'sub', 'again'), { recursive: true });
  const answer = (name: string) => new FileResponse(name, { root });
  for (const [, name, init = {}] of REFUSED)
    await files.askFor(
      name,
      Object.keys(init).length === 0 ? answer : (asked) => new FileResponse(asked, { root, ...init }),
    );
  expect(files.openFiles()).toEqual([]);
});

describe('a name that is a part of the path of the request', () => {
  @Controller()
  class WildcardController {
    @Get('/files/*') file(@Param('*') name: string): FileResponse {
      return new FileResponse(name, { root });
    }
  }
  let server: TestServer;
  beforeAll(async () => {
    server = await start([WildcardController]);
  });
  afterAll(() => server.app.close());

  it.each([
    '',
    '%00',
    'nowhere',
    '..%2f..%2fpackage.json',
    '..%2fsecret.txt',
    '%252e%252e%252fx',
    'a.txt%2f',
    'sub',
    '%5c..%5cx',
    '.env',
    '%2e%2e/secret.txt',
    '../secret.txt',
    '..;/secret.txt',
  ])('RFC 9110 §17.3: is not found by %j', async (name) => {
    const { status, body } = await ask(server.port, `/files/${name}`);
    expect([status, JSON.parse(body.toString())]).toEqual([404, { detail: 'Not Found' }]);
  });

  it('RFC 9110 §4.2: is decoded once, by the server, and is then the name itself', async () => {
    expect((await ask(server.port, '/files/sub/deep/c.txt')).body.toString()).toBe(
      'content of sub/deep/c.txt',
    );
    expect((await ask(server.port, '/files/%C3%BC%20%C3%B6.txt')).body.toString()).toBe('content of ü ö.txt');
    expect((await ask(server.port, '/files/%252e%252e%252fa.txt')).body.toString()).toBe(
      'content of %2e%2e%2fa.txt',
    );
  });
});
