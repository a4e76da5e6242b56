import { findMismatch } from './match-output.js';

const response = ['HTTP/1.1 200 OK', 'a: 1', 'b: 2', 'c: 3', '', 'one', 'two', 'three'];
const redirected = ['HTTP/1.1 307 Temporary Redirect', 'location: /b', '', ...response];

test.each<[string, string[], string[]]>([
  ['the same lines', ['one', '', 'two'], ['one', '', 'two']],
  ['white space and empty lines at the ends', ['one', 'data:', ''], ['one ', 'data: ', '', '']],
  ['nothing', [''], []],
  ['any text in a line', ['id: …, at …'], ['id: 5, at 10:00']],
  ['any lines', ['one', '…', 'three'], ['one', 'two', 'three']],
  ['no line at all', ['one', '…'], ['one']],
  ['lines that begin like the one that is meant', ['…', 'b', 'c'], ['b', 'b', 'c']],
  ['characters of patterns', ['[(a|b)*]'], ['[(a|b)*]']],
  ['a whole response', response, response],
  ['some of the headers', ['HTTP/1.1 200 OK', 'b: 2', '', 'one', 'two', 'three'], response],
  ['none of the headers', ['HTTP/1.1 200 OK', '', 'one', '…'], response],
  ['a head without the body', ['HTTP/1.1 200 OK', 'a: …'], response],
  [
    'several heads',
    ['HTTP/1.1 307 …', 'location: /b', '', 'HTTP/1.1 200 OK', 'c: 3', '', 'one', '…'],
    redirected,
  ],
])('takes %s', (_what, expected, printed) => {
  expect(findMismatch(expected, printed)).toBeUndefined();
});

test.each<[string, string[], string[], string]>([
  ['another line', ['one', 'two'], ['one', 'TWO'], 'two'],
  ['a line too few', ['one', 'two'], ['one'], 'two'],
  ['a line too many', ['one'], ['one', 'two'], 'end of output'],
  ['another order', ['one', 'two'], ['two', 'one'], 'one'],
  ['a part of a line', ['on'], ['one'], 'on'],
  ['what stands for another character in a pattern', ['a.c'], ['abc'], 'a.c'],
  ['what comes after any lines', ['…', 'four'], ['one', 'two'], 'four'],
  ['another status', ['HTTP/1.1 201 Created'], response, 'HTTP/1.1 201 Created'],
  ['a header that is not there', ['HTTP/1.1 200 OK', 'd: 4', '', 'one', '…'], response, 'd: 4'],
  ['headers in another order', ['HTTP/1.1 200 OK', 'b: 2', 'a: 1', '', '…'], response, 'a: 1'],
  ['a body with a line left out', ['HTTP/1.1 200 OK', '', 'one', 'three'], response, 'three'],
  ['a body that goes on', ['HTTP/1.1 200 OK', '', 'one'], response, 'end of output'],
  ['a head that was not asked for', ['one', 'two', 'three'], response, 'one'],
])('refuses %s', (_what, expected, printed, at) => {
  expect(findMismatch(expected, printed)).toBe(at);
});
