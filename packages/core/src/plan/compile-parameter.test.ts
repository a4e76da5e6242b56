import { IsString } from 'class-validator';

import { BackgroundTasks } from '../background/background-tasks.js';
import { Body, Cookie, Header, Inject, Param, Query, Req } from '../decorators/sources.js';
import type { ErrorDetail } from '../errors/request-validation-error.js';
import type { SetupFault } from '../errors/setup-error.js';
import { describeSource, type Source } from '../metadata/source.js';
import { Response } from '../responses/response.js';
import { compileParameter, type CompiledParameter } from './compile-parameter.js';
import type { RequestContext, RequestInput } from './route-plan.js';

class Item {
  @IsString()
  name!: string;
}
class Store {
  items = [];
}
enum Color {
  Red = 'red',
}

const context: RequestContext = {
  response: new Response(),
  tasks: new BackgroundTasks(),
  signal: new AbortController().signal,
};

function compile(source: Source | undefined, designType: unknown, counted = true): CompiledParameter {
  const faults: SetupFault[] = [];
  const description = source === undefined ? undefined : describeSource(source);
  const parameter = { where: 'here', source: description, designType, counted };
  const compiled = compileParameter(parameter, (target) => ({ value: new target() }), faults);
  expect(faults).toEqual([]);
  if (compiled === undefined) throw new Error('no reader and no fault');
  return compiled;
}

/** The value that a source gives, or the faults as `place type`. */
function read(source: Source | undefined, designType: unknown, input: Partial<RequestInput>): unknown {
  const faults: ErrorDetail[] = [];
  const request: RequestInput = { params: {}, query: {}, headers: {}, body: undefined, ...input };
  const value = compile(source, designType).read(request, context, faults, []);
  return faults.length === 0 ? value : faults.map(({ type, loc }) => `${loc.join('.')} ${type}`);
}

const json = (text: string): unknown => JSON.parse(text);

test.each<[string, Source, unknown, Partial<RequestInput>, unknown]>([
  ['a path parameter', Param('id'), Number, { params: { id: '7' } }, 7],
  ['the rest of a path', Param('*'), String, { params: { '*': 'a/b' } }, 'a/b'],
  ['a query value', Query('q'), String, { query: { q: 'a' } }, 'a'],
  ['an empty query value', Query('q'), String, { query: { q: '' } }, ''],
  ['the last of a repeated query value', Query('q'), Number, { query: { q: ['1', '2'] } }, 2],
  [
    'all of a repeated query value',
    Query('q', { type: ['integer'] }),
    Array,
    { query: { q: ['1', '2'] } },
    [1, 2],
  ],
  ['a list of one', Query('q', { type: [String] }), Array, { query: { q: 'a,b' } }, ['a,b']],
  ['an enum', Query('q', { type: Color }), String, { query: { q: 'red' } }, 'red'],
  ['a header without case', Header('X-Token'), String, { headers: { 'x-token': 'a, b' } }, 'a, b'],
  ['the last of several headers', Header('a'), String, { headers: { a: ['1', '2'] } }, '2'],
  [
    'the parts of a header',
    Header('a', { type: [Number] }),
    Array,
    { headers: { a: '1,  2 ,3' } },
    [1, 2, 3],
  ],
  ['a cookie', Cookie('c'), String, { headers: { cookie: 'b=1; c=%C3%A4' } }, 'ä'],
  ['a whole body', Body(Object), Object, { body: { a: 1 } }, { a: 1 }],
  ['a list as the body', Body([Number]), Array, { body: [1, '2'] }, [1, 2]],
  ['one key of a body', Body('a'), String, { body: { a: 'x', b: 1 } }, 'x'],
  ['text as the body', Body(), String, { body: 'text' }, 'text'],
])('reads %s', (_what, source, designType, input, expected) => {
  expect(read(source, designType, input)).toEqual(expected);
});

test.each<[string, Source, Partial<RequestInput>, string]>([
  ['a path parameter', Param('id'), {}, 'path.id'],
  ['a query value', Query('q'), { query: { Q: 'a' } }, 'query.q'],
  ['a query value of an empty list', Query('q'), { query: { q: [] } }, 'query.q'],
  ['a header', Header('X-A'), {}, 'header.X-A'],
  ['a cookie', Cookie('c'), { headers: { cookie: 'C=1' } }, 'cookie.c'],
  ['a body', Body(), { body: undefined }, 'body'],
  ['a body that is null', Body(), { body: null }, 'body'],
  ['a key of a body', Body('a'), { body: {} }, 'body.a'],
  ['a key of a body that is null', Body('a'), { body: { a: null } }, 'body.a'],
  ['a key of a body that is no object', Body('length'), { body: 'text' }, 'body.length'],
])('says that %s is missing', (_what, source, input, place) => {
  expect(read(source, String, input)).toEqual([`${place} missing`]);
});

test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])(
  'finds no %s that a request does not have',
  (name) => {
    for (const source of [Param(name), Query(name), Header(name), Cookie(name), Body(name)]) {
      const input = { body: {}, headers: { cookie: 'a=1' } };
      expect(read(source, String, input)).toEqual([expect.stringMatching(/ missing$/)]);
    }
  },
);

