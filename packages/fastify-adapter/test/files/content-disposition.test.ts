// The name under which a client saves a file (RFC 6266, RFC 8187), and which names are refused.
import { FileResponse, type FileInit } from '@sluice/core';

import { FileServer } from '../support/file-server.js';

let files: FileServer;
let filePath: string;
beforeAll(async () => {
  files = await FileServer.start();
  filePath = await files.write('stored.bin', 'x');
});
afterAll(() => files.close());

const ROWS: [name: string, init: FileInit, expected: string | undefined][] = [
  ['RFC 6266 §4.2: none without a name', {}, undefined],
  ['RFC 6266 §4.2: none for a type alone', { contentDisposition: 'inline' }, undefined],
  ['RFC 6266 §4.2: an attachment by default', { filename: 'a.pdf' }, 'attachment; filename="a.pdf"'],
  [
    'RFC 6266 §4.2: shown where it is told to',
    { filename: 'a.pdf', contentDisposition: 'inline' },
    'inline; filename="a.pdf"',
  ],
  ['RFC 6266 §4.3: a name with spaces is quoted', { filename: 'a b.txt' }, 'attachment; filename="a b.txt"'],
  ['RFC 6266 §4.3: quotes are escaped', { filename: 'a "b".txt' }, 'attachment; filename="a \\"b\\".txt"'],
  [
    'RFC 6266 §4.3: a semicolon stays inside of the quotes',
    { filename: 'a; filename=b.txt' },
    'attachment; filename="a; filename=b.txt"',
  ],
  [
    'RFC 6266 §4.3: folders of a name are not sent',
    { filename: '../../etc/passwd' },
    'attachment; filename="passwd"',
  ],
  [
    'RFC 6266 appendix D: a percent sign is ambiguous, and so extended too',
    { filename: 'a%20b.txt' },
    `attachment; filename="a%20b.txt"; filename*=UTF-8''a%2520b.txt`,
  ],
  [
    'RFC 8187 §3.2: letters of Latin 1 are extended',
    { filename: 'ü.txt' },
    `attachment; filename="?.txt"; filename*=UTF-8''%C3%BC.txt`,
  ],
  [
    'RFC 8187 §3.2: Euro sign and pound',
    { filename: '£ and € rates.txt' },
    `attachment; filename="? and ? rates.txt"; filename*=UTF-8''%C2%A3%20and%20%E2%82%AC%20rates.txt`,
  ],
  [
    'RFC 8187 §3.2: letters beyond the basic plane',
    { filename: '😀.png' },
    `attachment; filename="?.png"; filename*=UTF-8''%F0%9F%98%80.png`,
  ],
  [
    'RFC 8187 §3.2.1: characters that are no attr-char are percent-encoded',
    { filename: "ä*'(x).txt" },
    `attachment; filename="?*'(x).txt"; filename*=UTF-8''%C3%A4%2A%27%28x%29.txt`,
  ],
  [
    'RFC 8187 §3.2: a right-to-left name',
    { filename: 'שלום.txt' },
    `attachment; filename="?.txt"; filename*=UTF-8''%D7%A9%D7%9C%D7%95%D7%9D.txt`,
  ],
  [
    'RFC 6266 §4: a header of the user wins',
    { filename: 'a.pdf', headers: { 'content-disposition': 'inline' } },
    'inline',
  ],
];

describe('the name of a download', () => {
  it.each(ROWS)('%s', async (_name, init, expected) => {
    const answer = () => new FileResponse(filePath, init);
    for (const fields of [{}, { range: 'bytes=0-0' }] as const) {
      const response = await files.ask(answer, fields);
      expect(response.headers['content-disposition']).toBe(expected);
      expect(response.body.toString()).toBe('x');
    }
  });

  it.each(['a\r\nx-forged: 1', 'a\nb', 'a\0b', '', '\ud800'])(
    'RFC 9110 §5.5: the name %j reaches no client',
    async (filename) => {
      const response = await files.ask(() => new FileResponse(filePath, { filename }));
      expect([response.status, response.body.toString()]).toEqual([
        500,
        '{"detail":"Internal Server Error"}',
      ]);
      expect(response.headers).not.toHaveProperty('x-forged');
      expect(response.headers).not.toHaveProperty('content-disposition');
    },
  );
});
