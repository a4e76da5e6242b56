import { setImmediate as nextTurn } from 'node:timers/promises';

import { SlowBroker } from '../../test/slow-broker.js';
import { ServerSentEvent } from '../sse/server-sent-event.js';
import { Channel, type SubscribeOptions } from './channel.js';
import type { ChannelOptions } from './channel-options.js';
import { MemoryBroker } from './memory-broker.js';
import type { Subscription } from './subscription.js';

/** Reads to the end: a gap as its reason, anything else as its data. */
async function readAll(subscription: Subscription): Promise<unknown[]> {
  const read: unknown[] = [];
  for await (const { event, data } of subscription) {
    read.push(event === 'reset' ? (data as { reason: string }).reason : data);
  }
  return read;
}

const brokers: [string, () => Pick<ChannelOptions, 'name' | 'broker'>][] = [
  ['in this process', () => ({})],
  ['elsewhere', () => ({ name: 'a', broker: new SlowBroker(1) })],
];

describe.each(brokers)('with a broker %s', (_where, ownBroker) => {
  const create = (options: ChannelOptions = {}) => new Channel<unknown>({ ...ownBroker(), ...options });

  /** Publishes numbers, and waits until they have come back to this channel. */
  async function publish(channel: Channel, ...data: unknown[]): Promise<string[]> {
    const witness = channel.subscribe();
    const ids = await Promise.all(data.map(async (each) => channel.publish(each)));
    for (const id of ids) expect((await witness.next()).value).toMatchObject({ id });
    await witness.return();
    return ids;
  }

  /** What a client reads that comes back with an id, and goes on reading while 'new' is published. */
  async function resume(channel: Channel, options: SubscribeOptions): Promise<unknown[]> {
    const reading = readAll(channel.subscribe(options));
    await publish(channel, 'new');
    await channel.close();
    return reading;
  }

  test('a subscriber gets what is published from the call of subscribe on, though it reads later', async () => {
    const channel = create({ history: 10 });
    await publish(channel, 1);
    const subscription = channel.subscribe();
    await publish(channel, 2, 3);
    await nextTurn();
    const late = readAll(subscription);
    await publish(channel, 4);
    await channel.close();
    expect(await late).toEqual([2, 3, 4]);
  });

  test.each<[string, number, number | string | undefined, boolean, unknown[]]>([
    ['an id that is kept', 10, 2, false, [3, 4, 5, 'new']],
    ['the last id', 10, 5, false, ['new']],
    ['the id before what is kept', 3, 2, false, [3, 4, 5, 'new']],
    ['an id that is not kept any more', 2, 1, false, ['expired', 4, 5, 'new']],
    ['an id that never was', 2, 'never', false, ['expired', 4, 5, 'new']],
    ['an id that could break a line', 2, '1\r\ndata: 2', false, ['expired', 4, 5, 'new']],
    ['no id', 10, undefined, false, ['new']],
    ['an empty id', 10, '', false, ['new']],
    ['no id, for all that is kept', 2, undefined, true, [4, 5, 'new']],
    ['an id, for all that is kept', 10, 4, true, [5, 'new']],
    ['the last id, where nothing is kept', 0, 5, false, ['new']],
    ['another id, where nothing is kept', 0, 4, false, ['expired', 'new']],
    ['no id, for all, where nothing is kept', 0, undefined, true, ['new']],
  ])('a client comes back with %s', async (_what, history, last, replay, expected) => {
    const channel = create({ history });
    const ids = await publish(channel, 1, 2, 3, 4, 5);
    const lastEventId = typeof last === 'number' ? ids[last - 1] : last;
    expect(await resume(channel, { lastEventId, replay })).toEqual(expected);
  });

  test('ids of one’s own are kept, and a client comes back with them', async () => {
    const channel = create({ history: 10 });
    for (const id of ['a', '0', 'ä😀', '7']) {
      expect(await channel.publish({ id }, { id, event: 'item' })).toBe(id);
    }
    const [first, second] = [
      channel.subscribe({ lastEventId: '0' }),
      channel.subscribe({ lastEventId: '7' }),
    ];
    await channel.publish(new ServerSentEvent({ data: 'last', id: 'z' }));
    expect((await first.next()).value).toMatchObject({ id: 'ä😀', event: 'item', data: { id: 'ä😀' } });
    expect((await second.next()).value).toMatchObject({ id: 'z' });
    await channel.close();
  });

  test('a client that was told of a gap is told once, though it comes back before anything new', async () => {
    const channel = create({ history: 0 });
    await publish(channel, 1);
    const first = channel.subscribe({ lastEventId: 'old' });
    const notice = (await first.next()).value as ServerSentEvent;
    expect(notice).toMatchObject({ event: 'reset', data: { reason: 'expired' } });
    await first.return();
    expect(notice.id).toMatch(/./);
    expect(await resume(channel, { lastEventId: notice.id })).toEqual(['new']);
  });

  test('joining and history leave no gap and give nothing twice, whenever it happens', async () => {
    const channel = create({ history: 1000 });
    const ids = await publish(channel, 0);
    const readers: Promise<unknown[]>[] = [];
    for (let n = 1; n <= 150; n += 1) {
      const published = channel.publish(n);
      // In the same turn as the publishing, before its answer has come, and after it.
      if (n % 3 === 0) readers.push(readAll(channel.subscribe({ lastEventId: ids[0] })));
      if (n % 5 === 0) ids.push(await published);
      if (n % 11 === 0) readers.push(readAll(channel.subscribe({ lastEventId: ids[0] })));
    }
    await publish(channel, 'end');
    await channel.close();
    const all = [...Array.from({ length: 150 }, (_, n) => n + 1), 'end'];
    expect(readers.length).toBeGreaterThan(60);
    for (const reader of readers) expect(await reader).toEqual(all);
  });

  test('counts', async () => {
    const channel = create({ history: 3 });
    expect(channel.counts).toEqual({
      subscribers: 0,
      published: 0,
      delivered: 0,
      dropped: 0,
      disconnected: 0,
    });
    const ids = await publish(channel, 1, 2);
    const [one, two, unread] = [
      channel.subscribe(),
      channel.subscribe({ lastEventId: ids[0] }),
      channel.subscribe(),
    ];
    expect((await two.next()).value).toMatchObject({ data: 2 });
    const waiting = one.next();
    expect(channel.counts).toEqual({
      subscribers: 2,
      published: 2,
      delivered: 3,
      dropped: 0,
      disconnected: 0,
    });
    await channel.publish(3);
    await waiting;
    await one.return();
    await unread.return();
    expect(channel.counts).toMatchObject({ subscribers: 1, published: 3, delivered: 4 });
    await channel.close();
    expect(await readAll(two)).toEqual([3]);
    expect(channel.counts).toMatchObject({ subscribers: 0, delivered: 5 });
  });

  test('closing ends every subscription after what waits for it, and a second time changes nothing', async () => {
    const channel = create({ history: 10 });
    const ids = await publish(channel, 1);
    const [idle, behind, back, unread] = [
      channel.subscribe(),
      channel.subscribe(),
      channel.subscribe({ lastEventId: ids[0] }),
      channel.subscribe(),
    ];
    const waiting = readAll(idle);
    await publish(channel, 2, 3);
    expect(channel.closed).toBe(false);
    const closing = channel.close();
    expect(channel.closed).toBe(true);
    expect(channel.close()).toBe(closing);
    await closing;
    for (const reading of [waiting, readAll(behind), readAll(back), readAll(unread)]) {
      expect(await reading).toEqual([2, 3]);
    }
    for (const subscription of [idle, behind, back, unread]) expect(subscription.endedBy).toBe('closed');
    expect(await behind.next()).toEqual({ done: true, value: undefined });
  });
});

