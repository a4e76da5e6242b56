// Files of every size: at the edges of buffers, and beyond what 32 bits can count.
import { open } from 'node:fs/promises';
import path from 'node:path';

import { FileResponse } from '@sluice/core';

import { readByteranges } from '../support/byteranges.js';
import { FileServer } from '../support/file-server.js';

let files: FileServer;
beforeAll(async () => {
  files = await FileServer.start();
});
afterAll(() => files.close());

/** Bytes that differ from place to place: a part that is moved or repeated is seen. */
function toBytes(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let at = 0; at < size; at += 1) bytes[at] = (at * 31 + (at >> 8) * 7 + (at >> 16)) & 0xff;
  return bytes;
}

const KIB = 1024;
const SIZES = [
  0,
  1,
  2,
  16 * KIB - 1,
  16 * KIB,
  16 * KIB + 1,
  32 * KIB,
  64 * KIB - 1,
  64 * KIB,
  64 * KIB + 1,
  128 * KIB - 1,
  128 * KIB,
  128 * KIB + 1,
  256 * KIB + 1,
  1024 * KIB - 1,
  1024 * KIB,
  1024 * KIB + 1,
  5 * 1024 * KIB + 3,
];

describe.each(SIZES)('a file of %i bytes', (size) => {
  const content = toBytes(size);
  let filePath: string;
  beforeAll(async () => {
    filePath = await files.write(`${size}.bin`, content);
  });

  it('RFC 9110 §8.6: arrives byte for byte', async () => {
    const { status, headers, body, complete } = await files.ask(() => new FileResponse(filePath));
    expect([status, complete, headers['content-length']]).toEqual([200, true, String(size)]);
    expect(body.equals(content)).toBe(true);
  });

  it.each([
    ['the first byte', 0, 0],
    ['all but the first', 1, size - 1],
    ['all but the last', 0, size - 2],
    ['the last', Math.max(0, size - 1), size - 1],
    ['the middle', size >> 2, size - (size >> 2) - 1],
  ])('RFC 9110 §14.1.2: gives %s', async (_what, start, end) => {
    const { status, headers, body, complete } = await files.ask(() => new FileResponse(filePath), {
      range: `bytes=${start}-${Math.max(start, end)}`,
    });
    expect(complete).toBe(true);
    if (start >= size) {
      expect([status, headers['content-range']]).toEqual([416, `bytes */${size}`]);
      return;
    }
    const last = Math.min(Math.max(start, end), size - 1);
    expect([status, headers['content-range']]).toEqual([206, `bytes ${start}-${last}/${size}`]);
    expect(body.equals(content.subarray(start, last + 1))).toBe(true);
  });
});

describe('several large ranges', () => {
  it('RFC 9110 §15.3.7.2: arrive byte for byte, however they lie to the buffers', async () => {
    const content = toBytes(5 * 1024 * KIB + 3);
    const filePath = await files.write('parts.bin', content);
    const wanted = [
      [3 * 1024 * KIB, 5 * 1024 * KIB],
      [0, 64 * KIB - 1],
      [64 * KIB + 1, 64 * KIB + 1],
      [200 * KIB - 1, 1024 * KIB + 7],
    ] as const;
    const range = `bytes=${wanted.map(([start, end]) => `${start}-${end}`).join(',')}`;
    const { headers, body, complete } = await files.ask(() => new FileResponse(filePath), { range });
    expect(complete).toBe(true);
    const parts = readByteranges(headers['content-type'], body);
    expect(parts.map((part) => part.body.length)).toEqual(wanted.map(([start, end]) => end - start + 1));
    parts.forEach((part, index) => {
      const [start, end] = wanted[index]!;
      expect(part.body.equals(content.subarray(start, end + 1))).toBe(true);
    });
  });
});

describe('a file of more than 4 GiB', () => {
  const FOUR_GIB = 2 ** 32;
  const SIZE = FOUR_GIB + 2 ** 20;
  /** Marks in a file that has holes between them. */
  const MARKS: Record<number, string> = {
    0: 'start',
    [2 ** 31 - 2]: 'around 2^31',
    [FOUR_GIB - 4]: 'around 2^32',
    [SIZE - 3]: 'end',
  };
  let filePath: string;
  const answer = () => new FileResponse(filePath);
  beforeAll(async () => {
    filePath = path.join(files.folder, 'sparse.bin');
    const file = await open(filePath, 'w');
    await file.truncate(SIZE);
    for (const [at, mark] of Object.entries(MARKS)) await file.write(mark, Number(at));
    await file.close();
  });

  it('RFC 9110 §9.3.2: has its length', async () => {
    const { headers, complete } = await files.ask(answer, {}, 'HEAD');
    expect([headers['content-length'], complete]).toEqual([String(SIZE), true]);
  });

  it.each([
    ['the first bytes', 'bytes=0-4', 0, 'start'],
    ['bytes around 2^31', `bytes=${2 ** 31 - 2}-${2 ** 31 + 8}`, 2 ** 31 - 2, 'around 2^31'],
    ['bytes around 2^32', `bytes=${FOUR_GIB - 4}-${FOUR_GIB + 6}`, FOUR_GIB - 4, 'around 2^32'],
    ['bytes behind 2^32', `bytes=${FOUR_GIB}-${FOUR_GIB + 2}`, FOUR_GIB, 'nd '],
    ['a suffix', 'bytes=-3', SIZE - 3, 'end'],
    ['an open range', `bytes=${SIZE - 3}-`, SIZE - 3, 'end'],
  ])('RFC 9110 §14.1.2: gives %s', async (_what, range, start, content) => {
    const expected = content === 'nd ' ? Buffer.from('around 2^32').subarray(4, 7).toString() : content;
    const { status, headers, body, complete } = await files.ask(answer, { range });
    expect([status, complete, body.toString()]).toEqual([206, true, expected]);
    expect(headers['content-range']).toBe(`bytes ${start}-${start + expected.length - 1}/${SIZE}`);
  });

  it('RFC 9110 §15.3.7.2: gives several ranges', async () => {
    const range = `bytes=0-4,${FOUR_GIB - 4}-${FOUR_GIB + 6},-3`;
    const { headers, body, complete } = await files.ask(answer, { range });
    expect(complete).toBe(true);
    const parts = readByteranges(headers['content-type'], body);
    expect(parts.map((part) => part.body.toString())).toEqual(['start', 'around 2^32', 'end']);
  });

  it('RFC 9110 §14.4: tells its length where a range cannot be', async () => {
    const { status, headers } = await files.ask(answer, { range: `bytes=${SIZE}-` });
    expect([status, headers['content-range']]).toEqual([416, `bytes */${SIZE}`]);
  });

  it('RFC 9110 §8.6: begins to be sent whole, and is left', async () => {
    const request = await files.request(answer).started();
    request.leave();
    expect(request.socket.bytesRead).toBeGreaterThan(0);
  });
});
