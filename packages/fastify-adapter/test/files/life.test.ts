// `background` and `deleteAfter` in every ending of a response with a file.
import { existsSync } from 'node:fs';
import { symlink, truncate } from 'node:fs/promises';

import { BackgroundTask, FileResponse, type FileInit } from '@sluice/core';

import { FileServer } from '../support/file-server.js';
import { until } from '../support/http-client.js';
import type { RequestFields } from '../support/raw-request.js';

const SMALL = Buffer.from('0123456789');
const LARGE = Buffer.alloc(24 * 1024 * 1024, 'x');

let files: FileServer;
let hookFails = false;
let count = 0;
beforeAll(async () => {
  files = await FileServer.start({ drainTimeout: 50 }, (app) => {
    app.addHook('onSend', (_request, _reply, payload, done) => {
      const fails = hookFails;
      hookFails = false;
      if (fails) done(new Error('in a hook'));
      else done(null, payload);
    });
  });
});
afterAll(() => files.close());

/** A file of its own, a response that deletes it, and what its task saw. */
async function prepare(content: Buffer, init: FileInit = {}) {
  const filePath = await files.write(`temporary/${(count += 1)}.bin`, content);
  const seen: string[] = [];
  const background = new BackgroundTask(async () => {
    await new Promise((resolve) => setImmediate(resolve));
    seen.push(existsSync(filePath) ? 'task, file there' : 'task, file gone');
  });
  const answer = () => new FileResponse(filePath, { background, deleteAfter: true, ...init });
  return { filePath, seen, answer };
}

const gone = (filePath: string): Promise<void> =>
  until(() => !existsSync(filePath), 'the file to be deleted');

const ANSWERED: [name: string, status: number, fields: RequestFields, method?: string, init?: FileInit][] = [
  ['RFC 9110 §15.3.1: a 200', 200, {}],
  ['RFC 9110 §9.3.2: HEAD', 200, {}, 'HEAD'],
  ['RFC 9110 §9.3.3: POST', 200, {}, 'POST'],
  ['RFC 9110 §15.3.7: a 206', 206, { range: 'bytes=0-1' }],
  ['RFC 9110 §15.3.7.2: a 206 of several parts', 206, { range: 'bytes=0-1,5-6' }],
  ['RFC 9110 §15.4.5: a 304', 304, { 'if-none-match': '*' }],
  ['RFC 9110 §15.4.5: a 304 to HEAD', 304, { 'if-none-match': '*' }, 'HEAD'],
  ['RFC 9110 §15.5.13: a 412', 412, { 'if-match': '"other"' }],
  ['RFC 9110 §15.5.17: a 416', 416, { range: 'bytes=99-' }],
  ['RFC 9110 §15.5.5: a status of 404 that the program gave', 404, {}, 'GET', { statusCode: 404 }],
  ['RFC 9110 §15.3.5: a status of 204 that the program gave', 204, {}, 'GET', { statusCode: 204 }],
];

describe.each(ANSWERED)('%s', (_name, status, fields, method = 'GET', init = {}) => {
  it('runs the task, and then deletes the file', async () => {
    const { answer, filePath, seen } = await prepare(SMALL, init);
    expect((await files.ask(answer, fields, method)).status).toBe(status);
    await gone(filePath);
    expect(seen).toEqual(['task, file there']);
  });

  it('leaves a file alone that is not temporary', async () => {
    const { answer, filePath, seen } = await prepare(SMALL, { ...init, deleteAfter: false });
    await files.ask(answer, fields, method);
    await until(() => seen.length > 0, 'the task');
    // Two turns more than a deletion would need to begin.
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect([existsSync(filePath), seen]).toEqual([true, ['task, file there']]);
  });
});

