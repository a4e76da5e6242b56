import { JSONLinesResponse } from './json-lines-response.js';
import type { ChunksBody } from './response-parts.js';

const encode = (item: unknown) =>
  (new JSONLinesResponse([]).toParts().body as ChunksBody).encode(item as never);

test.each<[unknown, string]>([
  [{ a: 1 }, '{"a":1}\n'],
  ['a\nb', '"a\\nb"\n'],
  [null, 'null\n'],
  [undefined, 'null\n'],
  [{ toJSON: () => undefined }, 'null\n'],
  [[1, 2], '[1,2]\n'],
])('writes %p in one line', (item, line) => {
  expect(encode(item)).toBe(line);
});

test.each([Buffer.from('a'), new Map(), 1n, () => 1])('refuses the item %p', (item) => {
  expect(() => encode(item)).toThrow(expect.objectContaining({ code: 'CONTENT_NOT_JSON' }) as Error);
});

test('is application/jsonl', () => {
  expect([...new JSONLinesResponse([]).headers]).toEqual([['content-type', 'application/jsonl']]);
});
