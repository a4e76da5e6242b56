import fc from 'fast-check';

import { toRedirectAddress } from './redirect-address.js';

test.each([
  ['/items', '/items'],
  ['https://example.com/a?b=c#d', 'https://example.com/a?b=c#d'],
  ['/ä', '/%C3%A4'],
  ['/日本?q=ö#ß', '/%E6%97%A5%E6%9C%AC?q=%C3%B6#%C3%9F'],
  ['/😀', '/%F0%9F%98%80'],
  ['/a b', '/a%20b'],
  ['/a%20b', '/a%20b'],
  ['/100%', '/100%25'],
  ['/%zz', '/%25zz'],
  ['/"<>', '/%22%3C%3E'],
  ['/\t\x7f', '/%09%7F'],
  ['/\u2028', '/%E2%80%A8'],
  ['/\ud800', '/%EF%BF%BD'],
  ['../up', '../up'],
])('makes %j the address %j', (address, expected) => {
  expect(toRedirectAddress(address)).toBe(expected);
});

test('takes a URL', () => {
  expect(toRedirectAddress(new URL('https://exämple.com/ä b'))).toBe('https://xn--exmple-cua.com/%C3%A4%20b');
});

test.each(['\r', '\n', '\0', '/\r\nset-cookie: a=b'])('refuses %j, and shows it', (address) => {
  expect(() => toRedirectAddress(`/x${address}`)).toThrow(
    expect.objectContaining({
      code: 'REDIRECT_ADDRESS_INVALID',
      message: expect.stringContaining(JSON.stringify(`/x${address}`)) as string,
    }) as Error,
  );
});

test.each(['', undefined, null, 42, {}, ['/a']])('refuses %p, which is no address', (address) => {
  expect(() => toRedirectAddress(address)).toThrow(
    expect.objectContaining({
      code: 'REDIRECT_ADDRESS_INVALID',
      message: expect.stringContaining('a URL or a string that is not empty') as string,
    }) as Error,
  );
});

test('gives printable ASCII for any text without CR, LF and NUL, and changes nothing the second time', () => {
  const unit = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code));
  const text = fc.string({ unit, minLength: 1 }).filter((each) => !/[\r\n\0]/.test(each));
  fc.assert(
    fc.property(text, (address) => {
      const once = toRedirectAddress(address);
      expect(once).toMatch(/^[!-~]+$/);
      expect(toRedirectAddress(once)).toBe(once);
    }),
  );
});