describe('an ending without an answer', () => {
  it('RFC 9112 §9.6: a client that leaves in the middle: the task runs, and the file is deleted', async () => {
    const { answer, filePath, seen } = await prepare(LARGE);
    (await files.request(answer).started()).leave();
    await gone(filePath);
    expect(seen).toEqual(['task, file there']);
    await until(() => files.openFiles().length === 0, 'the descriptor');
  });

  it('RFC 9112 §9.3.2: a client that leaves while the response queues behind another', async () => {
    const { answer, filePath, seen } = await prepare(LARGE);
    const next = await prepare(SMALL);
    const request = files.request(answer, { connection: 'keep-alive' });
    request.socket.write(`GET ${files.route(next.answer)} HTTP/1.1\r\nhost: localhost\r\n\r\n`);
    await request.started();
    request.leave();
    await Promise.all([gone(filePath), gone(next.filePath)]);
    expect([seen, next.seen]).toEqual([['task, file there'], ['task, file there']]);
  });

  it('RFC 9112 §8: a file that becomes shorter: the tasks are dropped, the file is deleted', async () => {
    const { answer, filePath, seen } = await prepare(LARGE);
    const request = await files.request(answer).started();
    await truncate(filePath, 10);
    expect((await request.response()).complete).toBe(false);
    await gone(filePath);
    expect(seen).toEqual([]);
  });

  it.each([
    ['a 200', {}],
    ['a 206', { range: 'bytes=0-1' }],
    ['a 304', { 'if-none-match': '*' }],
    ['a 412', { 'if-match': '"other"' }],
    ['a 416', { range: 'bytes=99-' }],
  ])(
    'RFC 9110 §15.6.1: a hook that throws on %s: the tasks are dropped, the file is deleted',
    async (_what, fields) => {
      const { answer, filePath, seen } = await prepare(SMALL);
      hookFails = true;
      expect((await files.ask(answer, fields)).status).toBe(500);
      await gone(filePath);
      expect(seen).toEqual([]);
    },
  );

  it('RFC 9110 §15.5.5: a file that is gone already is no trouble', async () => {
    const from = files.server.log.length;
    const response = await files.ask(
      () => new FileResponse(`${files.folder}/missing`, { deleteAfter: true }),
    );
    expect(response.status).toBe(404);
    expect(files.server.log.slice(from).filter(({ level }) => level >= 50)).toEqual([]);
  });

  it('RFC 9110 §17.3: a name that is refused below a root deletes nothing', async () => {
    const { filePath } = await prepare(SMALL);
    const options: FileInit = { root: `${files.folder}/other`, deleteAfter: true };
    await files.write('other/a.txt');
    const name = filePath.replace(files.folder, '..');
    expect((await files.askFor(name, (asked) => new FileResponse(asked, options))).status).toBe(404);
    const folder = await files.ask(() => new FileResponse(`${files.folder}/other`, { deleteAfter: true }));
    expect(folder.status).toBe(404);
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect([existsSync(filePath), existsSync(`${files.folder}/other/a.txt`)]).toEqual([true, true]);
  });

  it('RFC 9110 §17.3: a link that leads out of a root deletes nothing, and no status changes that', async () => {
    const { filePath } = await prepare(SMALL);
    await files.write('other/a.txt');
    await symlink('../temporary', `${files.folder}/other/beside`);
    const options: FileInit = { root: `${files.folder}/other`, deleteAfter: true, statusCode: 204 };
    const name = filePath.replace(`${files.folder}/temporary`, 'beside');
    expect((await files.askFor(name, (asked) => new FileResponse(asked, options))).status).toBe(404);
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(existsSync(filePath)).toBe(true);
  });

  it('deletes the file of a task that fails', async () => {
    const background = new BackgroundTask(() => {
      throw new Error('in a task');
    });
    const { answer, filePath } = await prepare(SMALL, { background });
    expect((await files.ask(answer)).status).toBe(200);
    await gone(filePath);
  });

  it('deletes the copy of a file that was deleted and made again while it was sent no more than once', async () => {
    const { answer, filePath, seen } = await prepare(LARGE);
    const [first, second] = await Promise.all([
      files.request(answer).started(),
      files.request(answer).started(),
    ]);
    const responses = await Promise.all([first.response(), second.response()]);
    expect(responses.map(({ complete }) => complete)).toEqual([true, true]);
    await gone(filePath);
    expect(seen).toHaveLength(2);
    expect(files.server.log.filter(({ level, msg }) => level >= 50 && msg.includes('ENOENT'))).toEqual([]);
  });

  it('deletes the file when the server closes', async () => {
    const own = await FileServer.start({ drainTimeout: 50 });
    const filePath = await own.write('temporary.bin', LARGE);
    const request = await own.request(() => new FileResponse(filePath, { deleteAfter: true })).started();
    await own.server.app.close();
    await gone(filePath);
    request.leave();
    await own.close();
  });
});
