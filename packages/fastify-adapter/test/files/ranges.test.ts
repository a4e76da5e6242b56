// Range requests, by the sections of RFC 9110. Longer than other files: tables that are read beside it.
import { FileResponse, type FileInit } from '@sluice/core';

import { FileServer, MODIFIED } from '../support/file-server.js';
import { readByteranges } from '../support/byteranges.js';

const CONTENT = Buffer.from('0123456789abcdefghijklmnopqrstuvwxyz\x00\xff\r\n', 'latin1');
const SIZE = CONTENT.length;
const TAG = '"the tag"';
const TIME = MODIFIED.toUTCString();

let files: FileServer;
let filePath: string;
let emptyPath: string;
let tag: string;
beforeAll(async () => {
  files = await FileServer.start();
  filePath = await files.write('letters.txt', CONTENT);
  emptyPath = await files.write('empty.txt', '');
  tag = (await files.ask(() => new FileResponse(filePath))).headers.etag ?? '';
});
afterAll(() => files.close());

/** What a range gives: a part, several, the whole file, or nothing. */
type Given = readonly [start: number, end: number] | readonly (readonly [number, number])[] | 'whole' | 416;
type Row = readonly [name: string, range: string | readonly string[], given: Given];

const many = (count: number): string =>
  `bytes=${Array.from({ length: count }, (_, index) => `${index}-${index}`).join(',')}`;
/** Parts that do not touch each other, of a file of 40 bytes: at most 20. */
const apart = (count: number): string =>
  `bytes=${Array.from({ length: count }, (_, index) => `${index * 2}-${index * 2}`).join(',')}`;

const SINGLE: Row[] = [
  ['RFC 9110 §14.1.2: the first byte', 'bytes=0-0', [0, 0]],
  ['RFC 9110 §14.1.2: bytes in the middle', 'bytes=5-9', [5, 9]],
  ['RFC 9110 §14.1.2: the last byte', `bytes=${SIZE - 1}-${SIZE - 1}`, [SIZE - 1, SIZE - 1]],
  ['RFC 9110 §14.1.2: all of it', `bytes=0-${SIZE - 1}`, [0, SIZE - 1]],
  ['RFC 9110 §14.1.2: a last byte behind the end is the end', `bytes=30-${SIZE}`, [30, SIZE - 1]],
  [
    'RFC 9110 §14.1.2: a last byte that no number holds is the end',
    'bytes=30-99999999999999999999999999',
    [30, SIZE - 1],
  ],
  ['RFC 9110 §14.1.2: numbers may begin with zeros', 'bytes=0005-0009', [5, 9]],
  ['RFC 9110 §14.1: units are told apart without case', 'Bytes=5-9', [5, 9]],
  ['RFC 9110 §14.1: units are told apart without case, all of it', 'BYTES=5-9', [5, 9]],
  ['RFC 9110 §14.1.2: an open range goes to the end', 'bytes=30-', [30, SIZE - 1]],
  ['RFC 9110 §14.1.2: an open range from the start is all of it', 'bytes=0-', [0, SIZE - 1]],
  ['RFC 9110 §14.1.2: an open range from the last byte', `bytes=${SIZE - 1}-`, [SIZE - 1, SIZE - 1]],
  ['RFC 9110 §14.1.2: a suffix', 'bytes=-5', [SIZE - 5, SIZE - 1]],
  ['RFC 9110 §14.1.2: a suffix of one byte', 'bytes=-1', [SIZE - 1, SIZE - 1]],
  ['RFC 9110 §14.1.2: a suffix as long as the file', `bytes=-${SIZE}`, [0, SIZE - 1]],
  ['RFC 9110 §14.1.2: a suffix longer than the file is all of it', `bytes=-${SIZE + 1}`, [0, SIZE - 1]],
  [
    'RFC 9110 §14.1.2: a suffix that no number holds is all of it',
    'bytes=-99999999999999999999999999',
    [0, SIZE - 1],
  ],
  ['RFC 9110 §5.6.1: empty elements around a range count for nothing', 'bytes=,5-9, ,', [5, 9]],
];

