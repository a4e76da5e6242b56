// Files and ranges of any kind, held to a reference that reads like the specification.
import { FileResponse } from '@sluice/core';
import fc from 'fast-check';

import { readByteranges } from '../support/byteranges.js';
import { FileServer } from '../support/file-server.js';
import { toParts, type Part } from '../support/reference-ranges.js';

let files: FileServer;
let filePath: string;
const answer = () => new FileResponse(filePath, { mediaType: 'application/x-test' });
beforeAll(async () => {
  files = await FileServer.start();
});
afterAll(() => files.close());

/** Bytes that look like what bounds them are what a careless reader would fall over. */
const content = fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  fc
    .array(fc.constantFrom('\r\n', '--', '\r\n--', ':', 'Content-Range', '\0', 'x'), { maxLength: 30 })
    .map((pieces) => Buffer.from(pieces.join(''))),
);
const number = fc.oneof(
  { weight: 8, arbitrary: fc.nat({ max: 320 }).map(String) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('00', '007', '4294967296', '9007199254740993', '99999999999999999999999'),
  },
);
const spec = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.tuple(number, number).map(([a, b]) => (BigInt(a) <= BigInt(b) ? `${a}-${b}` : `${b}-${a}`)),
  },
  { weight: 3, arbitrary: number.map((first) => `${first}-`) },
  { weight: 3, arbitrary: number.map((last) => `-${last}`) },
  { weight: 1, arbitrary: fc.constantFrom('', ' ', '-0') },
);
const malformed = fc.constantFrom('9-5', '-', 'x', '1', '1-2-3', '+1-2', '1.0-2', '0x1-2', '1 -2', '--1');
const specs = fc.oneof(
  { weight: 12, arbitrary: fc.array(spec, { minLength: 1, maxLength: 8 }) },
  { weight: 2, arbitrary: fc.array(spec, { minLength: 28, maxLength: 40 }) },
  {
    weight: 2,
    arbitrary: fc.array(
      fc.integer({ min: 300, max: 320 }).map((first) => `${first}-`),
      { minLength: 1, maxLength: 3 },
    ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.array(spec, { maxLength: 3 }), malformed, fc.array(spec, { maxLength: 3 }))
      .map(([before, wrong, after]) => [...before, wrong, ...after]),
  },
);
// A space in front of the first range is in no grammar: `bytes= 0-1` may be read or not.
const header = fc
  .tuple(
    fc.constantFrom('bytes', 'bytes', 'bytes', 'Bytes', 'byte'),
    specs,
    fc.constantFrom(',', ', ', ' ,', ' , '),
  )
  .map(([unit, ranges, comma]) => `${unit}=${ranges.join(comma).trim()}`);

const contentRange = ([start, end]: Part, size: number): string => `bytes ${start}-${end}/${size}`;

it('RFC 9110 §14: every range of every file gives the bytes that the specification says', async () => {
  const outcomes = { whole: 0, none: 0, one: 0, several: 0 };
  await fc.assert(
    fc.asyncProperty(content, header, async (bytes, range) => {
      filePath = await files.write('random.bin', bytes);
      const size = bytes.length;
      const { status, headers, body, complete } = await files.ask(answer, { range });
      // Content-Length is exact: `complete` compares it with all bytes up to the end of the connection.
      expect([complete, headers['content-length']]).toEqual([true, String(body.length)]);
      const expected = toParts(range, size);
      if (expected === 'whole') {
        outcomes.whole += 1;
        expect([status, headers['content-range']]).toEqual([200, undefined]);
        expect(body.equals(bytes)).toBe(true);
      } else if (expected === 'none') {
        outcomes.none += 1;
        expect([status, headers['content-range']]).toEqual([416, `bytes */${size}`]);
      } else if (expected.length === 1) {
        outcomes.one += 1;
        const [{ part }] = expected as [(typeof expected)[number]];
        expect([status, headers['content-range']]).toEqual([206, contentRange(part, size)]);
        expect(headers['content-type']).toBe('application/x-test');
        expect(body.equals(bytes.subarray(part[0], part[1] + 1))).toBe(true);
      } else {
        outcomes.several += 1;
        expect([status, headers['content-range']]).toEqual([206, undefined]);
        const parts = readByteranges(headers['content-type'], body);
        const byRange = new Map(expected.map((one) => [contentRange(one.part, size), one]));
        const found = parts.map((part) => byRange.get(part.headers['content-range'] ?? ''));
        expect(new Set(found).size).toBe(expected.length);
        parts.forEach((part, index) => {
          const [start, end] = found[index]!.part;
          expect(part.headers['content-type']).toBe('application/x-test');
          expect(part.body.equals(bytes.subarray(start, end + 1))).toBe(true);
        });
        // Section 15.3.7.2: in the order asked, where merged ranges may stand in the place of any of them.
        for (let index = 1; index < found.length; index += 1)
          expect(Math.min(...found[index - 1]!.places)).toBeLessThan(Math.max(...found[index]!.places));
      }
    }),
    {
      numRuns: 300,
      examples: [
        [Buffer.from(''), 'bytes=-1'],
        [Buffer.from('a'), 'bytes=-0,0-0'],
        [Buffer.from('abc'), 'bytes=2-2,0-0'],
      ],
    },
  );
  // Each kind was there: a property that never sees one says nothing about it.
  for (const count of Object.values(outcomes)) expect(count).toBeGreaterThan(0);
});

it('RFC 9110 §14.2: parts of a file, put together again, are the file', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ minLength: 1, maxLength: 200_000, size: 'max' }),
      fc.integer({ min: 1, max: 6 }),
      async (random, count) => {
        const bytes = Buffer.from(random);
        filePath = await files.write('whole.bin', bytes);
        const step = Math.ceil(bytes.length / count);
        const parts: Buffer[] = [];
        for (let start = 0; start < bytes.length; start += step) {
          const { body } = await files.ask(answer, { range: `bytes=${start}-${start + step - 1}` });
          parts.push(body);
        }
        expect(Buffer.concat(parts).equals(bytes)).toBe(true);
      },
    ),
    { numRuns: 40 },
  );
});
