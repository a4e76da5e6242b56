import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { SlowBroker } from '../../test/slow-broker.js';
import { EventSourceResponse } from '../responses/event-source-response.js';
import { JSONLinesResponse } from '../responses/json-lines-response.js';
import type { EventFeed } from '../sse/event-feed.js';
import { ServerSentEvent } from '../sse/server-sent-event.js';
import { Channel } from './channel.js';
import { MemoryBroker } from './memory-broker.js';
import type { Subscription } from './subscription.js';

/** The direct path of a subscription, as an adapter gets it. */
function feedOf(subscription: Subscription): EventFeed {
  const { body } = new EventSourceResponse(subscription).toParts();
  const feed = body.kind === 'chunks' ? body.events?.feed : undefined;
  if (feed === undefined) throw new Error('no direct path');
  return feed;
}

const dataOf = (text: string): unknown[] =>
  [...text.matchAll(/^data: (.*)$/gm)].map(([, json]) => JSON.parse(json ?? '') as unknown);

/** Takes all that there is now. */
function drain(feed: EventFeed): { data: unknown[]; batches: Uint8Array[] } {
  const batches: Uint8Array[] = [];
  for (let batch = feed.take(); batch !== undefined; batch = feed.take()) batches.push(batch.bytes);
  return { data: dataOf(Buffer.concat(batches).toString()), batches };
}

/** Reads as an adapter does, until it is done. */
async function drainAll(subscription: Subscription): Promise<unknown[]> {
  const feed = feedOf(subscription);
  const data: unknown[] = [];
  for (;;) {
    data.push(...drain(feed).data);
    if (feed.done) return data;
    await new Promise<void>((resolve) => {
      feed.whenReady(resolve);
    });
  }
}

async function iterateAll(subscription: Subscription): Promise<unknown[]> {
  const data: unknown[] = [];
  for await (const event of subscription) data.push(event.data);
  return data;
}

const lost = { reason: 'dropped' };
const upTo = (end: number, from = 1): number[] => Array.from({ length: end - from + 1 }, (_, n) => from + n);

