import { JSONResponse } from './json-response.js';

test.each([
  ['text', '"text"'],
  [undefined, 'null'],
  [null, 'null'],
  [{ a: [1] }, '{"a":[1]}'],
])('sends %p as JSON, without a charset', (content, text) => {
  const { headers, body } = new JSONResponse(content).toParts();
  expect([...headers]).toEqual([['content-type', 'application/json']]);
  expect(body).toEqual({ kind: 'text', text });
});

test('is made of anything, and refuses what is not JSON when it is rendered', () => {
  const response = new JSONResponse(new Map());
  expect(() => response.body).toThrow(expect.objectContaining({ code: 'CONTENT_NOT_JSON' }) as Error);
});

test('writes JSON in another way where a class says how', () => {
  class Indented extends JSONResponse {
    protected override render(content: unknown) {
      return JSON.stringify(content, null, 1);
    }
  }
  expect(new Indented([1]).toParts().body).toEqual({ kind: 'text', text: '[\n 1\n]' });
});
