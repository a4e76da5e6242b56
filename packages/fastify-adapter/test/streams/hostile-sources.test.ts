// Sources that keep to no rule: whatever they do, a response ends, the next one is served, and no error goes astray.
import { Duplex, PassThrough, Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';
import { setTimeout as wait } from 'node:timers/promises';

import { Controller, Get, JSONLinesResponse, Query, StreamingResponse, type ChunkSource } from '@sluice/core';

import { until } from '../support/http-client.js';
import { VERSIONS } from '../support/stream-call.js';
import { startStreams, type StreamServer } from '../support/stream-server.js';

type Source = () => unknown;

let returned = 0;

/** An iterable of an iterator with these methods, which counts its returns. */
const iterable = (methods: object): object => ({
  [Symbol.iterator]: () => ({
    return: () => {
      returned += 1;
      return {};
    },
    ...methods,
  }),
});
const asyncIterable = (methods: object): object => ({
  [Symbol.asyncIterator]: () => ({
    return: async () => {
      returned += 1;
      return {};
    },
    ...methods,
  }),
});
const steps = (...results: unknown[]): { next: () => unknown } => {
  let at = 0;
  return { next: () => results[Math.min(at++, results.length - 1)] };
};
const fail = (): never => {
  throw new Error('by the source');
};
const one = { done: false, value: 'one' };
const done = { done: true, value: undefined };

/** Sources that give their chunks all the same. */
const ODD: Record<string, Source> = {
  'an iterator without return': () => ({ [Symbol.iterator]: () => steps(one, done) }),
  'an async iterator that gives no promises': () => asyncIterable(steps(one, done)),
  'an async iterator that gives promises of its own kind': () =>
    asyncIterable({
      ...steps(
        { then: (tell: (result: object) => void) => tell(one) },
        { then: (tell: (result: object) => void) => tell(done) },
      ),
    }),
  'an iterator whose done is true in other words': () => iterable(steps(one, { done: 1 })),
  'an async iterator whose done is true in other words': () =>
    asyncIterable(steps(Promise.resolve(one), Promise.resolve({ done: 'yes' }))),
  'a generator that returns a value': function* () {
    yield 'one';
    return 'more';
  },
  'a Readable in object mode': () => Readable.from(['on', 'e']),
  'a Readable with an encoding': () =>
    Readable.from([Buffer.from('one')], { objectMode: false }).setEncoding('utf8'),
  'a Readable that has ended': () => {
    const stream = new PassThrough();
    stream.end('one');
    return stream;
  },
  'a Duplex whose other side stays open': () => {
    const stream = new Duplex({ read: () => undefined, write: (_chunk, _encoding, callback) => callback() });
    stream.push('one');
    stream.push(null);
    return stream;
  },
};

/** Sources that can give nothing: an error response. */
const BROKEN: Record<string, Source> = {
  'an iterable whose iterator is nothing': () => ({ [Symbol.iterator]: () => undefined }),
  'an async iterable whose iterator is nothing': () => ({ [Symbol.asyncIterator]: () => null }),
  'an iterator that gives no object': () => iterable(steps(1)),
  'an iterator that gives nothing': () => iterable(steps(undefined)),
  'an async iterator that gives no object': () => asyncIterable(steps(Promise.resolve('x'))),
  'an iterator without next': () => iterable({}),
  'an async iterator without next': () => asyncIterable({}),
  'an iterator whose result cannot be read': () =>
    iterable(
      steps({
        get done(): never {
          return fail();
        },
      }),
    ),
  'an iterator whose value cannot be read': () =>
    iterable(
      steps({
        done: false,
        get value(): never {
          return fail();
        },
      }),
    ),
  'an iterator that throws nothing': () =>
    iterable({
      next: () => {
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- what is tested
        throw undefined;
      },
    }),
  'an async iterator that rejects with nothing': () =>
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what is tested
    asyncIterable({ next: () => Promise.reject() }),
  'an iterator that throws in next and in return': () => iterable({ next: fail, return: fail }),
  'an async iterator that fails in next and in return': () =>
    asyncIterable({ next: async () => fail(), return: async () => fail() }),
  'a Readable that was destroyed': () => Readable.from(['x']).destroy(),
  'a Readable that was destroyed with an error': () =>
    new Readable({ read: () => undefined }).on('error', () => undefined).destroy(new Error('before')),
  'a Readable that fails before it is read': () => {
    const stream = new Readable({ read: () => undefined });
    process.nextTick(() => stream.destroy(new Error('before it is read')));
    return stream;
  },
  'a ReadableStream that is locked': () => {
    const stream = new ReadableStream({ pull: () => undefined });
    stream.getReader();
    return stream;
  },
  'a ReadableStream that has failed': () =>
    new ReadableStream({
      start: (controller) => {
        controller.error(new Error('before'));
      },
    }),
  ...Object.fromEntries(
    [null, undefined, 1, true, {}, [1], Symbol('s'), new Date(0), new ArrayBuffer(1)].map((chunk) => [
      `a generator of ${Object.prototype.toString.call(chunk)}`,
      function* (): Generator {
        try {
          yield chunk;
        } finally {
          returned += 1;
        }
      },
    ]),
  ),
};

/** Sources that fail after their first chunk: the response is broken off. */
const LATE: Record<string, Source> = {
  'an iterator that gives no object later': () => iterable(steps(one, null)),
  'an async iterator that gives no object later': () =>
    asyncIterable(steps(Promise.resolve(one), Promise.resolve(1))),
  'an async iterator that gives nothing later': () => asyncIterable(steps(Promise.resolve(one), undefined)),
  'a Readable that closes without an end': () => {
    const stream = new Readable({ read: () => undefined });
    stream.push('one');
    setTimeout(() => stream.destroy(), 20);
    return stream;
  },
  'a generator of which null comes later': function* () {
    yield 'one';
    yield null;
  },
  'a ReadableStream of objects': () =>
    new ReadableStream({
      start: (controller) => {
        controller.enqueue('one');
        controller.enqueue({});
      },
    }),
};

/** Sources that are stopped when their client leaves, and make it hard. */
const UNWILLING: Record<string, Source> = {
  'an iterator whose return throws': () => iterable({ ...steps(one), return: fail }),
  'an async iterator whose return throws': () =>
    asyncIterable({ next: async () => wait(5, one), return: fail }),
  'an async iterator that gives nothing once it is left': () => {
    let left = false;
    return asyncIterable({
      next: async () => wait(5, left ? undefined : one),
      return: () => {
        left = true;
        return {};
      },
    });
  },
  'an async iterator whose return never settles': () =>
    asyncIterable({ next: async () => wait(5, one), return: () => new Promise(() => undefined) }),
  'a generator that goes on after return': function* () {
    try {
      for (;;) yield 'one'.repeat(1000);
    } finally {
      yield 'and on';
    }
  },
  'an async generator that goes on after return': async function* () {
    try {
      for (;;) yield 'one'.repeat(1000);
    } finally {
      yield 'and on';
    }
  },
  'a Readable whose destroy fails': () =>
    new Readable({
      read(): void {
        setImmediate(() => this.push('one'));
      },
      destroy: (_error, callback) => {
        callback(new Error('in destroy'));
      },
    }),
  'a ReadableStream whose cancel fails': () =>
    new ReadableStream({
      pull: async (controller) => {
        await wait(1);
        controller.enqueue('one');
      },
      cancel: fail,
    }),
};

const ALL = { ...ODD, ...BROKEN, ...LATE, ...UNWILLING };

@Controller()
class HostileController {
  @Get('/source')
  source(@Query('name') name: string): StreamingResponse {
    return new StreamingResponse(ALL[name]?.() as ChunkSource, { mediaType: 'text/plain' });
  }

  @Get('/proxy')
  proxy(): StreamingResponse {
    return new StreamingResponse(new Proxy(['one'], {}), { mediaType: 'text/plain' });
  }

  @Get('/cyclic')
  cyclic(): JSONLinesResponse {
    const row: Record<string, unknown> = {};
    row.self = row;
    return new JSONLinesResponse([{}, row]);
  }
}

const twice = (function* (): Generator<string> {
  yield 'one';
})();

@Controller()
class TwiceController {
  @Get('/twice', { responseClass: StreamingResponse, mediaType: 'text/plain' })
  twice(): Generator<string> {
    return twice;
  }
}

describe.each(VERSIONS)('a hostile source on %s', (version) => {
  let server: StreamServer;
  const strays: unknown[] = [];
  const note = (error: unknown): void => {
    strays.push(error);
  };
  beforeAll(async () => {
    process.on('unhandledRejection', note).on('uncaughtException', note);
    server = await startStreams(version, [HostileController, TwiceController], { drainTimeout: 300 });
  });
  afterAll(async () => {
    await server.stop();
    process.off('unhandledRejection', note).off('uncaughtException', note);
  });
  afterEach(async () => {
    await wait(5);
    expect(strays.splice(0)).toEqual([]);
  });
  const ask = (name: string, init?: Parameters<StreamServer['ask']>[1]) =>
    server.ask(`/source?name=${encodeURIComponent(name)}`, init);

  it.each(Object.keys(ODD))('that is only odd is sent: %s', async (name) => {
    expect(await ask(name).outcome()).toEqual([200, 'one', 'complete']);
  });

  it.each(Object.keys(BROKEN))('that can give nothing is an error response: %s', async (name) => {
    returned = 0;
    expect(await ask(name).outcome()).toEqual([500, '{"detail":"Internal Server Error"}', 'complete']);
    if (name.startsWith('a generator')) expect(returned).toBe(1);
  });

  it.each(Object.keys(LATE))('that fails later is broken off: %s', async (name) => {
    const [status, body, ending] = await ask(name).outcome();
    expect([status, body, ending]).toEqual([200, 'one', 'broken']);
  });

  it.each(Object.keys(UNWILLING))('that does not want to stop is left: %s', async (name) => {
    const response = ask(name);
    await until(() => response.text.includes('one'), 'the first chunk');
    response.leave();
    await wait(20);
  });

  it.each(Object.keys(ALL))('is not started by HEAD: %s', async (name) => {
    const response = ask(name, { method: 'HEAD' });
    await response.ended();
    expect(response.ending).toBe('complete');
  });

  it('goes out once, where two requests are given the same', async () => {
    const [first, second] = await Promise.all([
      server.ask('/twice').outcome(),
      server.ask('/twice').outcome(),
    ]);
    expect([first[0], second[0]].sort()).toEqual(version === 'HTTP/1.1' ? [200, 500] : [500, 500]);
  });

  it('leaves the server as it was', async () => {
    expect(await server.ask('/proxy').outcome()).toEqual([200, 'one', 'complete']);
    const [, body, ending] = await server.ask('/cyclic').outcome();
    expect([body, ending]).toEqual(['{}\n', 'broken']);
  });
});