test.each(['constructor', '__proto__'])('reads a %s that a request has', (name) => {
  const own = json(`{"${name}":"own"}`);
  expect(read(Query(name), String, { query: own })).toBe('own');
  expect(read(Body(name), String, { body: own })).toBe('own');
  expect(read(Cookie(name), String, { headers: { cookie: `${name}=own` } })).toBe('own');
});

test('says where a value is that cannot be converted', () => {
  expect(read(Query('q'), Number, { query: { q: 'x' } })).toEqual(['query.q float_parsing']);
  expect(read(Query('q', { type: ['integer'] }), Array, { query: { q: ['1', 'x'] } })).toEqual([
    'query.q.1 int_parsing',
  ]);
  expect(read(Query('q'), String, { query: { q: { nested: 1 } } })).toEqual(['query.q string_type']);
});

test('has null as the input of what is missing', () => {
  const faults: ErrorDetail[] = [];
  compile(Query('q'), String).read(
    { params: {}, query: {}, headers: {}, body: undefined },
    context,
    faults,
    [],
  );
  expect(faults).toEqual([{ type: 'missing', loc: ['query', 'q'], msg: 'Field required', input: null }]);
});

describe('a value that is not there', () => {
  test.each([
    [{ optional: true }, undefined],
    [{ default: 20 }, 20],
    [{ default: 0 }, 0],
    [{ default: null }, null],
  ])('is with %j %p', (options, expected) => {
    expect(read(Query('q', options), Number, {})).toBe(expected);
    expect(read(Body(options), Number, { body: null })).toBe(expected);
  });

  test('does not hide one that is there and wrong', () => {
    expect(read(Query('q', { default: 1 }), Number, { query: { q: '' } })).toEqual(['query.q float_parsing']);
    expect(read(Query('q', { optional: true }), Number, { query: { q: 'x' } })).toEqual([
      'query.q float_parsing',
    ]);
  });

  test('is a copy of its default for each request', () => {
    const preset = ['a'];
    const { read: readList } = compile(Query('q', { type: [String], default: preset }), Array);
    const request: RequestInput = { params: {}, query: {}, headers: {}, body: undefined };
    const [one, two] = [readList(request, context, [], []), readList(request, context, [], [])];
    expect([one, two]).toEqual([preset, preset]);
    expect(new Set([one, two, preset]).size).toBe(3);
  });
});

test.each<[unknown, unknown, unknown]>([
  ['a', 'b', 'b'],
  [1, '2', 2],
  [false, 'yes', true],
  [1n, '9007199254740993', 9007199254740993n],
])('takes the type of the default %p where the compiler wrote none', (preset, text, expected) => {
  for (const erased of [undefined, Object]) {
    expect(read(Query('q', { default: preset }), erased, { query: { q: text } })).toBe(expected);
  }
});

test('prefers the type that a source names to that of the compiler, and that to the default', () => {
  expect(read(Query('q', { type: String }), Number, { query: { q: '1' } })).toBe('1');
  expect(read(Query('q', { default: 'a' }), String, { query: { q: '1' } })).toBe('1');
  expect(read(Query('q', { default: 'a' }), undefined, { query: { q: '1' } })).toBe('1');
});

describe('what belongs to the request', () => {
  test.each<[string, unknown, keyof RequestContext, string]>([
    ['Response', Response, 'response', 'response'],
    ['BackgroundTasks', BackgroundTasks, 'tasks', 'tasks'],
    ['AbortSignal', AbortSignal, 'signal', 'signal'],
  ])('is given for its type %s, with and without @Inject', (_name, type, key, needs) => {
    for (const [source, designType] of [
      [undefined, type],
      [Inject(), type],
      [Inject(type as typeof Response), undefined],
    ] as [Source | undefined, unknown][]) {
      expect(read(source, designType, {})).toBe(context[key]);
      expect(compile(source, designType).needs).toBe(needs);
    }
  });

  test('is the request itself for @Req', () => {
    const { read: readRequest, needs } = compile(Req(), Object);
    const request: RequestInput = { params: {}, query: {}, headers: {}, body: undefined };
    expect(readRequest(request, context, [], [])).toBe(request);
    expect(needs).toBeUndefined();
  });
});

test('gives one instance of an injected class to every request', () => {
  const { read: readStore } = compile(Inject(Store), undefined);
  const request: RequestInput = { params: {}, query: {}, headers: {}, body: undefined };
  expect(readStore(request, context, [], [])).toBeInstanceOf(Store);
  expect(readStore(request, context, [], [])).toBe(readStore(request, context, [], []));
});

test('leaves a parameter with an initializer and without a source to its initializer', () => {
  expect(compile(undefined, Number, false).read({} as RequestInput, context, [], [])).toBeUndefined();
});

test('is asynchronous for models only', async () => {
  expect(compile(Body(), Item).asynchronous).toBe(true);
  expect(compile(Body([Item]), Array).asynchronous).toBe(true);
  expect(compile(Body(Object), Object).asynchronous).toBe(false);
  expect(await read(Body('item'), Item, { body: { item: { name: 'a' } } })).toBeInstanceOf(Item);
});
