// Conditional requests, by the sections of RFC 9110. Longer than other files: tables that are read beside it.
import { runInThisContext } from 'node:vm';

import { FileResponse, type FileInit } from '@sluice/core';

import { FileServer, MODIFIED } from '../support/file-server.js';
import type { RequestFields } from '../support/raw-request.js';

const CONTENT = Buffer.from('0123456789');
/** Conditions in which these stand for the real ones. */
const TAG = '"the tag"';
const TIME = MODIFIED.toUTCString();
const BEFORE = new Date(MODIFIED.getTime() - 1000).toUTCString();
const AFTER = new Date(MODIFIED.getTime() + 1000).toUTCString();
const NOW = new Date().toUTCString();

/** The obsolete forms of a date (section 5.6.7). */
const toRfc850 = (date: Date, year = date.getUTCFullYear() % 100): string => {
  const day = date.toLocaleDateString('en', { weekday: 'long', timeZone: 'UTC' });
  const [, dayOfMonth, month, , time] = date.toUTCString().split(/,? /);
  return `${day}, ${dayOfMonth ?? ''}-${month ?? ''}-${String(year).padStart(2, '0')} ${time ?? ''} GMT`;
};
const toAsctime = (date: Date): string => {
  const [day, dayOfMonth, month, year, time] = date.toUTCString().split(/,? /);
  return `${day ?? ''} ${month ?? ''} ${String(Number(dayOfMonth)).padStart(2)} ${time ?? ''} ${year ?? ''}`;
};
const EARLY = new Date(Date.UTC(2024, 1, 2, 12));

let files: FileServer;
let filePath: string;
let tag: string;
beforeAll(async () => {
  files = await FileServer.start();
  filePath = await files.write('digits.txt', CONTENT);
  tag = (await files.ask(() => new FileResponse(filePath))).headers.etag ?? '';
});
afterAll(() => files.close());

/** Puts the tag of the file where a row has the one that stands for it. */
const toReal = (fields: RequestFields): RequestFields =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === 'string' ? value.replaceAll(TAG, tag) : value.map((one) => one.replaceAll(TAG, tag)),
    ]),
  );

type Row = readonly [name: string, fields: RequestFields, status: number, init?: FileInit, method?: string];

const IF_MATCH: Row[] = [
  ['RFC 9110 §13.1.1: `*` is true of a file that is there', { 'if-match': '*' }, 200],
  ['RFC 9110 §13.1.1: the tag is true', { 'if-match': TAG }, 200],
  ['RFC 9110 §13.1.1: another tag is false', { 'if-match': '"other"' }, 412],
  ['RFC 9110 §13.1.1: a list that has the tag is true', { 'if-match': `"other", ${TAG}` }, 200],
  ['RFC 9110 §13.1.1: a list without it is false', { 'if-match': '"other", "more"' }, 412],
  ['RFC 9110 §5.6.1: a list may have no spaces', { 'if-match': `"other",${TAG}` }, 200],
  ['RFC 9110 §5.6.1: a list may have empty elements', { 'if-match': `, ,${TAG},` }, 200],
  ['RFC 9110 §5.3: a list may come in several lines', { 'if-match': ['"other"', TAG] }, 200],
  ['RFC 9110 §8.8.3.2: the comparison is strong, so a weak tag is false', { 'if-match': `W/${TAG}` }, 412],
  [
    'RFC 9110 §8.8.3.2: a weak tag of the user is never strong',
    { 'if-match': 'W/"mine"' },
    412,
    { headers: { etag: 'W/"mine"' } },
  ],
  [
    'RFC 9110 §8.8.3.2: a weak tag of the user does not match its opaque part',
    { 'if-match': '"mine"' },
    412,
    { headers: { etag: 'W/"mine"' } },
  ],
  [
    'RFC 9110 §13.1.1: a tag of the user is what counts',
    { 'if-match': '"mine"' },
    200,
    { headers: { etag: '"mine"' } },
  ],
  [
    'RFC 9110 §13.1.1: the tag of the file does not count beside one of the user',
    { 'if-match': TAG },
    412,
    { headers: { etag: '"mine"' } },
  ],
  [
    'RFC 9110 §8.8.3: a comma inside of a tag separates nothing',
    { 'if-match': '"x", "a, b"' },
    200,
    { headers: { etag: '"a, b"' } },
  ],
  [
    'RFC 9110 §8.8.3: half of a tag with a comma is not the tag',
    { 'if-match': '"a", "b"' },
    412,
    { headers: { etag: '"a, b"' } },
  ],
  ['RFC 9110 §8.8.3: tags differ in case', { 'if-match': '"MINE"' }, 412, { headers: { etag: '"mine"' } }],
  [
    'RFC 9110 §8.8.3: a tag without quotes is none',
    { 'if-match': 'mine' },
    412,
    { headers: { etag: '"mine"' } },
  ],
  ['RFC 9110 §13.1.1: `*` in quotes is a tag', { 'if-match': '"*"' }, 412],
  ['RFC 9110 §13.2.1: HEAD has conditions', { 'if-match': '"other"' }, 412, {}, 'HEAD'],
  ['RFC 9110 §13.2.1: POST has done its work', { 'if-match': '"other"' }, 200, {}, 'POST'],
  ['RFC 9110 §13.2.1: PUT has done its work', { 'if-match': '"other"' }, 200, {}, 'PUT'],
  ['RFC 9110 §13.2.1: a 404 stays a 404', { 'if-match': '"other"' }, 404, { statusCode: 404 }],
  ['RFC 9110 §13.2.1: a 203 is a success', { 'if-match': '"other"' }, 412, { statusCode: 203 }],
];

