// What Redis does with the streams while it is there: it cuts them, loses them, refuses to write; and what others do.
import { setTimeout as wait } from 'node:timers/promises';

import { ServerSentEvent } from '@sluice/core';

import { describeWithRedis, RedisServer } from '../../../test/support/redis-server.js';
import { Nodes, read, until, upTo } from './support.js';

/** Keeps this process busy, so that it reads nothing. */
function block(milliseconds: number): void {
  const end = Date.now() + milliseconds;
  while (Date.now() < end);
}

describeWithRedis('streams of channels', () => {
  let redis: RedisServer;
  const nodes = new Nodes(() => redis);

  beforeAll(async () => {
    redis = await RedisServer.start();
  });

  afterEach(async () => {
    await nodes.client().flushall();
    await nodes.close();
  });

  afterAll(async () => {
    await redis.close();
  });

  test('tens of thousands of events come to another process in order, each once', async () => {
    const total = Number(process.env.SLUICE_REDIS_EVENTS ?? 20_000);
    // More than there are: on a busy machine the reader may come after many of them.
    const maxLength = total + 1;
    const channel = nodes.channel('a', nodes.broker({ maxLength }));
    const reading = read(nodes.channel('a', nodes.broker({ maxLength })));
    await reading.joined;
    for (let n = 1; n <= total; n += 1000) {
      await nodes.publish(channel, upTo(Math.min(n + 999, total), n));
    }
    await until(() => reading.got.length >= total);
    expect(reading.got).toEqual(upTo(total));
    expect(new Set(reading.events.map(({ id }) => id)).size).toBe(total);
  });

  test('who falls behind further than the stream is kept is told, and gets the rest', async () => {
    const broker = nodes.broker();
    const reading = read(nodes.channel('a', broker, 0));
    await reading.joined;
    const client = nodes.client();
    await nodes.channel('a', nodes.broker()).publish(0);
    await until(() => reading.got.length > 0);
    // Written all at once, while this process does not read: it is cut before anyone has read it.
    const writing = client.pipeline();
    for (const n of upTo(3000)) {
      writing.xadd('sluice:a', 'MAXLEN', 1000, '*', 't', `AAAAAAAA${n.toString(36)}`, 'data', String(n));
    }
    const written = writing.exec();
    block(50);
    await written;
    await until(() => reading.got.at(-1) === 3000);
    const [first, ...rest] = reading.got;
    expect(first).toBe(0);
    const gap = rest.indexOf('reset');
    expect(rest.filter((each) => each === 'reset')).toHaveLength(1);
    // What was read before the gap is without a hole, and so is what comes after it.
    const begin = rest[gap + 1] as number;
    expect(rest.slice(0, gap)).toEqual(upTo(gap));
    expect(rest.slice(gap + 1)).toEqual(upTo(3000, begin));
    expect(begin).toBeGreaterThan(gap + 1);
  });

  test('a stream that was emptied under way is told as a gap, and goes on', async () => {
    const broker = nodes.broker();
    const channel = nodes.channel('a', broker);
    const reading = read(channel);
    await reading.joined;
    const id = await channel.publish(1);
    await until(() => reading.got.length === 1);
    await nodes.client().flushall();
    await channel.publish(2);
    const back = read(nodes.channel('a', nodes.broker()), id);
    await until(() => reading.got.includes(2) && back.got.includes(2));
    expect(back.got).toEqual(['reset', 2]);
  });

  test('a Redis that lost its memory and whose clock is behind hides nothing, and repeats nothing', async () => {
    const [one, other] = [nodes.broker(), nodes.broker()];
    const channel = nodes.channel('a', one);
    const reading = read(channel);
    await reading.joined;
    const id = await channel.publish(1);
    await until(() => reading.got.length === 1);
    const client = nodes.client();
    await client.del('sluice:a');
    // What the new life of the stream begins with: ids that are lower, and one that is taken for that of the client.
    await client.xadd('sluice:a', '5-0', 't', 'BBBBBBBB1', 'data', '2');
    await client.xadd('sluice:a', id.split('.')[0]!, 't', 'BBBBBBBB2', 'data', '3');
    // The reader waits for what is later. A client that comes is given what is kept, and lets the reader look.
    const back = read(nodes.channel('a', other), id);
    const here = read(channel, id);
    await until(() => back.got.length >= 3 && here.got.length >= 3);
    expect(back.got).toEqual(['reset', 2, 3]);
    expect(here.got).toEqual(['reset', 2, 3]);
    await client.xadd('sluice:a', '*', 't', 'BBBBBBBB3', 'data', '4');
    await until(() => here.got.length >= 4 && back.got.length >= 4);
    expect(here.got).toEqual(['reset', 2, 3, 4]);
    expect(back.got).toEqual(['reset', 2, 3, 4]);
  });

  test('who was told of a gap in an empty stream is told once', async () => {
    const [one, other] = [nodes.channel('a', nodes.broker()), nodes.channel('a', nodes.broker())];
    const lost = read(one, '1764108000000-0.AAAAAAAA1');
    await until(() => lost.events.length === 1);
    expect(lost.got).toEqual(['reset']);
    const back = read(other, lost.events[0]?.id);
    await back.joined;
    await one.publish(1);
    await until(() => back.got.length > 0);
    expect(back.got).toEqual([1]);
  });

  test('entries of strangers are left out, and told once', async () => {
    const broker = nodes.broker();
    const channel = nodes.channel('a', broker);
    const reading = read(channel);
    await reading.joined;
    const client = nodes.client();
    const id = await channel.publish(1);
    const foreign = [
      ['hello', 'world'],
      ['t', ''],
      ['t', 'short', 'data', '1'],
      ['t', 'CCCCCCCC1', 'data', '{'],
      ['t', 'CCCCCCCC2', 'data', '1', 'rawData', 'x'],
      ['t', 'CCCCCCCC3', 'data', '1', 'id', 'a\nb'],
      ['t', 'CCCCCCCC4', 'data', '1', 'event', 'a\r'],
      ['t', 'CCCCCCCC5', 'data', '1', 'retry', 'soon'],
      ['\0', Buffer.from([0xff, 0xfe])],
    ];
    for (const fields of foreign) await client.xadd('sluice:a', '*', ...fields);
    await channel.publish(2);
    await until(() => reading.got.includes(2));
    expect(reading.got).toEqual([1, 2]);
    const back = read(nodes.channel('a', nodes.broker()), id);
    await until(() => back.got.length > 0);
    expect(back.got).toEqual([2]);
    expect(nodes.errors.map(({ code }) => code)).toEqual(['REDIS_ENTRY_FOREIGN']);
    expect(nodes.errors[0]?.message).toContain('key sluice:a → the entry ');
  });

  test('a key that holds something else keeps nothing from other channels', async () => {
    const broker = nodes.broker();
    const [good, bad] = [nodes.channel('good', broker), nodes.channel('bad', broker)];
    const [reading, broken] = [read(good), read(bad)];
    await Promise.all([reading.joined, broken.joined]);
    const client = nodes.client();
    await client.set('sluice:bad', 'text');
    await expect(bad.publish(1)).rejects.toMatchObject({ code: 'REDIS_KEY_TAKEN' });
    await good.publish(1);
    await good.publish(2);
    await until(() => reading.got.length >= 2);
    expect(reading.got).toEqual([1, 2]);
    // One that is there before anyone joins, too.
    await client.set('sluice:worse', 'text');
    const worse = nodes.channel('worse', broker);
    const never = read(worse, 'x');
    await until(() => never.got.length > 0);
    expect(never.got).toEqual([expect.objectContaining({ code: 'REDIS_KEY_TAKEN' })]);
    await good.publish(3);
    await until(() => reading.got.length >= 3);
  });

  test('a channel that gets its first subscriber while the reader waits does not wait with it', async () => {
    const broker = nodes.broker();
    const publisher = nodes.broker();
    await read(nodes.channel('quiet', broker)).joined;
    const begun = Date.now();
    for (const n of upTo(20)) {
      const name = `late-${n}`;
      const reading = read(nodes.channel(name, broker));
      await wait(5);
      await nodes.channel(name, publisher).publish(n);
      await until(() => reading.got.length === 1);
    }
    // Twenty waits of the reader would be a hundred seconds.
    expect(Date.now() - begun).toBeLessThan(4000);
    const keys = await nodes.client().keys('sluice::wake:*');
    expect(keys).toHaveLength(1);
    expect(await nodes.client().pttl(keys[0]!)).toBeGreaterThan(0);
  });

  test('5,000 channels are read by one connection', async () => {
    const total = 5000;
    const [broker, publisher] = [nodes.broker(), nodes.broker()];
    const got: string[] = [];
    const subscriptions = upTo(total).map((n) => nodes.channel<string>(`c${n}`, broker).subscribe());
    for (const subscription of subscriptions) {
      void (async () => {
        for await (const event of subscription) got.push(event.data as string);
      })();
    }
    // What this one reads is answered after all that was asked for before.
    await broker.open('last', { history: 0 }).read(undefined);
    await Promise.all(
      upTo(total).map(async (n) => nodes.channel<string>(`c${n}`, publisher).publish(`to ${n}`)),
    );
    await until(() => got.length >= total);
    expect(new Set(got)).toEqual(new Set(upTo(total).map((n) => `to ${n}`)));
    const clients = (await nodes.client().client('LIST')) as string;
    expect(clients.match(/name=sluice-reader/g)).toHaveLength(1);
    expect(clients.match(/name=sluice /g)).toHaveLength(2);
  });

  test('a stream is cut to the length that is asked for', async () => {
    const exact = nodes.channel('exact', nodes.broker({ trim: 'exact', maxLength: 10 }), 0);
    const long = nodes.channel('long', nodes.broker({ trim: 'exact', maxLength: 10 }), 20);
    const cheap = nodes.channel('cheap', nodes.broker({ maxLength: 10 }), 0);
    for (const n of upTo(300))
      await Promise.all([exact, long, cheap].map(async (channel) => channel.publish(n)));
    const client = nodes.client();
    expect(await client.xlen('sluice:exact')).toBe(10);
    expect(await client.xlen('sluice:long')).toBe(21);
    const length = await client.xlen('sluice:cheap');
    expect(length).toBeGreaterThanOrEqual(10);
    expect(length).toBeLessThan(300);
    expect(await client.pttl('sluice:exact')).toBe(-1);
  });

  test('a stream in which nothing is published any more goes, where it is not kept for ever', async () => {
    const broker = nodes.broker({ keepFor: 1000 });
    const channel = nodes.channel('a', broker);
    const reading = read(channel);
    await reading.joined;
    const id = await channel.publish(1);
    const client = nodes.client();
    await until(async () => (await client.exists('sluice:a')) === 0);
    await channel.publish(2);
    await until(() => reading.got.length === 2);
    expect(reading.got).toEqual([1, 2]);
    const back = read(channel, id);
    await until(() => back.got.length === 2);
    expect(back.got).toEqual(['reset', 2]);
  });

  test('an event has in the stream the names of its fields', async () => {
    const channel = nodes.channel<unknown>('a', nodes.broker());
    const data = { n: 1 };
    const event = new ServerSentEvent({ data, event: 'e', id: 'own', retry: 5, comment: 'data: no\nmore' });
    data.n = 2;
    await channel.publish(event);
    const [[, fields]] = (await nodes.client().xrange('sluice:a', '-', '+')) as [[string, string[]]];
    expect(fields).toEqual([
      ...['t', expect.stringMatching(/^[\w-]{8}1$/) as string, 'data', '{"n":1}', 'event', 'e', 'id', 'own'],
      ...['retry', '5', 'comment', 'data: no\nmore'],
    ]);
  });
});
