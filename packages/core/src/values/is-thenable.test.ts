import { runInNewContext } from 'node:vm';

import { isThenable } from './is-thenable.js';

test.each([
  ['a promise', Promise.resolve()],
  ['one of another global object', runInNewContext('Promise.resolve()')],
  ['an object with a method `then`', { then: () => undefined }],
])('%s can be waited for', (_what, value) => {
  expect(isThenable(value)).toBe(true);
});

test.each([
  ['an object', {}],
  ['an object whose `then` is no method', { then: 1 }],
  ['a function with a method `then`', Object.assign(() => undefined, { then: () => undefined })],
  ['null', null],
  ['nothing', undefined],
  ['text', 'then'],
])('%s cannot', (_what, value) => {
  expect(isThenable(value)).toBe(false);
});