test('a value becomes one frozen event, with an id that no other has', () => {
  const [one, other] = [new Channel(), new Channel()];
  const ids = [
    one.publish(1),
    one.publish(1),
    other.publish(1),
    new MemoryBroker().open('a', { history: 0 }),
  ];
  expect(new Set(ids).size).toBe(4);
  for (const id of ids.slice(0, 3)) expect(id).toMatch(/^[\w-]{8}\.\d+$/);
});

test('all subscribers get the same event, which is encoded once, and as it was when it was published', async () => {
  const channel = new Channel<{ n: number }>();
  const subscriptions = [channel.subscribe(), channel.subscribe()];
  let encoded = 0;
  const value = {
    n: 1,
    toJSON() {
      encoded += 1;
      return { n: this.n };
    },
  };
  const id = await channel.publish(value, { event: 'e', retry: 5, comment: 'c' });
  value.n = 2;
  const [one, two] = (await Promise.all(subscriptions.map((each) => each.next()))).map(
    (each) => each.value as ServerSentEvent,
  );
  expect(one).toBe(two);
  expect(Object.isFrozen(one)).toBe(true);
  expect(one!.text).toBe(`id: ${id}\n: c\nevent: e\ndata: {"n":1}\nretry: 5\n\n`);
  expect(one!.bytes).toBe(two!.bytes);
  expect(encoded).toBe(1);
});