const IF_UNMODIFIED_SINCE: Row[] = [
  ['RFC 9110 §13.1.4: the time of the change is true', { 'if-unmodified-since': TIME }, 200],
  ['RFC 9110 §13.1.4: a second before is false', { 'if-unmodified-since': BEFORE }, 412],
  ['RFC 9110 §13.1.4: later is true', { 'if-unmodified-since': AFTER }, 200],
  ['RFC 9110 §5.6.7: a date of RFC 850 is read', { 'if-unmodified-since': toRfc850(EARLY) }, 412],
  ['RFC 9110 §5.6.7: a date of asctime is read', { 'if-unmodified-since': toAsctime(EARLY) }, 412],
  ['RFC 9110 §13.1.4: no date at all is ignored', { 'if-unmodified-since': 'yesterday' }, 200],
  ['RFC 9110 §13.1.4: a number is no date', { 'if-unmodified-since': '0' }, 200],
  ['RFC 9110 §13.1.4: ISO 8601 is no HTTP-date', { 'if-unmodified-since': '2001-01-01T00:00:00Z' }, 200],
  [
    'RFC 9110 §13.1.4: a date of the user is what counts',
    { 'if-unmodified-since': BEFORE },
    200,
    { headers: { 'last-modified': BEFORE } },
  ],
  ['RFC 9110 §13.2.1: HEAD has conditions', { 'if-unmodified-since': BEFORE }, 412, {}, 'HEAD'],
  ['RFC 9110 §13.2.1: POST has done its work', { 'if-unmodified-since': BEFORE }, 200, {}, 'POST'],
];