describe.each([
  ['by its iterator', iterateAll],
  ['by the direct path', drainAll],
])('a subscription that is read %s', (_how, readAll) => {
  test('gives what waits, what comes, and ends with the channel', async () => {
    const channel = new Channel<number>();
    const subscription = channel.subscribe();
    for (const n of upTo(3)) void channel.publish(n);
    const reading = readAll(subscription);
    for (const n of upTo(20, 4)) {
      void channel.publish(n);
      if (n % 3 === 0) await nextTurn();
    }
    await channel.close();
    expect(await reading).toEqual(upTo(20));
    expect(subscription.endedBy).toBe('closed');
    expect(channel.counts).toMatchObject({ subscribers: 0, delivered: 20 });
  });

  test('ends at once when its signal fires, without what waits', async () => {
    const channel = new Channel<number>();
    const controller = new AbortController();
    const [idle, behind] = [1, 2].map(() => channel.subscribe({ signal: controller.signal }));
    const reading = readAll(idle!);
    void channel.publish(1);
    controller.abort();
    void channel.publish(2);
    expect(await reading).toEqual([]);
    expect(await readAll(behind!)).toEqual([]);
    expect([idle!.endedBy, behind!.endedBy]).toEqual(['aborted', 'aborted']);
    expect(channel.counts).toMatchObject({ subscribers: 0, delivered: 0 });
  });

  test('is over from the beginning with a signal that has fired', async () => {
    const channel = new Channel({ history: 5 });
    void channel.publish(1);
    const subscription = channel.subscribe({ signal: AbortSignal.abort(), replay: true });
    void channel.publish(2);
    expect(await readAll(subscription)).toEqual([]);
  });

  test('drops what waits longest, says so in its place, and counts', async () => {
    const channel = new Channel<number>({ queueLimit: 3 });
    const slow = channel.subscribe();
    for (const n of upTo(5)) {
      void channel.publish(n);
      await nextTurn();
      await nextTurn();
    }
    // A gap that grows is one gap.
    for (const n of upTo(9, 6)) {
      void channel.publish(n);
      await nextTurn();
      await nextTurn();
    }
    await channel.close();
    expect(await readAll(slow)).toEqual([lost, 7, 8, 9]);
    expect(channel.counts).toMatchObject({ dropped: 6, delivered: 3, disconnected: 0 });
  });

  test('is ended when its queue is full, where the channel disconnects', async () => {
    const channel = new Channel<number>({ queueLimit: 3, whenFull: 'disconnect', history: 10 });
    const slow = channel.subscribe();
    const ids = upTo(4).map((n) => channel.publish(n) as string);
    await nextTurn();
    await nextTurn();
    expect(slow.endedBy).toBe('too-slow');
    expect(await readAll(slow)).toEqual([]);
    expect(channel.counts).toMatchObject({ dropped: 0, disconnected: 1 });
    // The client comes back and has missed nothing.
    const back = channel.subscribe({ lastEventId: ids[0] });
    await channel.close();
    expect(await readAll(back)).toEqual([2, 3, 4]);
  });

  test('takes a burst that is larger than its queue, if it reads in time', async () => {
    const channel = new Channel<number>({ queueLimit: 10 });
    const reading = readAll(channel.subscribe());
    for (const n of upTo(19)) void channel.publish(n);
    await nextTurn();
    await channel.close();
    expect(await reading).toEqual(upTo(19));
  });

  test('is bounded though a publisher never lets the turn end', async () => {
    const channel = new Channel<number>({ queueLimit: 10 });
    const reading = readAll(channel.subscribe());
    for (const n of upTo(1000)) void channel.publish(n);
    await channel.close();
    const read = await reading;
    expect(read[0]).toEqual(lost);
    expect(read.length).toBeLessThanOrEqual(20);
    expect(read.at(-1)).toBe(1000);
    expect(channel.counts.dropped).toBe(1000 - (read.length - 1));
  });

  test('keeps the history apart from the queue, and what was dropped between the two', async () => {
    const channel = new Channel<number>({ queueLimit: 3, history: 100 });
    for (const n of upTo(20)) void channel.publish(n);
    const subscription = channel.subscribe({ replay: true });
    for (const n of upTo(30, 21)) void channel.publish(n);
    await nextTurn();
    await nextTurn();
    await channel.close();
    const read = await readAll(subscription);
    expect(read.slice(0, 21)).toEqual([...upTo(20), lost]);
    expect(read.slice(21)).toEqual(upTo(30, 30 - (read.length - 22)));
    expect(read.length - 21).toBeLessThanOrEqual(6);
  });

  test('loses nothing to its queue that the history has, while the broker reads it', async () => {
    const broker = new MemoryBroker();
    const publisher = new Channel<number>({ name: 'a', broker, history: 100 });
    const channel = new Channel<number>({
      name: 'a',
      broker: new SlowBroker(5, broker),
      queueLimit: 3,
      history: 100,
    });
    const id = await publisher.publish(0);
    const reading = readAll(channel.subscribe({ lastEventId: id }));
    for (const n of upTo(40)) void publisher.publish(n);
    await publisher.close();
    await channel.publish(41);
    await channel.close();
    const read = await reading;
    expect(read.slice(0, 40)).toEqual(upTo(40));
    expect(read.at(-1)).toBe(41);
    expect(read).not.toContainEqual(lost);
  });

  test('fails with what the broker failed with, when it read the history', async () => {
    const failure = new Error('no connection');
    const memory = new MemoryBroker();
    const channel = new Channel({
      name: 'a',
      broker: {
        open: (name, options) => ({ ...memory.open(name, options), read: () => Promise.reject(failure) }),
      },
    });
    const subscription = channel.subscribe({ lastEventId: '1' });
    await expect(readAll(subscription)).rejects.toBe(failure);
    expect(subscription.endedBy).toBe('failed');
    expect(await readAll(subscription)).toEqual([]);
    // One that is left meanwhile has nobody to tell.
    const left = channel.subscribe({ lastEventId: '1' });
    await left.return();
    await nextTurn();
    expect(await readAll(left)).toEqual([]);
  });
});

