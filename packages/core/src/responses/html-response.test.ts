import { HTMLResponse } from './html-response.js';

test('sends text as it is, as HTML in UTF-8', () => {
  const { headers, body, statusCode } = new HTMLResponse('<p>ä & b</p>').toParts();
  expect(statusCode).toBe(200);
  expect([...headers]).toEqual([['content-type', 'text/html; charset=utf-8']]);
  expect(body).toEqual({ kind: 'text', text: '<p>ä & b</p>' });
});
