// What a channel relies on in any broker: its test calls describeBroker.
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';

import {
  Channel,
  ServerSentEvent,
  type Broker,
  type BrokerChannel,
  type BrokerEvent,
  type BrokerHistory,
} from '@sluice/core';

/** Two brokers that carry the same channels, as two processes have them. One that cannot be shared is both. */
export interface BrokerPair {
  readonly one: Broker;
  readonly other: Broker;
  /** Lets go of what was opened for the two. */
  close(): void | Promise<void>;
}

const PATIENCE = 10_000;

/** Waits for something that a broker elsewhere takes its time for. */
async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + PATIENCE;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`did not come: ${condition.toString()}`);
    await wait(1);
  }
}

const eventOf = (n: number): ServerSentEvent => new ServerSentEvent({ data: n, event: 'n' });
const toFields = ({ data, rawData, event, id, retry, comment }: ServerSentEvent) => ({
  ...{ data, rawData, event },
  ...{ id, retry, comment },
});
const numbersOf = (events: readonly BrokerEvent[]): unknown[] => events.map(({ event }) => event.data);
const upTo = (end: number, from = 1): number[] => Array.from({ length: end - from + 1 }, (_, n) => from + n);

/** A channel of a broker, with what it got. */
function listen(
  broker: Broker,
  name: string,
  history: number,
): { channel: BrokerChannel; got: BrokerEvent[] } {
  const channel = broker.open(name, { history });
  const got: BrokerEvent[] = [];
  channel.subscribe({
    onEvents: (events) => got.push(...events),
    onGap: () => {
      throw new Error('nothing is lost here');
    },
  });
  return { channel, got };
}

/** The same, when it has begun: what any process publishes now is handed on. */
async function join(
  ...[broker, name, history]: Parameters<typeof listen>
): Promise<ReturnType<typeof listen>> {
  const listening = listen(broker, name, history);
  await listening.channel.read(undefined);
  return listening;
}

