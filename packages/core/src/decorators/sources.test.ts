import { readConstructor, readHandlers } from '../metadata/metadata-store.js';
import { nullable, record, union } from '../metadata/model-spec.js';
import { describeSource, type Source } from '../metadata/source.js';
import { Body, Cookie, Header, Inject, Param, Query, Req } from './sources.js';

class Model {
  name = 'model';
}
enum Color {
  Red = 'red',
}
enum Kind {
  type = 'type',
  other = 'other',
}

const nothing = { name: undefined, type: undefined, hasDefault: false, default: undefined, optional: false };

test.each<[string, Source, object]>([
  ["Param('id')", Param('id'), { kind: 'path', label: "@Param('id')", name: 'id' }],
  ["Query('q')", Query('q'), { kind: 'query', label: "@Query('q')", name: 'q' }],
  ["Header('X-A')", Header('X-A'), { kind: 'header', label: "@Header('X-A')", name: 'X-A' }],
  ["Cookie('c')", Cookie('c'), { kind: 'cookie', label: "@Cookie('c')", name: 'c' }],
  ['Req()', Req(), { kind: 'request', label: '@Req' }],
  ['Inject()', Inject(), { kind: 'inject', label: '@Inject' }],
  ['Inject(Model)', Inject(Model), { kind: 'inject', label: '@Inject', type: Model }],
  ['Body()', Body(), { kind: 'body', label: '@Body' }],
  ['Body(Model)', Body(Model), { kind: 'body', label: '@Body', type: Model }],
  ['Body(Object)', Body(Object), { kind: 'body', label: '@Body', type: Object }],
  ['Body([Model])', Body([Model]), { kind: 'body', label: '@Body', type: [Model] }],
  ['Body(Color)', Body(Color), { kind: 'body', label: '@Body', type: Color }],
  ['Body(Kind)', Body(Kind), { kind: 'body', label: '@Body', type: Kind }],
  ['Body({})', Body({}), { kind: 'body', label: '@Body' }],
  ['Body({ optional })', Body({ optional: true }), { kind: 'body', label: '@Body', optional: true }],
  ['Body({ default })', Body({ default: 1 }), { kind: 'body', label: '@Body', hasDefault: true, default: 1 }],
  ['Body({ type })', Body({ type: [Model] }), { kind: 'body', label: '@Body', type: [Model] }],
  [
    'Body(Model, …)',
    Body(Model, { optional: true }),
    { kind: 'body', label: '@Body', type: Model, optional: true },
  ],
  ["Body('item')", Body('item'), { kind: 'body', label: "@Body('item')", name: 'item' }],
  [
    "Body('item', …)",
    Body('item', { type: Number }),
    { kind: 'body', label: "@Body('item')", name: 'item', type: Number },
  ],
])('%s describes its source', (_text, source, expected) => {
  expect(describeSource(source)).toEqual({ ...nothing, ...expected });
});

test.each([
  [{}, false, undefined],
  [{ default: undefined }, false, undefined],
  [{ default: null }, true, null],
  [{ default: 0 }, true, 0],
  [{ default: '' }, true, ''],
  [{ default: false }, true, false],
])('whether %p has a default: %p', (options, hasDefault, value) => {
  expect(describeSource(Query('q', options))).toMatchObject({ hasDefault, default: value });
});

test.each([
  [{ optional: true }, true],
  [{ optional: false }, false],
  [{ optional: undefined } as never, false],
])('whether %p is optional: %p', (options, optional) => {
  expect(describeSource(Query('q', options)).optional).toBe(optional);
});

test('writes itself where it decorates a parameter of a method or of a constructor', () => {
  const id = Param('id');
  const tool = Inject(Model);
  class Example {
    constructor(@tool readonly model: Model) {}

    read(first: string, @id second: string) {
      return [first, second];
    }
  }
  const [handler] = readHandlers(Example);
  expect([...(handler?.sources ?? [])]).toEqual([[1, [describeSource(id)]]]);
  expect([...readConstructor(Example).sources]).toEqual([[0, [describeSource(tool)]]]);
});

test('a source of several types has the type of what it gives', () => {
  class Cat {
    lives = 9;
  }
  const pet: Source<Cat | string> = Body(union(Cat, String));
  const maybe: Source<(Cat | null)[] | undefined> = Body([nullable(Cat)], { optional: true });
  const sizes: Source<Record<string, number>> = Body('sizes', { type: record('integer') });
  // @ts-expect-error -- it may be text
  const wrong: Source<Cat> = Body(union(Cat, String));
  for (const source of [pet, maybe, sizes, wrong]) expect(describeSource(source).kind).toBe('body');
});