const UNSATISFIABLE: Row[] = [
  ['RFC 9110 §14.1.2: the byte behind the last', `bytes=${SIZE}-`, 416],
  ['RFC 9110 §14.1.2: bytes behind the last', `bytes=${SIZE}-${SIZE + 9}`, 416],
  ['RFC 9110 §14.1.2: a first byte that no number holds', 'bytes=99999999999999999999999999-', 416],
  ['RFC 9110 §14.1.2: a suffix of nothing', 'bytes=-0', 416],
  ['RFC 9110 §14.1.2: several, none of which can be', 'bytes=40-50,60-,-0', 416],
];

const IGNORED: Row[] = [
  ['RFC 9110 §14.1.1: a last byte before the first', 'bytes=9-5', 'whole'],
  ['RFC 9110 §14.1.1: a last byte before the first behind the end', 'bytes=99-50', 'whole'],
  ['RFC 9110 §14.2: one invalid range among valid ones', 'bytes=0-1,9-5', 'whole'],
  ['RFC 9110 §14.2: one malformed range among valid ones', 'bytes=0-1,x,3-4', 'whole'],
  ['RFC 9110 §14.1.1: no numbers', 'bytes=-', 'whole'],
  ['RFC 9110 §14.1.1: no range', 'bytes=', 'whole'],
  ['RFC 9110 §14.1.1: empty elements alone', 'bytes=,,', 'whole'],
  ['RFC 9110 §14.1.1: a number without a dash', 'bytes=5', 'whole'],
  ['RFC 9110 §14.1.1: letters', 'bytes=a-b', 'whole'],
  ['RFC 9110 §14.1.1: letters behind a number', 'bytes=0-5x', 'whole'],
  ['RFC 9110 §14.1.1: letters before the dash', 'bytes=0x1-5', 'whole'],
  ['RFC 9110 §14.1.1: two dashes', 'bytes=0--5', 'whole'],
  ['RFC 9110 §14.1.1: three numbers', 'bytes=0-5-9', 'whole'],
  ['RFC 9110 §14.1.1: a sign', 'bytes=+0-5', 'whole'],
  ['RFC 9110 §14.1.1: a fraction', 'bytes=0.5-5', 'whole'],
  ['RFC 9110 §14.1.1: an exponent', 'bytes=0-1e1', 'whole'],
  ['RFC 9110 §14.1.1: a space inside of a range', 'bytes=0 - 5', 'whole'],
  ['RFC 9110 §14.1.1: semicolons for commas', 'bytes=0-1;3-4', 'whole'],
  ['RFC 9110 §14.1.1: a colon for the equals sign', 'bytes:0-5', 'whole'],
  ['RFC 9110 §14.1.1: spaces around the equals sign', 'bytes = 0-5', 'whole'],
  ['RFC 9110 §14.1.1: no unit', '0-5', 'whole'],
  ['RFC 9110 §14.1.1: an empty unit', '=0-5', 'whole'],
  ['RFC 9110 §14.1.1: a field of nothing', '', 'whole'],
  ['RFC 9110 §14.2: an unknown unit', 'lines=0-5', 'whole'],
  ['RFC 9110 §14.2: a unit that begins like bytes', 'bytes2=0-5', 'whole'],
  ['RFC 9110 §14.2: no ranges by name', 'none=0-5', 'whole'],
  ['RFC 9110 §5.3: two fields are not one range set', ['bytes=0-1', 'bytes=3-4'], 'whole'],
  ['RFC 9110 §17.15: more than 32 ranges', many(33), 'whole'],
  [
    'RFC 9110 §17.15: more than 32 ranges that are the same',
    `bytes=${Array(33).fill('0-0').join(',')}`,
    'whole',
  ],
  ['RFC 9110 §17.15: two thousand ranges', `bytes=${Array(2000).fill('0-').join(',')}`, 'whole'],
];

