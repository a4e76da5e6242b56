import { readCookies, toSetCookie, type CookieOptions } from './cookies.js';

const refusal = (name: string, what = '') =>
  expect.objectContaining({
    name: 'ResponseError',
    code: 'COOKIE_INVALID',
    message: expect.stringContaining(`cookie ${JSON.stringify(name)}: ${what}`) as string,
  }) as Error;

describe('toSetCookie', () => {
  test('writes path / and SameSite=Lax where nothing else is said', () => {
    expect(toSetCookie('a', 'b')).toBe('a=b; Path=/; SameSite=Lax');
  });

  test.each<[CookieOptions, string]>([
    [{ maxAge: 60 }, 'a=b; Max-Age=60; Path=/; SameSite=Lax'],
    [{ maxAge: 0 }, 'a=b; Max-Age=0; Path=/; SameSite=Lax'],
    [{ maxAge: -1 }, 'a=b; Max-Age=-1; Path=/; SameSite=Lax'],
    [{ expires: new Date(0) }, 'a=b; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; SameSite=Lax'],
    [{ path: '/x' }, 'a=b; Path=/x; SameSite=Lax'],
    [{ domain: 'example.com' }, 'a=b; Domain=example.com; Path=/; SameSite=Lax'],
    [{ secure: true, httpOnly: true }, 'a=b; Path=/; HttpOnly; Secure; SameSite=Lax'],
    [{ secure: false, httpOnly: false, partitioned: false }, 'a=b; Path=/; SameSite=Lax'],
    [{ sameSite: 'strict' }, 'a=b; Path=/; SameSite=Strict'],
    [{ sameSite: 'none', secure: true }, 'a=b; Path=/; Secure; SameSite=None'],
    [{ sameSite: null }, 'a=b; Path=/'],
    [{ partitioned: true }, 'a=b; Path=/; Partitioned; SameSite=Lax'],
    [{ priority: 'low' }, 'a=b; Path=/; Priority=Low; SameSite=Lax'],
    [{ priority: 'medium' }, 'a=b; Path=/; Priority=Medium; SameSite=Lax'],
    [{ priority: 'high' }, 'a=b; Path=/; Priority=High; SameSite=Lax'],
  ])('writes %j', (options, expected) => {
    expect(toSetCookie('a', 'b', options)).toBe(expected);
  });

  test('counts a number of `expires` in seconds from now', () => {
    jest.spyOn(Date, 'now').mockReturnValue(Date.UTC(2026, 0, 1));
    expect(toSetCookie('a', 'b', { expires: 86_400 })).toContain('; Expires=Fri, 02 Jan 2026 00:00:00 GMT');
    expect(toSetCookie('a', 'b', { expires: 0 })).toContain('; Expires=Thu, 01 Jan 2026 00:00:00 GMT');
    jest.restoreAllMocks();
  });

  test.each(['', 'ä ö', 'a;b', 'a,b', '"q"', '100%', 'x=y', '\t', '😀', '__proto__'])(
    'percent-encodes %j so that reading it gives it back',
    (value) => {
      const [pair = ''] = toSetCookie('a', value).split('; ');
      expect(pair).toMatch(/^a=[!#-+\--:<-[\]-~]*$/);
      expect(readCookies(pair).a).toBe(value);
    },
  );

  test.each(['\r', '\n', '\0', '\r\nSet-Cookie: forged=1'])('refuses %j in every field', (text) => {
    expect(() => toSetCookie(`a${text}`, 'b')).toThrow(refusal(`a${text}`, 'its name is not text'));
    expect(() => toSetCookie('a', `b${text}`)).toThrow(refusal('a', 'its value is not text'));
    expect(() => toSetCookie('a', 'b', { path: `/${text}` })).toThrow(refusal('a', 'its path is not text'));
    expect(() => toSetCookie('a', 'b', { domain: text })).toThrow(refusal('a', 'its domain is not text'));
  });

  test.each([1, null, {}, undefined])('refuses %p as name, value or path', (value) => {
    expect(() => toSetCookie(value as never, 'b')).toThrow(refusal(value as never, 'its name'));
    expect(() => toSetCookie('a', value as never)).toThrow(refusal('a', 'its value'));
    if (value === undefined) return;
    expect(() => toSetCookie('a', 'b', { path: value as never })).toThrow(refusal('a', 'its path'));
    expect(() => toSetCookie('a', 'b', { domain: value as never })).toThrow(refusal('a', 'its domain'));
  });

  test.each(['', ' ', 'a b', 'a;b', 'a=b', 'ä', '\t'])('refuses the name %j', (name) => {
    expect(() => toSetCookie(name, 'x')).toThrow(refusal(name));
  });

  test.each<[string, object]>([
    ['path', { path: '/;secure' }],
    ['path', { path: '/ä' }],
    ['domain', { domain: 'a;b' }],
    ['domain', { domain: '-a.b' }],
    ['maxAge', { maxAge: 1.5 }],
    ['maxAge', { maxAge: NaN }],
    ['maxAge', { maxAge: Infinity }],
    ['maxAge', { maxAge: 1e21 }],
    ['maxAge', { maxAge: '60' }],
    ['expires', { expires: NaN }],
    ['expires', { expires: 1e300 }],
    ['expires', { expires: new Date(NaN) }],
    ['expires', { expires: 'tomorrow' }],
    ['sameSite', { sameSite: 'lax; Secure' }],
    ['priority', { priority: 'urgent' }],
  ])('refuses %s in %p, and names it', (field, options) => {
    expect(() => toSetCookie('a', 'b', options)).toThrow(refusal('a'));
    expect(() => toSetCookie('a', 'b', options)).toThrow(field);
  });

  test('refuses half of a surrogate pair, and keeps the cause', () => {
    expect(() => toSetCookie('a', '\ud800')).toThrow(
      expect.objectContaining({ code: 'COOKIE_INVALID', cause: expect.any(URIError) as Error }) as Error,
    );
  });
});

describe('readCookies', () => {
  test.each([
    [undefined, {}],
    ['', {}],
    ['a', {}],
    ['a=1; b=2', { a: '1', b: '2' }],
    ['a=1;b=2', { a: '1', b: '2' }],
    ['a=1; a=2', { a: '1' }],
    ['a=', { a: '' }],
    ['a=%C3%A4', { a: 'ä' }],
    ['a=%E0%A4%A', { a: '%E0%A4%A' }],
    ['a=x=y', { a: 'x=y' }],
  ])('reads %j', (header, expected) => {
    expect({ ...readCookies(header) }).toEqual(expected);
  });

  test.each([undefined, '', 'a=1'])('finds nothing of Object in %j', (header) => {
    const cookies = readCookies(header);
    for (const name of ['constructor', '__proto__', 'toString']) expect(cookies[name]).toBeUndefined();
  });

  test('reads cookies that are named like properties of Object', () => {
    const cookies = readCookies('__proto__=a; constructor=b');
    expect(Object.entries(cookies)).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ]);
  });
});