describe('the iterator', () => {
  test('answers several calls that wait, in their order', async () => {
    const channel = new Channel<number>();
    const subscription = channel.subscribe();
    const waiting = upTo(4).map(() => subscription.next());
    for (const n of upTo(3)) void channel.publish(n);
    const [one, two, three] = await Promise.all(waiting.slice(0, 3));
    expect([one, two, three].map((each) => (each?.value as ServerSentEvent).data)).toEqual([1, 2, 3]);
    await subscription.return();
    expect(await waiting[3]).toEqual({ done: true, value: undefined });
  });

  test('leaves the channel with the loop', async () => {
    const channel = new Channel<number>();
    const subscription = channel.subscribe();
    void channel.publish(1);
    for await (const event of subscription) {
      expect(event.data).toBe(1);
      expect(channel.counts.subscribers).toBe(1);
      break;
    }
    expect(subscription.endedBy).toBe('returned');
    expect(channel.counts.subscribers).toBe(0);
    void channel.publish(2);
    expect(await subscription.next()).toEqual({ done: true, value: undefined });
  });

  test('gives values, without notices and comments', async () => {
    const channel = new Channel<unknown>({ history: 1 });
    for (const n of upTo(3)) void channel.publish(n);
    const values = channel.subscribe({ lastEventId: 'gone' }).values();
    void channel.publish(new ServerSentEvent({ comment: 'quiet' }));
    void channel.publish(new ServerSentEvent({ rawData: 'text' }));
    void channel.publish({ reason: 'mine' }, { event: 'reset' });
    void channel.publish(null);
    const { body } = new JSONLinesResponse(values).toParts();
    if (body.kind !== 'chunks') throw new Error('no stream');
    await channel.close();
    let lines = '';
    for await (const item of body.source as AsyncIterable<unknown>) {
      lines += body.encode(item as never) as string;
    }
    expect(lines).toBe('3\n"text"\n{"reason":"mine"}\nnull\n');
  });

  test('of values leaves the channel too, with a next() that waits', async () => {
    const channel = new Channel<number>();
    const subscription = channel.subscribe();
    const values = subscription.values();
    const waiting = values.next();
    expect(await values.return?.()).toEqual({ done: true, value: undefined });
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(subscription.endedBy).toBe('returned');
  });
});

describe('the direct path', () => {
  test('is told once a turn, and all who are at one place get the same bytes', async () => {
    const channel = new Channel<number>();
    const feeds = upTo(3).map(() => feedOf(channel.subscribe()));
    const late = channel.subscribe();
    let told = 0;
    for (const feed of feeds) {
      expect(feed.take()).toBeUndefined();
      expect(feed.done).toBe(false);
      feed.whenReady(() => {
        told += 1;
      });
    }
    for (const n of upTo(10)) {
      void channel.publish(n);
      await Promise.resolve();
    }
    expect(told).toBe(0);
    await nextTurn();
    expect(told).toBe(3);
    void channel.publish(11);
    await nextTurn();
    expect(told).toBe(3);
    const batches = feeds.map((feed) => feed.take());
    expect(batches[0]).toMatchObject({ events: 11 });
    expect(dataOf(Buffer.from(batches[0]!.bytes).toString())).toEqual(upTo(11));
    for (const batch of batches) expect(batch).toBe(batches[0]);
    expect(feedOf(late).take()).toBe(batches[0]);
    expect(channel.counts.delivered).toBe(44);
    await channel.close();
  });

  test('gives one event as the bytes that it keeps', async () => {
    const channel = new Channel();
    const feed = feedOf(channel.subscribe());
    const event = new ServerSentEvent({ data: 1, id: '1' });
    void channel.publish(event);
    expect(feed.take()?.bytes).toBe(event.bytes);
    await channel.close();
  });

  test('gives much in pieces, of the log and of the history', async () => {
    const channel = new Channel<string>({ history: 100 });
    const live = feedOf(channel.subscribe());
    for (let n = 0; n < 30; n += 1) void channel.publish('x'.repeat(10_000));
    const history = feedOf(channel.subscribe({ replay: true }));
    for (const feed of [live, history]) {
      const { data, batches } = drain(feed);
      expect(data).toHaveLength(30);
      expect(batches).toHaveLength(5);
      for (const bytes of batches) expect(bytes.length).toBeLessThan(80_000);
    }
    await channel.close();
  });

  test('calls back for what had come before, in a later turn', async () => {
    const channel = new Channel<number>();
    const feed = feedOf(channel.subscribe());
    void channel.publish(1);
    await nextTurn();
    let told = false;
    feed.whenReady(() => {
      told = true;
    });
    expect(told).toBe(false);
    await nextTurn();
    expect(told).toBe(true);
    await channel.close();
  });

  test('is not told of its own return()', async () => {
    const channel = new Channel<number>();
    const subscription = channel.subscribe();
    const feed = feedOf(subscription);
    let told = false;
    feed.whenReady(() => {
      told = true;
    });
    await subscription.return();
    void channel.publish(1);
    await nextTurn();
    expect(told).toBe(false);
    expect(feed.take()).toBeUndefined();
    expect(feed.done).toBe(true);
  });

  test('a reader that throws keeps nothing from the others', async () => {
    const channel = new Channel<number>();
    const [bad, good] = [channel.subscribe(), channel.subscribe()].map(feedOf);
    // jest keeps 'uncaughtException' to itself: what is thrown apart is seen where it is handed over.
    const apart: unknown[] = [];
    const spy = jest.spyOn(globalThis, 'queueMicrotask').mockImplementation((callback) => {
      try {
        callback();
      } catch (error) {
        apart.push(error);
      }
    });
    const failure = new Error('broken');
    bad!.whenReady(() => {
      throw failure;
    });
    const got = new Promise<unknown>((resolve) => {
      good!.whenReady(() => {
        resolve(drain(good!).data);
      });
    });
    void channel.publish(1);
    expect(await got).toEqual([1]);
    spy.mockRestore();
    expect(apart).toEqual([failure]);
    await channel.close();
  });

  test('is left to a class that encodes events in its own way, and to no other source', () => {
    class Loud extends EventSourceResponse {
      protected override encode(): string {
        return 'data: LOUD\n\n';
      }
    }
    class Plain extends EventSourceResponse {}
    const channel = new Channel();
    const hasFeed = (response: EventSourceResponse): boolean => {
      const { body } = response.toParts();
      return body.kind === 'chunks' && body.events?.feed !== undefined;
    };
    expect(hasFeed(new Plain(channel.subscribe()))).toBe(true);
    expect(hasFeed(EventSourceResponse.from(channel.subscribe(), {}))).toBe(true);
    expect(hasFeed(new Loud(channel.subscribe()))).toBe(false);
    expect(hasFeed(new EventSourceResponse(channel.subscribe().values()))).toBe(false);
    expect(hasFeed(new EventSourceResponse([]))).toBe(false);
  });
});

