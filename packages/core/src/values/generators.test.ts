import { runInNewContext } from 'node:vm';

import { isGenerator, isGeneratorFunction } from './generators.js';

function* rows(): Generator<number> {
  yield 1;
}
async function* ticks(): AsyncGenerator<number> {
  await Promise.resolve();
  yield 1;
}
class Rows {
  *read(): Generator<number> {
    yield 1;
  }
}
const ELSEWHERE = runInNewContext('(function* () { yield 1; })') as typeof rows;

describe('a function that gives a generator', () => {
  it.each([
    ['a generator function', rows],
    ['an asynchronous one', ticks],
    ['a method', Reflect.get(Rows.prototype, 'read')],
    ['one of another global object', ELSEWHERE],
  ])('is %s', (_what, value) => {
    expect(isGeneratorFunction(value)).toBe(true);
  });

  it.each([
    ['a function', () => rows()],
    ['an asynchronous function', async () => Promise.resolve(1)],
    ['a class', Rows],
    ['a generator', rows()],
    ['an object with its tag', { [Symbol.toStringTag]: 'GeneratorFunction' }],
    ['null', null],
    ['nothing', undefined],
    ['text', 'GeneratorFunction'],
  ])('is not %s', (_what, value) => {
    expect(isGeneratorFunction(value)).toBe(false);
  });
});

describe('a generator', () => {
  it.each([
    ['what a generator function gives', rows()],
    ['what an asynchronous one gives', ticks()],
    ['what one of another global object gives', ELSEWHERE()],
  ])('is %s', (_what, value) => {
    expect(isGenerator(value)).toBe(true);
  });

  it.each([
    ['a generator function', rows],
    ['the iterator of a list', [1][Symbol.iterator]()],
    ['an object with `next`', { next: () => undefined }],
    ['a promise', Promise.resolve()],
    ['null', null],
    ['nothing', undefined],
    ['text', 'Generator'],
  ])('is not %s', (_what, value) => {
    expect(isGenerator(value)).toBe(false);
  });
});
