import { checkHeaderName, ResponseHeaders, type HeaderValue } from './headers.js';

const writers: [string, (name: string, value: HeaderValue) => unknown][] = [
  ['set', (name, value) => new ResponseHeaders().set(name, value)],
  ['append', (name, value) => new ResponseHeaders().append(name, value)],
  ['a record', (name, value) => new ResponseHeaders({ [name]: value })],
  ['pairs', (name, value) => new ResponseHeaders([[name, value]])],
];

describe.each(writers)('%s', (_how, write) => {
  test.each(['', ' ', 'x a', 'x:', 'x\r', 'x\n', 'x\0', '\tx', 'é', '(x)', 'x\r\nset-cookie', 'x,y', '{x}'])(
    'refuses the name %j',
    (name) => {
      expect(() => write(name, 'v')).toThrow(
        expect.objectContaining({
          code: 'HEADER_NAME_INVALID',
          message: expect.stringContaining(JSON.stringify(name)) as string,
        }) as Error,
      );
    },
  );

  test.each([
    ['\r', 'U+000D'],
    ['\n', 'U+000A'],
    ['\0', 'U+0000'],
    ['\x0b', 'U+000B'],
    ['\x1b', 'U+001B'],
    ['\x7f', 'U+007F'],
    ['Ā', 'U+0100'],
    ['\u2028', 'U+2028'],
    ['\ud800', 'U+D800'],
    ['😀', 'U+1F600'],
  ])('refuses a value with %j, and says where it is', (character, point) => {
    const expected = expect.objectContaining({
      code: 'HEADER_VALUE_INVALID',
      message: `HEADER_VALUE_INVALID: header "x-a": ${point} at position 2 is not allowed in a value.`,
    }) as Error;
    expect(() => write('x-a', `ab${character}c`)).toThrow(expected);
    expect(() => write('x-a', ['good', `ab${character}`])).toThrow(expected);
  });

  test.each([null, true, {}, Symbol('s'), () => 'v', ['a', null], ['a', ['b']]])(
    'refuses the value %p',
    (value) => {
      expect(() => write('x-a', value as never)).toThrow(
        expect.objectContaining({ code: 'HEADER_VALUE_INVALID' }) as Error,
      );
    },
  );
});

test.each(['', ' ', '\t', '\xff\x80', 'a, b', '"q"'])('accepts the value %j as it is', (value) => {
  expect(new ResponseHeaders({ 'x-a': value }).get('x-a')).toBe(value);
});

test('accepts every character of a token in a name', () => {
  expect(checkHeaderName("!#$%&'*+-.^_`|~09AZaz")).toBe("!#$%&'*+-.^_`|~09azaz");
});

test('writes a number as text', () => {
  expect(new ResponseHeaders({ age: 0 }).get('age')).toBe('0');
});

test('tells names without their case', () => {
  const headers = new ResponseHeaders({ 'X-Token': 'a' });
  headers.set('x-TOKEN', 'b');
  expect([...headers]).toEqual([['x-token', 'b']]);
  expect(headers.get('X-tokeN')).toBe('b');
  expect(headers.has('X-TOKEN')).toBe(true);
  expect(headers.delete('X-ToKeN')).toBe(true);
  expect(headers.delete('x-token')).toBe(false);
  expect(headers.get('x-token')).toBeUndefined();
});

test.each(['__proto__', 'constructor', 'hasownproperty'])('knows no header %s until it is set', (name) => {
  const headers = new ResponseHeaders();
  expect(headers.has(name)).toBe(false);
  expect(headers.get(name)).toBeUndefined();
  expect(headers.getAll(name)).toEqual([]);
  headers.append(name, 'a').append(name, 'b');
  expect([...headers]).toEqual([[name, ['a', 'b']]]);
});

test('joins several values by commas, but gives the first cookie alone', () => {
  const headers = new ResponseHeaders([
    ['vary', 'a'],
    ['Vary', ['b', 'c']],
    ['set-cookie', ['x=1', 'y=2']],
  ]);
  expect(headers.get('vary')).toBe('a, b, c');
  expect(headers.get('Set-Cookie')).toBe('x=1');
  expect(headers.getAll('set-cookie')).toEqual(['x=1', 'y=2']);
});

test('changes nothing when one value of several is refused', () => {
  const headers = new ResponseHeaders({ vary: 'a' });
  expect(() => headers.append('vary', ['b', '\n'])).toThrow();
  expect(() => headers.set('vary', ['b', '\n'])).toThrow();
  expect(headers.getAll('vary')).toEqual(['a']);
});

test('cannot be changed by what it was given or what it gives', () => {
  const given = ['a'];
  const headers = new ResponseHeaders({ vary: given });
  const copy = new ResponseHeaders(headers);
  given.push('b');
  (headers.getAll('vary') as string[]).push('c');
  copy.append('vary', 'd');
  expect(headers.get('vary')).toBe('a');
  expect(copy.get('vary')).toBe('a, d');
});

test('takes what fetch has for headers, and leaves out what is undefined', () => {
  const fetched = new Headers([
    ['set-cookie', 'a=1'],
    ['set-cookie', 'b=2'],
    ['etag', '"x"'],
  ]);
  expect(new ResponseHeaders(fetched).getAll('set-cookie')).toEqual(['a=1', 'b=2']);
  expect([...new ResponseHeaders({ a: undefined, b: '1' })]).toEqual([['b', '1']]);
});

test('refuses every change once it is sealed, and can still be read', () => {
  const headers = new ResponseHeaders({ etag: '"x"' });
  headers.seal();
  const change = [
    () => headers.set('etag', 'y'),
    () => headers.append('etag', 'y'),
    () => headers.delete('etag'),
    () => headers.delete('not-there'),
  ];
  for (const each of change) expect(each).toThrow(expect.objectContaining({ code: 'HEAD_SENT' }) as Error);
  expect([...headers]).toEqual([['etag', '"x"']]);
});