const IF_NONE_MATCH: Row[] = [
  ['RFC 9110 §13.1.2: the tag is false', { 'if-none-match': TAG }, 304],
  ['RFC 9110 §13.1.2: another tag is true', { 'if-none-match': '"other"' }, 200],
  ['RFC 9110 §13.1.2: `*` is false of a file that is there', { 'if-none-match': '*' }, 304],
  ['RFC 9110 §13.1.2: a list that has the tag is false', { 'if-none-match': `"other", ${TAG}, "more"` }, 304],
  ['RFC 9110 §13.1.2: a list without it is true', { 'if-none-match': '"other", "more"' }, 200],
  [
    'RFC 9110 §5.6.1: a list may have no spaces and empty elements',
    { 'if-none-match': `,"other",,${TAG}` },
    304,
  ],
  ['RFC 9110 §5.3: a list may come in several lines', { 'if-none-match': ['"other"', TAG] }, 304],
  ['RFC 9110 §8.8.3.2: the comparison is weak, so a weak tag counts', { 'if-none-match': `W/${TAG}` }, 304],
  [
    'RFC 9110 §8.8.3.2: a weak tag of the user matches itself',
    { 'if-none-match': 'W/"mine"' },
    304,
    { headers: { etag: 'W/"mine"' } },
  ],
  [
    'RFC 9110 §8.8.3.2: a weak tag of the user matches its strong form',
    { 'if-none-match': '"mine"' },
    304,
    { headers: { etag: 'W/"mine"' } },
  ],
  [
    'RFC 9110 §8.8.3: the weak mark is a capital letter',
    { 'if-none-match': 'w/"mine"' },
    200,
    { headers: { etag: '"mine"' } },
  ],
  [
    'RFC 9110 §13.1.2: the tag of the file does not count beside one of the user',
    { 'if-none-match': TAG },
    200,
    { headers: { etag: '"mine"' } },
  ],
  [
    'RFC 9110 §8.8.3: a comma inside of a tag separates nothing',
    { 'if-none-match': '"a, b"' },
    304,
    { headers: { etag: '"a, b"' } },
  ],
  [
    'RFC 9110 §8.8.3: a tag inside of another is not that tag',
    { 'if-none-match': '"x, "b", y"' },
    200,
    { headers: { etag: '"y"' } },
  ],
  [
    'RFC 9110 §8.8.3: half of a tag with a comma is not the tag',
    { 'if-none-match': '"a", " b"' },
    200,
    { headers: { etag: '"a, b"' } },
  ],
  [
    'RFC 9110 §8.8.3: a tag without quotes is none',
    { 'if-none-match': 'mine' },
    200,
    { headers: { etag: '"mine"' } },
  ],
  ['RFC 9110 §8.8.3: an empty tag is a tag', { 'if-none-match': '""' }, 304, { headers: { etag: '""' } }],
  [
    'RFC 9111 §5.2.1.4: `no-cache` is for caches on the way',
    { 'if-none-match': TAG, 'cache-control': 'no-cache' },
    304,
  ],
  ['RFC 9111 §5.4: so is `Pragma: no-cache`', { 'if-none-match': TAG, pragma: 'no-cache' }, 304],
  ['RFC 9110 §13.2.1: HEAD has conditions', { 'if-none-match': TAG }, 304, {}, 'HEAD'],
  ['RFC 9110 §13.2.1: POST has done its work', { 'if-none-match': TAG }, 200, {}, 'POST'],
  ['RFC 9110 §13.2.1: a 404 stays a 404', { 'if-none-match': TAG }, 404, { statusCode: 404 }],
  ['RFC 9110 §13.2.1: a 500 stays a 500', { 'if-none-match': '*' }, 500, { statusCode: 500 }],
  ['RFC 9110 §13.2.1: a 203 is a success', { 'if-none-match': TAG }, 304, { statusCode: 203 }],
];

/** Years of two digits that are 51 and 10 years ahead of now. */
const yearAhead = (years: number): number => (new Date().getUTCFullYear() + years) % 100;