test('an event with an id goes out as it is', async () => {
  const channel = new Channel();
  const subscription = channel.subscribe();
  const event = new ServerSentEvent({ rawData: 'a\nb', id: '7' });
  expect(channel.publish(event)).toBe('7');
  expect((await subscription.next()).value).toBe(event);
});

const refusal = (code: string, problem: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(problem) as string }) as Error;

// Chromium closes its EventSource for good when the server refuses the header that it comes back with.
test.each(['\x01', 'a\x7f', 'a\x0bb', '\x0c', '\ud800a', 'a\udc00', 'x'.repeat(2001)])(
  'an id that no client can send back is refused: %j',
  (id) => {
    expect(() => new Channel().publish(1, { id })).toThrow(refusal('EVENT_INVALID', 'no client comes back'));
  },
);

test.each(['0', 'a\tb', 'a b', 'é', '中', '😀', '\u00a0a\ufeff', 'x'.repeat(2000)])(
  'an id that a client can send back is kept: %j',
  (id) => {
    expect(new Channel().publish(1, { id })).toBe(id);
  },
);

test.each<[string, () => unknown, string, string]>([
  ['an id with a line break', () => new Channel().publish(1, { id: 'a\nb' }), 'EVENT_INVALID', 'id is text'],
  ['an empty id', () => new Channel().publish(1, { id: '' }), 'EVENT_INVALID', 'no client comes back'],
  [
    'an id that ends with a blank',
    () => new Channel().publish(new ServerSentEvent({ id: '7 ', data: 1 })),
    'EVENT_INVALID',
    'no client comes back',
  ],
  ['an id with NUL', () => new Channel().publish(1, { id: '\0' }), 'EVENT_INVALID', 'id is text'],
  ['a name with CR', () => new Channel().publish(1, { event: 'a\rb' }), 'EVENT_INVALID', 'event is text'],
  ['a retry that is none', () => new Channel().publish(1, { retry: -1 }), 'EVENT_INVALID', 'retry is'],
  ['undefined', () => new Channel().publish(undefined), 'EVENT_INVALID', 'none of the fields'],
  ['a function', () => new Channel().publish(() => 1), 'EVENT_INVALID', 'data is a JSON value'],
  ['a bigint', () => new Channel().publish(1n), 'EVENT_INVALID', 'data is a JSON value'],
  [
    'details beside an event',
    () => new Channel<unknown>().publish(new ServerSentEvent({ data: 1 }), { id: '1' }),
    'EVENT_INVALID',
    'says itself',
  ],
  [
    'raw data beside a value',
    () => new Channel().publish(1, { rawData: 'a' } as never),
    'EVENT_INVALID',
    'exclude each other',
  ],
  [
    'a lastEventId of null',
    () => new Channel().subscribe({ lastEventId: null as never }),
    'SUBSCRIPTION_INVALID',
    'not null',
  ],
  [
    'two headers',
    () => new Channel().subscribe({ lastEventId: ['1'] as never }),
    'SUBSCRIPTION_INVALID',
    'not object',
  ],
  [
    'a replay of 1',
    () => new Channel().subscribe({ replay: 1 as never }),
    'SUBSCRIPTION_INVALID',
    'not number',
  ],
  ['no signal', () => new Channel().subscribe({ signal: {} as never }), 'SUBSCRIPTION_INVALID', 'not object'],
])('refuses %s', (_what, call, code, problem) => {
  expect(call).toThrow(refusal(code, problem));
});

