// Text is sent as UTF-8, wherever its source cuts it: a token, or a character of it, may be half of a surrogate pair.
import { setImmediate } from 'node:timers/promises';

import { Controller, Get, StreamingResponse, type ChunkSource } from '@sluice/core';
import fc from 'fast-check';

import { VERSIONS } from '../support/stream-call.js';
import { startStreams, type StreamServer } from '../support/stream-server.js';

/** What the next response is made of; null is a turn of the event loop. */
let pieces: readonly (string | Uint8Array | null)[] = [];

async function* later(): AsyncGenerator<string | Uint8Array> {
  for (const piece of pieces) {
    if (piece === null) await setImmediate();
    else yield piece;
  }
}

function* atOnce(): Generator<string | Uint8Array> {
  for (const piece of pieces) if (piece !== null) yield piece;
}

@Controller()
class TextController {
  @Get('/later')
  later() {
    return new StreamingResponse(later(), { mediaType: 'text/plain' });
  }

  @Get('/at-once')
  atOnce(): StreamingResponse {
    const source: ChunkSource = atOnce();
    return new StreamingResponse(source, { mediaType: 'text/plain' });
  }

  @Get('/breaks', { onStreamError: () => ' sorry' })
  breaks() {
    const source = (async function* () {
      yield* later();
      throw new Error('in mid-stream');
    })();
    return new StreamingResponse(source, { mediaType: 'text/plain' });
  }
}

const HIGH = '\ud83d';
const LOW = '\ude00';

describe.each(VERSIONS)('text on %s', (version) => {
  let server: StreamServer;
  beforeAll(async () => {
    server = await startStreams(version, [TextController]);
  });
  afterAll(() => server.stop());

  const read = async (target: string, given: typeof pieces): Promise<string> => {
    pieces = given;
    const [status, text, ending] = await server.ask(target).outcome();
    expect([status, ending]).toEqual([200, 'complete']);
    return text;
  };

  it.each<[string, typeof pieces, string]>([
    ['a pair that is cut in two', ['a', HIGH, null, `${LOW}b`], 'a😀b'],
    ['a pair of which the first half is all that there is at first', [HIGH, null, null, LOW], '😀'],
    ['one whose second half never comes', ['a', null, HIGH, null], 'a\ufffd'],
    ['one whose second half is another character', [HIGH, null, 'b', null, 'c'], '\ufffdbc'],
    ['two first halves', [HIGH, null, HIGH, null, LOW], '\ufffd😀'],
    ['a second half alone', ['a', null, LOW, null, 'b'], 'a\ufffdb'],
    ['a first half before bytes', [HIGH, null, Buffer.from('b'), null, 'c'], '\ufffdbc'],
    ['a first half before many bytes', [HIGH, null, Buffer.alloc(9000, 'b')], `\ufffd${'b'.repeat(9000)}`],
    ['bytes before a pair that is cut in two', [Buffer.from('b'), HIGH, null, LOW], 'b😀'],
    ['an empty piece between the halves', [HIGH, null, '', null, LOW], '😀'],
  ])('is sent as UTF-8: %s', async (_what, given, expected) => {
    expect(await read('/later', given)).toBe(expected);
    expect(await read('/at-once', given)).toBe(expected);
  });

  it('keeps its order when its source fails after half of a pair', async () => {
    expect(await read('/breaks', ['a', null, HIGH, null])).toBe('a\ufffd sorry');
  });

  it('is what its source gave, however that is cut', async () => {
    const piece = fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...Array.from('añ€😀🇩🇪', (each) => each.split('')).flat()) },
      { weight: 2, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 3 }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (given) => {
        const expected = Buffer.from(given.filter((each) => each !== null).join('')).toString();
        expect(await read('/later', given)).toBe(expected);
        expect(await read('/at-once', given)).toBe(expected);
      }),
      { numRuns: 100 },
    );
  });
});