const IF_MODIFIED_SINCE: Row[] = [
  [
    'RFC 9110 §13.1.3: the time of the change is false, whatever its fraction',
    { 'if-modified-since': TIME },
    304,
  ],
  ['RFC 9110 §13.1.3: a second before is true', { 'if-modified-since': BEFORE }, 200],
  ['RFC 9110 §13.1.3: later is false', { 'if-modified-since': NOW }, 304],
  ['RFC 9110 §5.6.7: a date of RFC 850 is read', { 'if-modified-since': toRfc850(MODIFIED) }, 304],
  ['RFC 9110 §5.6.7: an early date of RFC 850 is read', { 'if-modified-since': toRfc850(EARLY) }, 200],
  [
    'RFC 9110 §5.6.7: a year of two digits that looks more than 50 years ahead is past',
    { 'if-modified-since': toRfc850(EARLY, yearAhead(51)) },
    200,
  ],
  [
    'RFC 9110 §5.6.7: a year of two digits that is 10 years ahead is to come',
    { 'if-modified-since': toRfc850(EARLY, yearAhead(10)) },
    304,
  ],
  ['RFC 9110 §5.6.7: a date of asctime is read', { 'if-modified-since': toAsctime(MODIFIED) }, 304],
  [
    'RFC 9110 §5.6.7: a date of asctime with a day of one digit is read',
    { 'if-modified-since': toAsctime(EARLY) },
    200,
  ],
  ['RFC 9110 §13.1.3: no date at all is ignored', { 'if-modified-since': 'tomorrow' }, 200],
  ['RFC 9110 §13.1.3: a number is no date', { 'if-modified-since': '99999999999' }, 200],
  ['RFC 9110 §13.1.3: a year is no date', { 'if-modified-since': '2099' }, 200],
  ['RFC 9110 §13.1.3: ISO 8601 is no HTTP-date', { 'if-modified-since': '2099-01-01T00:00:00Z' }, 200],
  [
    'RFC 9110 §13.1.3: a date of mail with an offset is no HTTP-date',
    { 'if-modified-since': 'Thu, 01 Jan 2099 00:00:00 +0000' },
    200,
  ],
  [
    'RFC 9110 §13.1.3: a date without GMT is no HTTP-date',
    { 'if-modified-since': 'Thu, 01 Jan 2099 00:00:00' },
    200,
  ],
  [
    'RFC 9110 §13.1.3: a length behind the date is no HTTP-date',
    { 'if-modified-since': 'Thu, 01 Jan 2099 00:00:00 GMT; length=10' },
    200,
  ],
  [
    'RFC 9110 §13.1.3: an hour of 25 is no HTTP-date',
    { 'if-modified-since': 'Thu, 01 Jan 2099 25:00:00 GMT' },
    200,
  ],
  ['RFC 9110 §13.1.3: an empty field is ignored', { 'if-modified-since': '' }, 200],
  [
    'RFC 9110 §13.1.3: a date of the user is what counts',
    { 'if-modified-since': BEFORE },
    304,
    { headers: { 'last-modified': BEFORE } },
  ],
  [
    'RFC 9111 §5.2.1.4: `no-cache` is for caches on the way',
    { 'if-modified-since': TIME, 'cache-control': 'no-cache' },
    304,
  ],
  ['RFC 9110 §13.1.3: HEAD has the condition', { 'if-modified-since': TIME }, 304, {}, 'HEAD'],
  ['RFC 9110 §13.1.3: POST has not', { 'if-modified-since': TIME }, 200, {}, 'POST'],
  ['RFC 9110 §13.2.1: a 404 stays a 404', { 'if-modified-since': TIME }, 404, { statusCode: 404 }],
];