const SEVERAL: Row[] = [
  [
    'RFC 9110 §15.3.7.2: two',
    'bytes=0-1,5-9',
    [
      [0, 1],
      [5, 9],
    ],
  ],
  [
    'RFC 9110 §15.3.7.2: in the order asked',
    'bytes=20-21,0-1,10-11',
    [
      [20, 21],
      [0, 1],
      [10, 11],
    ],
  ],
  [
    'RFC 9110 §15.3.7.2: of all kinds',
    'bytes=0-0,20-22,-1',
    [
      [0, 0],
      [20, 22],
      [SIZE - 1, SIZE - 1],
    ],
  ],
  [
    'RFC 9110 §15.3.7.2: an open one',
    'bytes=0-0,30-',
    [
      [0, 0],
      [30, SIZE - 1],
    ],
  ],
  [
    'RFC 9110 §5.6.1: spaces around commas',
    'bytes=0-1 , 5-9,\t20-21',
    [
      [0, 1],
      [5, 9],
      [20, 21],
    ],
  ],
  [
    'RFC 9110 §5.6.1: empty elements between',
    'bytes=0-1,,, ,5-9',
    [
      [0, 1],
      [5, 9],
    ],
  ],
  [
    'RFC 9110 §15.3.7.2: one that cannot be is left out',
    'bytes=0-1,99-,5-9',
    [
      [0, 1],
      [5, 9],
    ],
  ],
  ['RFC 9110 §15.3.7.2: one that is left over goes alone', 'bytes=99-,5-9', [5, 9]],
  ['RFC 9110 §15.3.7.2: one that is left over by a suffix of nothing', 'bytes=-0,5-9', [5, 9]],
  ['RFC 9110 §14.2: ranges that overlap are merged', 'bytes=0-5,3-9', [0, 9]],
  ['RFC 9110 §14.2: ranges that touch are merged', 'bytes=0-4,5-9', [0, 9]],
  ['RFC 9110 §14.2: the same range twice', 'bytes=5-9,5-9', [5, 9]],
  ['RFC 9110 §14.2: a range inside of another', 'bytes=0-20,5-9', [0, 20]],
  ['RFC 9110 §14.2: a range around another', 'bytes=5-9,0-20', [0, 20]],
  ['RFC 9110 §14.2: three that touch in any order', 'bytes=10-14,0-4,5-9', [0, 14]],
  ['RFC 9110 §14.2: a suffix that overlaps', 'bytes=30-,-15', [SIZE - 15, SIZE - 1]],
  [
    'RFC 9110 §14.2: some merged, some not',
    'bytes=0-1,10-12,2-3',
    [
      [0, 3],
      [10, 12],
    ],
  ],
  [
    'RFC 9110 §14.2: a byte between two keeps them apart',
    'bytes=0-4,6-9',
    [
      [0, 4],
      [6, 9],
    ],
  ],
  [
    'RFC 9110 §17.15: 20 ranges',
    apart(20),
    Array.from({ length: 20 }, (_, index) => [index * 2, index * 2] as const),
  ],
  ['RFC 9110 §17.15: 32 ranges that touch', many(32), [0, 31]],
];

const partOf = ([start, end]: readonly [number, number]): Buffer => CONTENT.subarray(start, end + 1);
const contentRange = ([start, end]: readonly [number, number]): string => `bytes ${start}-${end}/${SIZE}`;
const isOne = (given: Exclude<Given, string | number>): given is readonly [number, number] =>
  typeof given[0] === 'number';

