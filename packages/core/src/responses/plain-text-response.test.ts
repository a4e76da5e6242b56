import { PlainTextResponse } from './plain-text-response.js';

test('sends text as it is, as plain text in UTF-8', () => {
  const { headers, body, statusCode } = new PlainTextResponse('a\n').toParts();
  expect(statusCode).toBe(200);
  expect([...headers]).toEqual([['content-type', 'text/plain; charset=utf-8']]);
  expect(body).toEqual({ kind: 'text', text: 'a\n' });
});