const ONE = { range: 'bytes=0-0' };
const PRECEDENCE: Row[] = [
  [
    'RFC 9110 §13.2.2 step 1: If-Match that is false ends it',
    { 'if-match': '"other"', 'if-none-match': TAG },
    412,
  ],
  [
    'RFC 9110 §13.2.2 step 1: If-Match that is true goes on to If-None-Match',
    { 'if-match': TAG, 'if-none-match': TAG },
    304,
  ],
  [
    'RFC 9110 §13.2.2 step 1: If-Match goes on to If-Modified-Since',
    { 'if-match': TAG, 'if-modified-since': TIME },
    304,
  ],
  [
    'RFC 9110 §13.2.2 step 2: If-Unmodified-Since counts only without If-Match',
    { 'if-match': TAG, 'if-unmodified-since': BEFORE },
    200,
  ],
  [
    'RFC 9110 §13.2.2 step 2: a true If-Unmodified-Since does not mend If-Match',
    { 'if-match': '"other"', 'if-unmodified-since': TIME },
    412,
  ],
  [
    'RFC 9110 §13.2.2 step 2: If-Unmodified-Since that is false ends it',
    { 'if-unmodified-since': BEFORE, 'if-none-match': TAG },
    412,
  ],
  [
    'RFC 9110 §13.2.2 step 2: If-Unmodified-Since that is true goes on',
    { 'if-unmodified-since': TIME, 'if-none-match': TAG },
    304,
  ],
  [
    'RFC 9110 §13.2.2 step 3: If-None-Match that is true ends it',
    { 'if-none-match': '"other"', 'if-modified-since': TIME },
    200,
  ],
  [
    'RFC 9110 §13.2.2 step 3: If-None-Match that is false needs no date',
    { 'if-none-match': TAG, 'if-modified-since': BEFORE },
    304,
  ],
  ['RFC 9110 §13.2.2 step 4: both dates', { 'if-unmodified-since': TIME, 'if-modified-since': TIME }, 304],
  [
    'RFC 9110 §13.2.2 step 5: If-Match that is false comes before Range',
    { ...ONE, 'if-match': '"other"' },
    412,
  ],
  [
    'RFC 9110 §13.2.2 step 5: If-None-Match that is false comes before Range',
    { ...ONE, 'if-none-match': TAG },
    304,
  ],
  [
    'RFC 9110 §13.2.2 step 5: If-Modified-Since that is false comes before Range',
    { ...ONE, 'if-modified-since': TIME },
    304,
  ],
  [
    'RFC 9110 §13.2.2 step 5: If-Unmodified-Since that is false comes before Range',
    { ...ONE, 'if-unmodified-since': BEFORE },
    412,
  ],
  [
    'RFC 9110 §13.2.2 step 5: conditions that are true leave the Range',
    { ...ONE, 'if-match': TAG, 'if-none-match': '"other"' },
    206,
  ],
  ['RFC 9110 §13.2.2 step 5: If-Match guards a part', { ...ONE, 'if-match': TAG }, 206],
  ['RFC 9110 §13.2.2 step 5: If-Range comes last', { ...ONE, 'if-match': TAG, 'if-range': '"other"' }, 200],
  ['RFC 9110 §13.2.2 step 5: 412 comes before 416', { range: 'bytes=99-', 'if-match': '"other"' }, 412],
  ['RFC 9110 §13.2.2 step 5: 304 comes before 416', { range: 'bytes=99-', 'if-none-match': TAG }, 304],
];

const BODIES: Record<number, string> = { 304: '', 412: '{"detail":"Precondition Failed"}', 206: '0' };

async function check([, fields, status, init = {}, method = 'GET']: Row): Promise<void> {
  const response = await files.ask(() => new FileResponse(filePath, init), toReal(fields), method);
  expect(response.status).toBe(status);
  expect(response.complete).toBe(true);
  expect(response.body.toString()).toBe(method === 'HEAD' ? '' : (BODIES[status] ?? CONTENT.toString()));
}

describe.each([
  ['If-Match', IF_MATCH],
  ['If-Unmodified-Since', IF_UNMODIFIED_SINCE],
  ['If-None-Match', IF_NONE_MATCH],
  ['If-Modified-Since', IF_MODIFIED_SINCE],
  ['the precedence of conditions', PRECEDENCE],
])('%s', (_field, rows) => {
  it.each(rows.map((row) => ({ name: row[0], row })))('$name', ({ row }) => check(row));
});