describe('what is left', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;

  async function collected(...refs: WeakRef<object>[]): Promise<boolean> {
    for (let round = 0; round < 20; round += 1) {
      await nextTurn();
      collect();
      if (refs.every((ref) => ref.deref() === undefined)) return true;
    }
    return false;
  }

  test('a subscription that is never read is collected, with what waited for it', async () => {
    const channel = new Channel<object>();
    const refs: WeakRef<object>[] = [];
    (() => {
      const value = { big: 'x' };
      refs.push(new WeakRef(channel.subscribe()), new WeakRef(value));
      void channel.publish(value);
    })();
    await nextTurn();
    expect(await collected(refs[0]!)).toBe(true);
    // What was held for it goes with the next event.
    void channel.publish({});
    expect(await collected(...refs)).toBe(true);
    await channel.close();
  });

  test('a thousand subscriptions that are never read leave nothing on a channel that stays silent', async () => {
    const channel = new Channel();
    const refs = upTo(1000).map(() => new WeakRef(channel.subscribe()));
    expect(await collected(...refs)).toBe(true);
    await channel.close();
  });

  test('a subscription that has ended is held by neither the channel nor its signal', async () => {
    const channel = new Channel<number>();
    const { signal } = new AbortController();
    const begin = (): WeakRef<object> => {
      const subscription = channel.subscribe({ signal });
      feedOf(subscription).whenReady(() => {});
      void subscription.return();
      return new WeakRef(subscription);
    };
    expect(await collected(begin())).toBe(true);
    expect(signal.aborted).toBe(false);
    await channel.close();
  });

  test('an event that everyone has taken is held by nobody, where there is no history', async () => {
    const channel = new Channel<object>();
    const [quick, slow] = [channel.subscribe(), channel.subscribe()].map(feedOf);
    quick!.take();
    slow!.take();
    const publish = (): WeakRef<object> => {
      const value = {};
      void channel.publish(value);
      return new WeakRef(value);
    };
    const ref = publish();
    await nextTurn();
    drain(quick!);
    await nextTurn();
    collect();
    expect(ref.deref()).toBeDefined();
    drain(slow!);
    expect(await collected(ref)).toBe(true);
    await channel.close();
  });
});
