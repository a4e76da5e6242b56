import { guessMediaType, withCharset } from './media-type.js';

test.each([
  ['text/html', 'text/html; charset=utf-8'],
  ['TEXT/CSV', 'TEXT/CSV; charset=utf-8'],
  ['text/plain; format=flowed', 'text/plain; format=flowed; charset=utf-8'],
  ['text/plain; charset=latin1', 'text/plain; charset=latin1'],
  ['text/plain;Charset = latin1', 'text/plain;Charset = latin1'],
  ['text/event-stream', 'text/event-stream'],
  ['application/json', 'application/json'],
  ['image/svg+xml', 'image/svg+xml'],
])('sends %j as %j', (mediaType, expected) => {
  expect(withCharset(mediaType)).toBe(expected);
});

test.each([
  ['report.pdf', 'application/pdf'],
  ['/a.b/page.HTML', 'text/html'],
  ['archive.tar.gz', 'application/gzip'],
  ['Makefile', 'application/octet-stream'],
  ['name.unknown-ending', 'application/octet-stream'],
  ['html', 'application/octet-stream'],
  ['folder.html/README', 'application/octet-stream'],
  ['.html', 'application/octet-stream'],
  ['.constructor', 'application/octet-stream'],
  ['a.__proto__', 'application/octet-stream'],
])('guesses the type of %j as %j', (path, expected) => {
  expect(guessMediaType(path)).toBe(expected);
});

test('guesses by the first ending that it knows', () => {
  expect(guessMediaType('a.csv', 'b.pdf')).toBe('text/csv');
  expect(guessMediaType('The report', 'b.pdf')).toBe('application/pdf');
  expect(guessMediaType('v1.2 of it', 'b.unheard-of')).toBe('application/octet-stream');
});