describe('a server whose clock is not in GMT', () => {
  // The process of the test has an environment that is a copy; the zone is that of the real one.
  const { env } = runInThisContext('process') as NodeJS.Process;
  const zone = env.TZ;
  afterAll(() => {
    if (zone === undefined) delete env.TZ;
    else env.TZ = zone;
  });

  it.each(['America/New_York', 'Asia/Tokyo'])(
    'RFC 9110 §5.6.7: reads dates of asctime as GMT in %s',
    async (name) => {
      env.TZ = name;
      expect(new Date(MODIFIED).getHours()).not.toBe(MODIFIED.getUTCHours());
      const before = toAsctime(new Date(MODIFIED.getTime() - 1000));
      await check(['', { 'if-modified-since': toAsctime(MODIFIED) }, 304]);
      await check(['', { 'if-modified-since': before }, 200]);
      await check(['', { 'if-unmodified-since': before }, 412]);
      await check(['', { 'if-modified-since': toRfc850(MODIFIED) }, 304]);
    },
  );
});

describe('the headers of an answer without the file', () => {
  const init: FileInit = {
    filename: 'saved.txt',
    headers: {
      'cache-control': 'max-age=60',
      expires: 'Thu, 01 Jan 2026 00:00:00 GMT',
      vary: 'Cookie',
      'content-location': '/digits',
      'content-language': 'de',
      'content-encoding': 'identity',
      'set-cookie': 'a=1',
      'x-own': 'yes',
    },
  };
  const answer = () => new FileResponse(filePath, init);

  it('RFC 9110 §15.4.5: a 304 has what a 200 would tell a cache, and nothing of the content', async () => {
    const { headers } = await files.ask(answer, toReal({ 'if-none-match': TAG }));
    expect(headers).toMatchObject({
      etag: tag,
      'last-modified': TIME,
      'cache-control': 'max-age=60',
      expires: 'Thu, 01 Jan 2026 00:00:00 GMT',
      vary: 'Cookie',
      'content-location': '/digits',
      'set-cookie': 'a=1',
      'x-own': 'yes',
      date: expect.any(String) as string,
    });
    for (const name of ['length', 'type', 'encoding', 'disposition', 'range'])
      expect(headers).not.toHaveProperty(`content-${name}`);
    expect(headers).not.toHaveProperty('transfer-encoding');
  });

  it.each([
    ['RFC 9110 §15.5.13: a 412', { 'if-match': '"other"' }, 412, undefined],
    ['RFC 9110 §15.5.17: a 416', { range: 'bytes=10-' }, 416, 'bytes */10'],
  ])(
    '%s tells of the file what the client compares with, and is JSON',
    async (_name, fields, status, range) => {
      const response = await files.ask(answer, fields);
      expect(response).toMatchObject({ status, complete: true });
      expect(response.headers).toMatchObject({
        etag: tag,
        'last-modified': TIME,
        'accept-ranges': 'bytes',
        'content-type': 'application/json; charset=utf-8',
        'content-length': String(response.body.length),
      });
      expect(response.headers['content-range']).toBe(range);
      for (const name of [
        'cache-control',
        'expires',
        'content-disposition',
        'content-encoding',
        'content-language',
      ])
        expect(response.headers).not.toHaveProperty(name);
      expect(JSON.parse(response.body.toString())).toEqual({
        detail: status === 412 ? 'Precondition Failed' : 'Range Not Satisfiable',
      });
    },
  );

  it.each([
    ['RFC 9110 §15.5.13: a 412', { 'if-match': '"other"' }, 412],
    ['RFC 9110 §15.4.5: a 304', { 'if-none-match': '*' }, 304],
    ['RFC 9110 §15.5.17: a 416', { range: 'bytes=10-' }, 416],
  ])('%s is an answer and no error', async (_name, fields, status) => {
    const handled: unknown[] = [];
    const own = await FileServer.start({}, (app) => {
      app.setErrorHandler((error, _request, reply) => {
        handled.push(error);
        return reply.code(500).send('handled');
      });
      app.addHook('onError', (_request, _reply, error, done) => {
        handled.push(error);
        done();
      });
    });
    const ownPath = await own.write('digits.txt', CONTENT);
    expect((await own.ask(() => new FileResponse(ownPath), fields)).status).toBe(status);
    await own.close();
    expect(handled).toEqual([]);
    expect(own.server.log.filter(({ level }) => level >= 40)).toEqual([]);
  });
});
