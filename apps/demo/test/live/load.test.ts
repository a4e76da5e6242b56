import type { ChannelCounts } from '@sluice/core';

import type { Measurement } from '../../src/live/measurement.js';
import type { Viewer } from '../../src/live/viewers.js';
import { EventStream } from '../support/event-stream.js';
import { makeFolder, removeFolder, startDemo, type Demo } from '../support/start-demo.js';
import { until } from '../support/until.js';

let folder: string;
let demo: Demo;

beforeEach(async () => {
  folder = await makeFolder();
  demo = await startDemo(folder);
});

afterEach(async () => {
  await demo.close();
  await removeFolder(folder);
});

interface Received {
  readonly id: string;
  readonly measurement: Measurement;
}

const open = (viewer: string, headers = {}): Promise<EventStream> =>
  EventStream.open(`${demo.url}/api/live/load?viewer=${viewer}`, headers);

/** The next events that are measurements; what opens the stream is a comment. */
async function take(stream: EventStream, count: number): Promise<Received[]> {
  const received: Received[] = [];
  while (received.length < count) {
    const event = await stream.next();
    if (event === undefined) throw new Error('the stream has ended');
    const [, id] = /^id: (.+)$/m.exec(event) ?? [];
    const [, data] = /^data: (.+)$/m.exec(event) ?? [];
    if (id !== undefined && data !== undefined) {
      received.push({ id, measurement: JSON.parse(data) as Measurement });
    }
  }
  return received;
}

async function readState(): Promise<{ counts: ChannelCounts; viewers: Viewer[] }> {
  const response = await fetch(`${demo.url}/api/live/load/state`);
  return (await response.json()) as { counts: ChannelCounts; viewers: Viewer[] };
}

async function cut(query = ''): Promise<unknown> {
  return (await fetch(`${demo.url}/api/live/load/cut${query}`, { method: 'POST' })).json();
}

const numbersOf = (received: readonly Received[]): number[] =>
  received.map(({ measurement }) => measurement.number);

describe('GET /api/live/load', () => {
  it('measures the process, and says how many look on', async () => {
    const streams = [await open('one'), await open('two')];
    for (const stream of streams) {
      // The last of those was measured when both were there.
      const received = (await take(stream, 3)).map(({ measurement }) => measurement);
      expect(received.map(({ number }) => number)).toEqual([1, 2, 3]);
      for (const { cpu, memory, time } of received) {
        expect(cpu).toBeGreaterThanOrEqual(0);
        expect(memory).toBeGreaterThan(10);
        expect(Math.abs(Date.now() - time)).toBeLessThan(60_000);
      }
      expect(received[2]?.viewers).toBe(2);
      stream.leave();
    }
  });

  it('gives all viewers the same, whoever came later', async () => {
    const first = await open('first');
    const early = await take(first, 2);
    const second = await open('second');
    const late = await take(second, 3);
    expect(late).toEqual([...early, ...(await take(first, 1))]);
    first.leave();
    second.leave();
  });

  it('gives a viewer that was cut off what it missed, and nothing twice', async () => {
    const cutOff = await open('cut-off');
    const witness = await open('witness');
    const before = await take(cutOff, 1);
    expect(await cut('?viewer=cut-off')).toEqual({ cut: 1 });
    await expect(take(cutOff, 100)).rejects.toThrow('aborted');

    const seen = await take(witness, 3);
    const again = await open('cut-off', { 'last-event-id': before[0]?.id });
    const after = await take(again, 3);
    expect([...before, ...after].slice(0, 3)).toEqual(seen);
    expect(numbersOf([...before, ...after])).toEqual([1, 2, 3, 4]);
    again.leave();
    witness.leave();
  });

  it('says so to a viewer that comes with an id of another run', async () => {
    const stream = await open('stranger', { 'last-event-id': 'of.another.run' });
    const events = [await stream.next(), await stream.next()];
    expect(events.find((event) => event?.startsWith('event: reset') === true)).toContain(
      '{"reason":"expired"}',
    );
    stream.leave();
  });

  it('answers a HEAD request without a stream or a viewer', async () => {
    const response = await fetch(`${demo.url}/api/live/load`, { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect((await readState()).viewers).toEqual([]);
  });
});

describe('GET /api/live/load/state', () => {
  it('names who is connected, with the id that they came with', async () => {
    const fresh = await open('fresh');
    const back = await open('back', { 'last-event-id': 'some.7' });
    const { viewers } = await readState();
    expect(viewers).toEqual([
      { name: 'fresh', since: expect.any(Number) as number },
      { name: 'back', since: expect.any(Number) as number, lastEventId: 'some.7' },
    ]);
    fresh.leave();
    back.leave();
    await until(async () => {
      const { viewers: left, counts } = await readState();
      return left.length === 0 && counts.subscribers === 0 ? true : undefined;
    }, 'both to be gone');
  });
});

describe('POST /api/live/load/cut', () => {
  it('cuts nobody where nobody has that name', async () => {
    const stream = await open('stays');
    expect(await cut('?viewer=nobody')).toEqual({ cut: 0 });
    expect(await take(stream, 1)).toHaveLength(1);
    stream.leave();
  });

  it('cuts all where no name is given', async () => {
    const streams = [await open('one'), await open('two')];
    expect(await cut()).toEqual({ cut: 2 });
    for (const stream of streams) await expect(take(stream, 100)).rejects.toThrow('aborted');
  });
});

describe('the end of the server', () => {
  it('ends the streams with the time after which to come back, and publishes nothing any more', async () => {
    const stream = await open('one');
    await take(stream, 1);
    const closed = demo.close();
    const rest: string[] = [];
    for (let event = await stream.next(); event !== undefined; event = await stream.next()) rest.push(event);
    expect(rest.at(-1)).toMatch(/^retry: \d+$/);
    await closed;
  });
});
