import { BackgroundTasks } from '../background/background-tasks.js';
import { RequestValidationError } from '../errors/request-validation-error.js';
import { Response } from '../responses/response.js';
import { refuse } from '../validation/converter.js';
import { compileCall } from './compile-call.js';
import type { ParameterReader, RequestContext, RequestInput } from './route-plan.js';

const request: RequestInput = { params: {}, query: {}, headers: {}, body: undefined };
const context: RequestContext = {
  response: new Response(),
  tasks: new BackgroundTasks(),
  signal: new AbortController().signal,
};
const COUNTS = [0, 1, 2, 3, 4, 7];
const both = COUNTS.flatMap((count) =>
  [false, true].map((asynchronous): [number, boolean] => [count, asynchronous]),
);

const numbered = (count: number, read: (index: number) => ParameterReader) =>
  Array.from({ length: count }, (_, index) => read(index));

test.each(both)(
  'calls a method of %i parameters on its instance, asynchronous: %p',
  async (count, asynchronous) => {
    const instance = { name: 'instance' };
    const seen: unknown[] = [];
    const method = function (this: unknown, ...values: unknown[]) {
      seen.push(this, values);
      return 'result';
    };
    const readers = numbered(count, (index) => (...given) => {
      expect(given.slice(0, 2)).toEqual([request, context]);
      return asynchronous ? Promise.resolve(index) : index;
    });
    const result = compileCall({ value: instance }, method, readers, asynchronous)(request, context);
    expect(result instanceof Promise).toBe(asynchronous && count > 0);
    expect(await result).toBe('result');
    expect(seen).toEqual([instance, [...Array(count).keys()]]);
    expect(seen[0]).toBe(instance);
  },
);

test.each(both.slice(2))(
  'collects the faults of %i parameters before it calls, asynchronous: %p',
  async (count, asynchronous) => {
    const method = jest.fn();
    const readers = numbered(count, (index) => (_request, _context, faults) => {
      const read = () => refuse(faults, 'missing', ['query', index], 'Field required', null);
      return asynchronous ? Promise.resolve().then(read) : read();
    });
    const call = compileCall({ value: {} }, method, readers, asynchronous);
    const error: unknown = await (async () => call(request, context))().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RequestValidationError);
    expect((error as RequestValidationError).detail.map(({ loc }) => loc)).toEqual(
      numbered(count, (index) => () => index).map((_, index) => ['query', index]),
    );
    expect(method).not.toHaveBeenCalled();
  },
);

test.each(COUNTS.slice(1))(
  'refuses a request for one fault among %i parameters, and not the next one',
  (count) => {
    let bad = true;
    const readers = numbered(count, (index) => (_request, _context, faults) => {
      if (bad && index === count - 1) refuse(faults, 'missing', ['query'], 'Field required', null);
    });
    const call = compileCall({ value: {} }, () => 'result', readers, false);
    expect(() => call(request, context)).toThrow(RequestValidationError);
    bad = false;
    expect(call(request, context)).toBe('result');
  },
);

test('passes on what the method throws and what it rejects with', async () => {
  const error = new Error('handler');
  const failing = () => {
    throw error;
  };
  expect(() => compileCall({ value: {} }, failing, [], false)(request, context)).toThrow(error);
  const later = compileCall({ value: {} }, failing, [() => Promise.resolve(1)], true);
  await expect(later(request, context)).rejects.toBe(error);
});

test('gives what a method yields unread', () => {
  let begun = false;
  const result = compileCall(
    { value: {} },
    function* () {
      begun = true;
      yield 1;
    },
    [() => 1],
    false,
  )(request, context);
  expect(begun).toBe(false);
  expect([...(result as Iterable<number>)]).toEqual([1]);
});
