import { RedirectResponse } from './redirect-response.js';

test('sends 307 with an address in ASCII, and no body', () => {
  const { statusCode, headers, body } = new RedirectResponse('/ä b').toParts();
  expect(statusCode).toBe(307);
  expect([...headers]).toEqual([['location', '/%C3%A4%20b']]);
  expect(body).toEqual({ kind: 'none' });
});

test('takes another status, more headers, and a URL', () => {
  const response = new RedirectResponse(new URL('http://a/ö'), { statusCode: 303, headers: { 'x-a': 'b' } });
  expect(response.statusCode).toBe(303);
  expect([...response.headers]).toEqual([
    ['x-a', 'b'],
    ['location', 'http://a/%C3%B6'],
  ]);
});

test('its address wins over a header', () => {
  expect(new RedirectResponse('/a', { headers: { Location: '/b' } }).headers.getAll('location')).toEqual([
    '/a',
  ]);
});

test.each(['', '/a\r\nset-cookie: b=c', '/a\0', undefined])('refuses the address %j', (address) => {
  expect(() => new RedirectResponse(address!)).toThrow(
    expect.objectContaining({ code: 'REDIRECT_ADDRESS_INVALID' }) as Error,
  );
});

test('is what a route makes of a returned address', () => {
  const response = RedirectResponse.from('/a', {});
  expect([response.statusCode, response.headers.get('location')]).toEqual([307, '/a']);
});