/** Holds a broker to the contract of `Broker`. */
export function describeBroker(name: string, start: () => BrokerPair | Promise<BrokerPair>): void {
  let pair: BrokerPair;
  let count = 0;
  let room: string;

  beforeEach(async () => {
    pair = await start();
    count += 1;
    room = `contract-${process.pid}-${Date.now()}-${count}`;
  });

  afterEach(async () => {
    await pair.close();
  });

  describe(name, () => {
    test('hands each event to every process once, in one order, with the id that publish gave', async () => {
      const [one, other] = [await join(pair.one, room, 0), await join(pair.other, room, 0)];
      const ids: string[] = [];
      for (const n of upTo(200)) ids.push(await (n % 2 === 0 ? one : other).channel.publish(eventOf(n)));
      await until(() => one.got.length >= 200 && other.got.length >= 200);
      await wait(20);
      for (const { got } of [one, other]) {
        expect(numbersOf(got)).toEqual(upTo(200));
        expect(got.map(({ event }) => event.id)).toEqual(ids);
        expect(got.map(({ position }) => position)).toEqual(one.got.map(({ position }) => position));
      }
      expect(new Set(ids).size).toBe(200);
      for (const { position } of one.got) expect(position).toMatch(/^[^\r\n\0]+$/);
    });

    test('keeps the order of events that are published without waiting', async () => {
      const { channel, got } = listen(pair.one, room, 0);
      await Promise.all(upTo(100).map(async (n) => channel.publish(eventOf(n))));
      await until(() => got.length >= 100);
      expect(numbersOf(got)).toEqual(upTo(100));
    });

    test('hands on every field of an event as it was sent', async () => {
      const { channel, got } = await join(pair.other, room, 5);
      const events = [
        new ServerSentEvent({ data: { a: ['ä😀', null] }, event: 'e', id: 'own', retry: 0, comment: 'c\nd' }),
        new ServerSentEvent({ rawData: ' a\r\nb\n', id: 'raw' }),
        new ServerSentEvent({ comment: '', id: 'quiet' }),
        new ServerSentEvent({ data: '', id: 'empty' }),
      ];
      const publisher = pair.one.open(room, { history: 5 });
      for (const event of events) expect(await publisher.publish(event)).toBe(event.id);
      await until(() => got.length >= events.length);
      const { events: kept } = await channel.read(undefined);
      for (const each of [got, kept]) {
        expect(each.map(({ event }) => event.text)).toEqual(events.map(({ text }) => text));
        expect(each.map(({ event }) => toFields(event))).toEqual(events.map(toFields));
      }
    });

    test('shares nothing between channels of different names', async () => {
      const [one, other] = [listen(pair.one, room, 5), listen(pair.one, `${room}:b`, 5)];
      await one.channel.publish(eventOf(1));
      const id = await other.channel.publish(eventOf(2));
      await until(() => one.got.length > 0 && other.got.length > 0);
      expect(numbersOf(one.got)).toEqual([1]);
      expect(numbersOf((await other.channel.read(undefined)).events)).toEqual([2]);
      expect(await one.channel.read(id)).toMatchObject({ complete: false });
    });

    test('reads what came after an id, after a position, and all that is kept, in every process', async () => {
      const channel = pair.one.open(room, { history: 10 });
      const ids: string[] = [];
      for (const n of upTo(15)) ids.push(await channel.publish(eventOf(n)));
      const { channel: reader } = listen(pair.other, room, 10);
      const all = await reader.read(undefined);
      expect(all.complete).toBe(true);
      expect(numbersOf(all.events)).toEqual(upTo(15, 6));
      for (const n of upTo(15, 6)) {
        for (const after of [ids[n - 1]!, all.events[n - 6]!.position]) {
          const read: BrokerHistory = await reader.read(after);
          expect(read.complete).toBe(true);
          expect(numbersOf(read.events)).toEqual(upTo(15, n + 1));
        }
      }
    });

    test('tells that events are gone, gives what is kept, and a position that stands before it', async () => {
      const channel = pair.one.open(room, { history: 3 });
      const ids: string[] = [];
      for (const n of upTo(9)) ids.push(await channel.publish(eventOf(n)));
      const read = await channel.read(ids[4]);
      expect(read.complete).toBe(false);
      expect(numbersOf(read.events)).toEqual([7, 8, 9]);
      const again = await channel.read(read.after);
      expect(again.complete).toBe(true);
      expect(numbersOf(again.events)).toEqual([7, 8, 9]);
    });

    test('knows without a history whether something was missed', async () => {
      const channel = pair.one.open(room, { history: 0 });
      const first = await channel.publish(eventOf(1));
      expect(await channel.read(first)).toMatchObject({ complete: true, events: [] });
      await channel.publish(eventOf(2));
      expect(await channel.read(first)).toMatchObject({ complete: false, events: [] });
    });

    test.each([
      ['empty text', ''],
      ['words', 'no such id'],
      ['a number', '0'],
      ['the first id of a stream', '0-0'],
      ['an id of the future', '99999999999999-0'],
      ['a sign of ranges', '-'],
      ['a sign of the end', '$'],
      ['line breaks and NUL', 'a\r\nb\0c'],
      ['half of a character', '\ud800😀'],
      ['a long text', '9'.repeat(100_000)],
    ])('takes %s for an id that is not kept', async (_what, id) => {
      const channel = pair.one.open(room, { history: 3 });
      for (const n of upTo(2)) await channel.publish(eventOf(n));
      const read = await channel.read(id);
      expect(read.complete).toBe(false);
      expect(numbersOf(read.events)).toEqual([1, 2]);
    });

    test('does not take an id that resembles one for it', async () => {
      const channel = pair.one.open(room, { history: 3 });
      const id = await channel.publish(eventOf(1));
      for (const other of [`${id}0`, `${id} `, ` ${id}`, `${id}.0`, `0${id}`, id.slice(0, -1), `${id}e0`]) {
        expect(await channel.read(other)).toMatchObject({ complete: false });
      }
    });

    test('gives too much rather than too little after an id that repeats', async () => {
      const channel = pair.one.open(room, { history: 3 });
      for (const id of ['a', 'b', 'a', 'c']) await channel.publish(new ServerSentEvent({ data: id, id }));
      // The first 'a' is gone, and whoever has it has missed 'b'.
      expect(await channel.read('a')).toMatchObject({ complete: false });
      expect(numbersOf((await channel.read('b')).events)).toEqual(['a', 'c']);
    });

    test('leaves no gap between what it reads and what it hands on, at any moment', async () => {
      const publisher = pair.one.open(room, { history: 1000 });
      const total = 300;
      const ids = [await publisher.publish(eventOf(0))];
      const joined: Promise<void>[] = [];
      const publishing = (async () => {
        for (const n of upTo(total)) {
          ids.push(await publisher.publish(eventOf(n)));
          if (n % 7 === 0) await nextTurn();
        }
      })();
      for (const client of upTo(20)) {
        await nextTurn();
        const { channel, got } = listen(client % 2 === 0 ? pair.one : pair.other, room, 1000);
        const after = ids.length - 1;
        joined.push(
          (async () => {
            const { complete, events } = await channel.read(ids[after]);
            expect(complete).toBe(true);
            await publishing;
            await until(() => got.at(-1)?.event.data === total || events.at(-1)?.event.data === total);
            const known = new Set(events.map(({ position }) => position));
            const merged = [...events, ...got.filter(({ position }) => !known.has(position))];
            expect(numbersOf(merged)).toEqual(upTo(total, after + 1));
          })(),
        );
      }
      await Promise.all([publishing, ...joined]);
    });

    test('answers when what it read was handed on too, and names the place where it read nothing', async () => {
      const publisher = pair.other.open(room, { history: 100 });
      const { channel, got } = await join(pair.one, room, 100);
      const first = await publisher.publish(eventOf(1));
      await until(() => got.length > 0);
      for (const n of upTo(50, 2)) await publisher.publish(eventOf(n));
      const read = await channel.read(first);
      expect(got.at(-1)).toMatchObject({ position: read.events.at(-1)!.position });
      const id = await publisher.publish(eventOf(51));
      expect(await channel.read(id)).toMatchObject({
        complete: true,
        events: [],
        after: got.at(-1)!.position,
      });
      expect(numbersOf(got)).toEqual(upTo(51));
    });

    test('hands nothing on after it was closed, and keeps it for others', async () => {
      const [one, other] = [await join(pair.one, room, 3), await join(pair.other, room, 3)];
      await one.channel.publish(eventOf(1));
      await until(() => one.got.length > 0 && other.got.length > 0);
      const reading = one.channel.read(undefined);
      await one.channel.close();
      expect(numbersOf((await reading).events)).toEqual([1]);
      await other.channel.publish(eventOf(2));
      await until(() => other.got.length > 1);
      expect(numbersOf(one.got)).toEqual([1]);
      expect(numbersOf((await other.channel.read(undefined)).events)).toEqual([1, 2]);
      await one.channel.close();
    });

    test.each([0, 1, 3])(
      'who begins with all that is kept misses nothing that comes meanwhile (%p kept)',
      async (history) => {
        const [one, other] = [
          new Channel<number>({ name: room, history, broker: pair.one }),
          new Channel<number>({ name: room, history, broker: pair.other }),
        ];
        for (const n of upTo(5)) await other.publish(n);
        const seen: unknown[] = [];
        const subscription = one.subscribe({ replay: true });
        for (const n of upTo(10, 6)) void one.publish(n);
        for await (const event of subscription) {
          seen.push(event.data);
          if (event.data === 10) break;
        }
        const first = Number(seen[0]);
        expect(seen).toEqual(upTo(10, first));
        // When the broker reads what is kept, some of that is new already.
        expect(first).toBeGreaterThanOrEqual(6 - history);
        expect(first).toBeLessThanOrEqual(6);
        await Promise.all([one.close(), other.close()]);
      },
    );

    test('hands on the data as they were when the event was made', async () => {
      const { channel, got } = await join(pair.one, room, 3);
      const data = { n: 1, '\u2028': ['\u2029'] };
      const event = new ServerSentEvent({ data, comment: 'data: 7\n\ndata: 8' });
      data.n = 2;
      await channel.publish(event);
      await until(() => got.length > 0);
      const { events } = await channel.read(undefined);
      for (const each of [...got, ...events])
        expect(each.event.text).toContain('{"n":1,"\u2028":["\u2029"]}');
    });

    test('a client that goes from one process to another misses nothing and gets nothing twice', async () => {
      const options = { name: room, history: 1000 };
      const [one, other] = [
        new Channel<number>({ ...options, broker: pair.one }),
        new Channel<number>({ ...options, broker: pair.other }),
      ];
      const seen: unknown[] = [];
      // What others publish is handed on from some moment after the first subscription: this client has an event before.
      let lastEventId: string | undefined = await one.publish(0);
      const total = 200;
      const publishing = (async () => {
        await nextTurn();
        for (const n of upTo(total)) {
          await (n % 3 === 0 ? one : other).publish(n);
          if (n % 5 === 0) await nextTurn();
        }
      })();
      for (let turn = 0; seen.at(-1) !== total; turn += 1) {
        let left = 1 + (turn % 13);
        for await (const event of (turn % 2 === 0 ? one : other).subscribe({ lastEventId })) {
          seen.push(event.event ?? event.data);
          lastEventId = event.id;
          left -= 1;
          if (left === 0 || event.data === total) break;
        }
      }
      await publishing;
      expect(seen).toEqual(upTo(total));
      await Promise.all([one.close(), other.close()]);
    });
  });
}