async function check([, range, given]: Row): Promise<void> {
  const { status, headers, body, complete } = await files.ask(() => new FileResponse(filePath), { range });
  expect(complete).toBe(true);
  if (given === 'whole') {
    expect([status, headers['content-range']]).toEqual([200, undefined]);
    expect(body).toEqual(CONTENT);
  } else if (given === 416) {
    expect([status, headers['content-range']]).toEqual([416, `bytes */${SIZE}`]);
    expect(body.toString()).toBe('{"detail":"Range Not Satisfiable"}');
  } else if (isOne(given)) {
    expect([status, headers['content-range']]).toEqual([206, contentRange(given)]);
    expect(headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(body).toEqual(partOf(given));
  } else {
    expect([status, headers['content-range']]).toEqual([206, undefined]);
    const parts = readByteranges(headers['content-type'], body);
    expect(parts.map(({ headers: { 'content-range': of } }) => of)).toEqual(given.map(contentRange));
    expect(parts.map((part) => part.body)).toEqual(given.map(partOf));
    expect(new Set(parts.map((part) => part.headers['content-type']))).toEqual(
      new Set(['text/plain; charset=utf-8']),
    );
  }
}

describe.each([
  ['one range', SINGLE],
  ['a range that cannot be satisfied', UNSATISFIABLE],
  ['a range that is ignored', IGNORED],
  ['several ranges', SEVERAL],
])('%s', (_kind, rows) => {
  it.each(rows.map((row) => ({ name: row[0], row })))('$name', ({ row }) => check(row));
});

const IF_RANGE: [name: string, ifRange: string, status: number, init?: FileInit, range?: string][] = [
  ['RFC 9110 §13.1.5: the tag', TAG, 206],
  ['RFC 9110 §13.1.5: another tag', '"other"', 200],
  ['RFC 9110 §8.8.3.2: the tag as a weak one', `W/${TAG}`, 200],
  ['RFC 9110 §8.8.3.2: a weak tag of the user', 'W/"mine"', 200, { headers: { etag: 'W/"mine"' } }],
  [
    'RFC 9110 §8.8.3.2: the opaque part of a weak tag of the user',
    '"mine"',
    200,
    { headers: { etag: 'W/"mine"' } },
  ],
  ['RFC 9110 §13.1.5: a strong tag of the user', '"mine"', 206, { headers: { etag: '"mine"' } }],
  ['RFC 9110 §13.1.5: the tag of the file beside one of the user', TAG, 200, { headers: { etag: '"mine"' } }],
  ['RFC 9110 §13.1.5: a tag that has the tag in it', `"x${TAG.slice(1)}`, 200],
  ['RFC 9110 §13.1.5: a list is no tag', `"other", ${TAG}`, 200],
  ['RFC 9110 §13.1.5: `*` is no tag', '*', 200],
  ['RFC 9110 §13.1.5: the time of the change', TIME, 206],
  ['RFC 9110 §13.1.5: a later time', new Date(MODIFIED.getTime() + 1000).toUTCString(), 200],
  ['RFC 9110 §13.1.5: an earlier time', new Date(MODIFIED.getTime() - 1000).toUTCString(), 200],
  ['RFC 9110 §13.1.5: no date', 'yesterday', 200],
  [
    'RFC 9110 §14.2: a range that cannot be is not looked at when it is stale',
    '"other"',
    200,
    {},
    'bytes=99-',
  ],
  ['RFC 9110 §14.2: a range that cannot be, of the file that it is', TAG, 416, {}, 'bytes=99-'],
  ['RFC 9110 §13.1.5: several ranges of the file that it is', TAG, 206, {}, 'bytes=0-1,5-9'],
  ['RFC 9110 §13.1.5: several ranges of another', '"other"', 200, {}, 'bytes=0-1,5-9'],
];

describe('If-Range', () => {
  it.each(IF_RANGE)('%s', async (_name, ifRange, status, init = {}, range = 'bytes=5-9') => {
    const fields = { range, 'if-range': ifRange.replace(TAG, tag) };
    const response = await files.ask(() => new FileResponse(filePath, init), fields);
    expect([response.status, response.complete]).toEqual([status, true]);
    if (status === 200) expect(response.body).toEqual(CONTENT);
    else if (!range.includes(',') && status === 206) expect(response.body).toEqual(partOf([5, 9]));
  });

  it('RFC 9110 §13.1.5: is ignored without a range', async () => {
    const response = await files.ask(() => new FileResponse(filePath), { 'if-range': '"other"' });
    expect([response.status, response.body]).toEqual([200, CONTENT]);
  });
});

const NOT_SERVED: [name: string, init: FileInit, method: string, status: number][] = [
  ['RFC 9110 §14.2: POST has no ranges', {}, 'POST', 200],
  ['RFC 9110 §14.2: PUT has no ranges', {}, 'PUT', 200],
  ['RFC 9110 §14.2: a 201 has no ranges', { statusCode: 201 }, 'GET', 201],
  ['RFC 9110 §14.2: a 203 has no ranges', { statusCode: 203 }, 'GET', 203],
  ['RFC 9110 §14.2: a 404 has no ranges', { statusCode: 404 }, 'GET', 404],
  ['RFC 9110 §14.3: `Accept-Ranges: none` of the user', { headers: { 'accept-ranges': 'none' } }, 'GET', 200],
];

describe('what has no ranges', () => {
  it.each(NOT_SERVED)('%s', async (_name, init, method, status) => {
    for (const range of ['bytes=0-1', 'bytes=0-1,5-9', 'bytes=99-']) {
      const response = await files.ask(() => new FileResponse(filePath, init), { range }, method);
      expect([response.status, response.body, response.complete]).toEqual([status, CONTENT, true]);
      expect(response.headers).not.toHaveProperty('content-range');
    }
  });
});

describe('an empty file', () => {
  it.each([
    ['RFC 9110 §14.1.2: has no first byte', 'bytes=0-', 416],
    ['RFC 9110 §14.1.2: has no byte 0', 'bytes=0-0', 416],
    ['RFC 9110 §14.1.2: has no suffix of nothing', 'bytes=-0', 416],
    ['RFC 9110 §14.1.2: is all of its own suffix, which no Content-Range can tell', 'bytes=-5', 200],
  ])('%s', async (_name, range, status) => {
    const response = await files.ask(() => new FileResponse(emptyPath), { range });
    expect([response.status, response.complete]).toEqual([status, true]);
    expect(response.headers['content-range']).toBe(status === 416 ? 'bytes */0' : undefined);
    if (status === 200) expect(response.body.length).toBe(0);
  });
});

describe('the headers of a part', () => {
  const init: FileInit = {
    filename: 'saved.txt',
    headers: { 'cache-control': 'max-age=60', 'x-own': 'yes' },
  };
  const EXPECTED = {
    'last-modified': TIME,
    'accept-ranges': 'bytes',
    'cache-control': 'max-age=60',
    'x-own': 'yes',
    'content-disposition': 'attachment; filename="saved.txt"',
  };

  it.each(['bytes=0-1', 'bytes=0-1,5-9'])(
    'RFC 9110 §15.3.7: are those of the whole file, save what tells of the part (%s)',
    async (range) => {
      const { headers, body, status } = await files.ask(() => new FileResponse(filePath, init), { range });
      expect(status).toBe(206);
      expect(headers).toMatchObject({ ...EXPECTED, etag: tag, 'content-length': String(body.length) });
      expect(headers).not.toHaveProperty('transfer-encoding');
    },
  );

  it('RFC 9110 §14.6: a boundary does not occur in what it bounds', async () => {
    const boundaries = new Set<string>();
    for (let time = 0; time < 5; time += 1) {
      const { headers } = await files.ask(() => new FileResponse(filePath), { range: 'bytes=0-1,5-9' });
      boundaries.add(headers['content-type'] ?? '');
    }
    // One that can be told in advance could be written into a file that is uploaded.
    expect(boundaries.size).toBe(5);
  });

  it('RFC 9110 §14.6: a content type that the user sets is that of each part', async () => {
    const { headers, body } = await files.ask(
      () => new FileResponse(filePath, { headers: { 'content-type': 'a/b; c="d"' } }),
      { range: 'bytes=0-1,5-9' },
    );
    const parts = readByteranges(headers['content-type'], body);
    expect(parts.map((part) => part.headers['content-type'])).toEqual(['a/b; c="d"', 'a/b; c="d"']);
  });
});
