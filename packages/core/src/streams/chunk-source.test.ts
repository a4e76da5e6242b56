import { Readable } from 'node:stream';

import { checkChunk, isChunkSource, openSource, type ChunkSource } from './chunk-source.js';

async function readAll(source: ChunkSource): Promise<unknown[]> {
  const { iterator } = openSource(source);
  const items: unknown[] = [];
  for (;;) {
    const next: IteratorResult<unknown, unknown> = await iterator.next();
    if (next.done === true) return items;
    items.push(next.value);
  }
}

async function* asynchronously<T>(...items: T[]) {
  yield* items;
}

test.each<[string, unknown, boolean]>([
  ['a list', [], true],
  ['a Set', new Set(), true],
  ['a generator', (function* () {})(), true],
  ['an async generator', asynchronously(), true],
  ['a Node stream', Readable.from([]), true],
  ['a web stream', new ReadableStream(), true],
  ['text', 'abc', false],
  ['bytes', new Uint8Array(1), false],
  ['a Buffer', Buffer.from('a'), false],
  ['a generator function', function* () {}, false],
  ['an object', {}, false],
  ['null', null, false],
  ['undefined', undefined, false],
])('whether %s can be opened: %p %p', (_what, value, expected) => {
  expect(isChunkSource(value)).toBe(expected);
});

test.each<[string, () => ChunkSource]>([
  ['a list', () => ['a', 'b']],
  ['an async generator', () => asynchronously('a', 'b')],
  ['a Node stream', () => Readable.from(['a', 'b'])],
  ['a web stream', () => Readable.toWeb(Readable.from(['a', 'b'])) as ReadableStream<string>],
])('gives the items of %s, in their order', async (_what, open) => {
  expect(await readAll(open())).toEqual(['a', 'b']);
});

test('leaves a synchronous source synchronous', () => {
  const source = openSource(['a']);
  expect(source.sync).toBe(true);
  expect(source.iterator.next()).toEqual({ done: false, value: 'a' });
});

test('prefers the asynchronous iterator of a source that has both', async () => {
  const both = {
    [Symbol.iterator]: () => ['sync'].values(),
    [Symbol.asyncIterator]: () => asynchronously('async'),
  };
  expect(openSource(both).sync).toBe(false);
  expect(await readAll(both)).toEqual(['async']);
});

test('returns to a generator, whose finally runs', async () => {
  const seen: string[] = [];
  async function* items() {
    try {
      yield 'a';
      yield 'b';
    } finally {
      seen.push('closed');
    }
  }
  const { iterator } = openSource(items());
  await iterator.next();
  await iterator.return?.();
  expect(seen).toEqual(['closed']);
  expect(await iterator.next()).toEqual({ done: true, value: undefined });
});

test('closes a Node stream at once while a read is pending that would never end', async () => {
  const stream = new Readable({ read() {} });
  const { iterator } = openSource<string>(stream);
  const pending = Promise.resolve(iterator.next()).catch(() => undefined);
  await expect(Promise.resolve(iterator.return?.())).resolves.toEqual({ done: true, value: undefined });
  expect(stream.destroyed).toBe(true);
  await pending;
});

test('cancels a web stream while a read is pending that would never end', async () => {
  const cancel = jest.fn();
  const { iterator } = openSource<string>(new ReadableStream({ cancel }));
  const pending = iterator.next();
  await iterator.return?.();
  expect(cancel).toHaveBeenCalledTimes(1);
  await expect(Promise.resolve(pending)).resolves.toEqual({ done: true, value: undefined });
});

test('passes on the error of a source', async () => {
  const failure = new Error('read');
  const failing = {
    async *[Symbol.asyncIterator]() {
      throw failure;
    },
  };
  await expect(readAll(failing)).rejects.toBe(failure);
  const web = new ReadableStream<string>({
    pull(controller) {
      controller.error(failure);
    },
  });
  await expect(readAll(web)).rejects.toBe(failure);
});

test.each<[string, () => ChunkSource]>([
  ['a generator', () => (function* () {})()],
  ['an async generator', () => asynchronously('a')],
  ['a Node stream', () => Readable.from([])],
  ['a web stream', () => new ReadableStream()],
])('refuses to open %s twice', (_what, make) => {
  const source = make();
  openSource(source);
  expect(() => openSource(source)).toThrow(expect.objectContaining({ code: 'BODY_CONSUMED' }) as Error);
});

test('opens what makes a new iterator each time as often as it is asked', async () => {
  const list = ['a'];
  expect([await readAll(list), await readAll(list)]).toEqual([['a'], ['a']]);
});

test.each(['', 'a', Buffer.from('a'), new Uint8Array()])('accepts %p as a chunk', (chunk) => {
  expect(checkChunk(chunk)).toBe(chunk);
});

test.each([
  [null, 'null'],
  [undefined, 'undefined'],
  [7, 'number'],
  [{}, 'object'],
  [new Uint16Array(1), 'object'],
  [new ArrayBuffer(1), 'object'],
  [['a'], 'object'],
])('refuses %p as a chunk, and names the classes that encode it', (chunk, kind) => {
  expect(() => checkChunk(chunk)).toThrow(
    expect.objectContaining({
      code: 'CHUNK_INVALID',
      message: `CHUNK_INVALID: a stream gives text or bytes, not ${kind}; JSONLinesResponse and EventSourceResponse encode other values.`,
    }) as Error,
  );
});
