import fc from 'fast-check';

import { toContentDisposition } from './content-disposition.js';

/** The file name that a browser reads (RFC 6266 section 4.3: `filename*` wins). */
function readFilename(header: string): string {
  const extended = /filename\*=UTF-8''([^;]*)$/.exec(header)?.[1];
  if (extended !== undefined) return decodeURIComponent(extended);
  const quoted = /filename="((?:[^"\\]|\\.)*)"/.exec(header)?.[1];
  return quoted?.replace(/\\(.)/g, '$1') ?? 'no file name';
}

test.each([
  ['report.pdf', 'attachment; filename="report.pdf"'],
  ['a b.txt', 'attachment; filename="a b.txt"'],
  ['ü.txt', `attachment; filename="?.txt"; filename*=UTF-8''%C3%BC.txt`],
  ['日本.pdf', `attachment; filename="?.pdf"; filename*=UTF-8''%E6%97%A5%E6%9C%AC.pdf`],
  ['😀.png', `attachment; filename="?.png"; filename*=UTF-8''%F0%9F%98%80.png`],
  ['"q".txt', 'attachment; filename="\\"q\\".txt"'],
  ['a%20b.txt', `attachment; filename="a%20b.txt"; filename*=UTF-8''a%2520b.txt`],
  ['../../etc/passwd', 'attachment; filename="passwd"'],
  ['ö/../ä.txt', `attachment; filename="?.txt"; filename*=UTF-8''%C3%A4.txt`],
])('writes %j', (filename, expected) => {
  expect(toContentDisposition(filename)).toBe(expected);
});

test('shows a body where it is told to', () => {
  expect(toContentDisposition('a.pdf', 'inline')).toBe('inline; filename="a.pdf"');
});

test.each(['', '/', '//', '\r', 'a\nb', 'a\0', 'a.txt"\r\nx-forged: 1', undefined, null, 7])(
  'refuses %j as a file name',
  (filename) => {
    expect(() => toContentDisposition(filename as string)).toThrow(
      expect.objectContaining({
        code: 'FILENAME_INVALID',
        message: `FILENAME_INVALID: filename ${JSON.stringify(filename)}: a file name is text without CR, LF and NUL, and not empty.`,
      }) as Error,
    );
  },
);

test('refuses half of a surrogate pair, which has no UTF-8', () => {
  expect(() => toContentDisposition('\ud800.txt')).toThrow(
    expect.objectContaining({ code: 'FILENAME_INVALID', cause: expect.any(URIError) as Error }) as Error,
  );
});

test('refuses a type that is no token', () => {
  expect(() => toContentDisposition('a', 'inline; x' as never)).toThrow(
    expect.objectContaining({ code: 'FILENAME_INVALID' }) as Error,
  );
});

test('any name without a folder is read back as it was', () => {
  const names = fc.string({ unit: 'grapheme', minLength: 1 }).filter((name) => !/[\r\n\0/\\]/.test(name));
  fc.assert(
    fc.property(names, (name) => {
      const header = toContentDisposition(name);
      expect(header).toMatch(/^attachment; [\x20-\x7e]+$/);
      expect(readFilename(header)).toBe(name);
    }),
    { numRuns: 500 },
  );
});