test('a closed channel takes no events and no subscribers', async () => {
  const channel = new Channel({ name: 'prices' });
  await channel.close();
  expect(() => channel.publish(1)).toThrow(
    refusal('CHANNEL_CLOSED', '"prices" was closed, and takes no events'),
  );
  expect(() => channel.subscribe()).toThrow(refusal('CHANNEL_CLOSED', 'takes no subscribers'));
});

test('an event that is refused is not counted, and comes to nobody', async () => {
  const channel = new Channel();
  const subscription = channel.subscribe();
  expect(() => channel.publish(1, { id: '\n' })).toThrow();
  expect(channel.counts.published).toBe(0);
  void channel.publish(2);
  expect((await subscription.next()).value).toMatchObject({ data: 2 });
});

test('what a broker elsewhere cannot keep is told to who published it', async () => {
  const failure = new Error('no connection');
  const broker = new MemoryBroker();
  const channel = new Channel({
    name: 'a',
    broker: {
      open: (name, options) => ({
        ...broker.open(name, options),
        publish: () => Promise.reject(failure),
        close: () => Promise.reject(failure),
      }),
    },
  });
  await expect(channel.publish(1)).rejects.toBe(failure);
  expect(channel.counts.published).toBe(0);
  await expect(channel.close()).rejects.toBe(failure);
});

test('subscribers are told where the broker lost something, in its place', async () => {
  const inner = new MemoryBroker();
  let lose: ((position?: string) => void) | undefined;
  const channel = new Channel({
    name: 'a',
    broker: {
      open: (name, options) => {
        const opened = inner.open(name, options);
        return {
          ...opened,
          subscribe: (receiver) => {
            lose = (position) => {
              receiver.onGap(position);
            };
            opened.subscribe(receiver);
          },
        };
      },
    },
  });
  const [one, two] = [channel.subscribe(), channel.subscribe()];
  void channel.publish(1);
  lose?.('p');
  void channel.publish(2);
  lose?.();
  await channel.close();
  expect(await readAll(one)).toEqual([1, 'broker', 2, 'broker']);
  await two.next();
  expect((await two.next()).value).toMatchObject({ event: 'reset', id: 'p', data: { reason: 'broker' } });
});

test('who begins with all that is kept is given what came since, though the history is read later and is short', async () => {
  const inner = new MemoryBroker();
  const channel = new Channel<number>({
    name: 'a',
    history: 2,
    broker: {
      open: (name, options) => {
        const opened = inner.open(name, options);
        return { ...opened, read: (after) => Promise.resolve().then(() => opened.read(after)) };
      },
    },
  });
  void channel.publish(1);
  const [early, late] = [channel.subscribe({ replay: true }), channel.subscribe({ replay: true })];
  for (const n of [2, 3, 4]) void channel.publish(n);
  await Promise.resolve();
  await channel.close();
  expect(await readAll(early)).toEqual([2, 3, 4]);
  expect(await readAll(late)).toEqual([2, 3, 4]);
});
