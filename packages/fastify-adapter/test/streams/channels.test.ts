// Channels whose clients, programs and brokers do what they should not, over real sockets.
import { connect } from 'node:net';
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';

import {
  Channel,
  Controller,
  EventSourceResponse,
  Get,
  Header,
  JSONLinesResponse,
  MemoryBroker,
  Param,
  Post,
  type Broker,
  type BrokerChannel,
  type Response,
  type SubscribeOptions,
} from '@sluice/core';

import { SlowBroker } from '../../../core/test/slow-broker.js';
import { until } from '../support/http-client.js';
import { VERSIONS } from '../support/stream-call.js';
import { startStreams, type StreamServer } from '../support/stream-server.js';

const ERROR = '{"detail":"Internal Server Error"}';
const BACK_SOON = 'retry: 1000\n\n';

let channels: Record<string, Channel> = {};

const channelOf = (name: string): Channel => {
  const channel = channels[name];
  if (channel === undefined) throw new Error(`there is no channel ${name}`);
  return channel;
};

@Controller()
class ChannelsController {
  @Get('/:name')
  watch(
    @Param('name') name: string,
    @Header('last-event-id', { optional: true }) lastEventId?: string,
  ): Response {
    return new EventSourceResponse(channelOf(name).subscribe({ lastEventId }));
  }

  @Get('/:name/lines')
  lines(@Param('name') name: string, signal: AbortSignal): Response {
    return new JSONLinesResponse(channelOf(name).subscribe({ signal, replay: true }).values());
  }

  /** Reads itself, and publishes what it reads elsewhere and on the same channel. */
  @Get('/:name/echo', { responseClass: EventSourceResponse })
  async *echo(@Param('name') name: string, signal: AbortSignal): AsyncGenerator {
    const channel = channelOf(name);
    for await (const event of channel.subscribe({ signal })) {
      if (event.event === 'echo') continue;
      await channel.publish(event.data, { event: 'echo' });
      yield event;
    }
  }

  @Post('/:name')
  async publish(@Param('name') name: string): Promise<string> {
    return channelOf(name).publish(() => 'no JSON');
  }
}

/** A broker of which one thing fails, or takes its time. */
function createBroker(change: (channel: BrokerChannel) => Partial<BrokerChannel>): Broker {
  const memory = new MemoryBroker();
  return {
    open: (name, options) => {
      const channel = memory.open(name, options);
      return { ...channel, ...change(channel) };
    },
  };
}

const fail = (): never => {
  throw new Error('the broker is broken');
};

/** The data of events, in their order. */
const dataOf = (text: string): string[] => [...text.matchAll(/^data: (.*)$/gm)].map(([, data]) => data ?? '');

describe.each(VERSIONS)('a channel on %s', (version) => {
  let server: StreamServer;
  beforeEach(async () => {
    server = await startStreams(version, [ChannelsController], { drainTimeout: 300 });
  });
  afterEach(async () => {
    await server.stop();
    for (const channel of Object.values(channels)) {
      expect(channel.counts.subscribers).toBe(0);
      await channel.close().catch(() => undefined);
    }
    channels = {};
  });

  it('takes what is published from inside of a subscriber of it', async () => {
    const channel = new Channel();
    channels = { a: channel };
    const [echo, watcher] = [server.ask('/a/echo'), server.ask('/a')];
    await until(() => channel.counts.subscribers === 2, 'the subscribers');
    for (const value of [1, 2, 3]) await channel.publish(value, { event: 'call' });
    await until(() => dataOf(watcher.text).length === 6, 'the events');
    expect(dataOf(watcher.text).sort()).toEqual(['1', '1', '2', '2', '3', '3']);
    await until(() => dataOf(echo.text).length === 3, 'the calls');
    expect(dataOf(echo.text)).toEqual(['1', '2', '3']);
    for (const one of [echo, watcher]) one.leave();
    await until(() => channel.counts.subscribers === 0, 'the end');
    expect(channel.counts).toMatchObject({ published: 6, delivered: 12, dropped: 0 });
  });

  it('keeps the order for clients that come and go while it publishes', async () => {
    const channel = new Channel({ history: 1000 });
    channels = { a: channel };
    const publishing = new AbortController();
    const publisher = (async () => {
      for (let value = 1; !publishing.signal.aborted; value += 1) {
        await channel.publish(value, { id: String(value) });
        if (value % 3 === 0) await turn();
      }
    })();
    let lastId = '0';
    const seen: number[] = [];
    for (let round = 0; round < 15; round += 1) {
      const others = [server.ask('/a'), server.ask('/a/lines')];
      const headers = { 'last-event-id': lastId };
      const client = server.ask('/a', round === 0 ? {} : { headers });
      await until(() => client.text.includes('\nid: '), 'some events');
      client.leave();
      for (const other of others) other.vanish();
      // What came in half is no event.
      const whole = client.text.slice(0, client.text.lastIndexOf('\n\n') + 1);
      for (const data of dataOf(whole)) if (!data.includes('reset')) seen.push(Number(data));
      lastId = String(seen.at(-1));
    }
    publishing.abort();
    await publisher;
    // Nothing is missed between two visits, and nothing comes twice.
    expect(seen).toEqual(seen.map((_, at) => seen[0]! + at));
    await until(() => channel.counts.subscribers === 0, 'the end');
  });

  it('refuses what is no JSON: the request fails, its clients hear of nothing', async () => {
    const channel = new Channel({ history: 5 });
    channels = { a: channel };
    const watcher = server.ask('/a');
    await watcher.received(': \n\n');
    expect(await server.ask('/a', { method: 'POST' }).outcome()).toEqual([500, ERROR, 'complete']);
    expect(server.complaints()).toEqual([expect.stringContaining('EVENT_INVALID')]);
    for (const value of [undefined, 1n, Symbol('a'), { deep: [1n] }]) {
      expect(() => channel.publish(value)).toThrow('EVENT_INVALID');
    }
    await channel.publish('after');
    await watcher.received('data: "after"');
    expect(dataOf(watcher.text)).toEqual(['"after"']);
    expect(channel.counts).toMatchObject({ published: 1, delivered: 1 });
    watcher.leave();
    await until(() => channel.counts.subscribers === 0, 'the end');
  });

  describe.each([0, 1, 2])('that keeps %i events', (history) => {
    it.each([
      ['that is unknown', 'of another day'],
      ['of another channel', 'other'],
      ['that resembles one', '999999999999999999999'],
      ['of blanks', ' \t '],
      ['as long as a header may be', 'x'.repeat(8000)],
      ['of bytes beyond ASCII', 'ÿ\x80é'],
    ])(
      'tells a client with an id %s that it has missed something, and gives what is kept',
      async (_what, id) => {
        const [channel, other] = [new Channel({ history }), new Channel({ history: 5 })];
        channels = { a: channel };
        const foreign = await other.publish('elsewhere');
        for (const value of [1, 2, 3]) await channel.publish(value);
        const sent = id === 'other' ? foreign : id;
        const client = server.ask('/a', { headers: { 'last-event-id': sent } });
        await client.received('\n\n');
        await channel.publish('new');
        await client.received('data: "new"');
        const kept = [1, 2, 3].slice(3 - history).map(String);
        // A header of blanks is an empty one, which is none.
        const expected = sent.trim() === '' ? ['"new"'] : ['{"reason":"expired"}', ...kept, '"new"'];
        expect(dataOf(client.text)).toEqual(expected);
        if (sent.trim() !== '') expect(client.text).not.toContain(sent);
        client.leave();
        await until(() => channel.counts.subscribers === 0, 'the end');
        await other.close();
      },
    );

    it('takes up after its newest event, and after one that is just kept', async () => {
      const channel = new Channel({ history });
      channels = { a: channel };
      const ids: string[] = [];
      for (const value of [1, 2, 3]) ids.push(await channel.publish(value));
      for (const [behind, last] of [...ids].reverse().entries()) {
        const client = server.ask('/a', { headers: { 'last-event-id': last } });
        await client.received('\n\n');
        const before = channel.counts.published;
        await channel.publish(before);
        await client.received(`data: ${before}\n`);
        const missed = behind + before - 3;
        const events = dataOf(client.text);
        expect(events.includes('{"reason":"expired"}')).toBe(missed > history);
        expect(events.filter((data) => !data.startsWith('{'))).toHaveLength(Math.min(missed, history) + 1);
        client.leave();
        await until(() => channel.counts.subscribers === 0, 'the end');
      }
    });
  });

  it.each<[string, SubscribeOptions['lastEventId']]>([
    ['a line break', 'a\r\ndata: forged\n\n'],
    ['NUL', 'a\0b'],
    ['a megabyte', '7'.repeat(1_000_000)],
    ['half of a surrogate pair', '\ud800'],
  ])('writes nothing of a last id with %s that a program gives', async (_what, lastEventId) => {
    const channel = new Channel({ history: 2 });
    await channel.publish('kept');
    @Controller()
    class OwnController {
      @Get('/own') own(): Response {
        return new EventSourceResponse(channel.subscribe({ lastEventId }));
      }
    }
    const own = await startStreams(version, [OwnController]);
    const client = own.ask('/own');
    await client.received('data: "kept"');
    expect(dataOf(client.text)).toEqual(['{"reason":"expired"}', '"kept"']);
    expect(client.text.length).toBeLessThan(200);
    await own.stop();
    await until(() => channel.counts.subscribers === 0, 'the end');
    await channel.close();
  });

  it('does not keep a server that closes for clients that read nothing', async () => {
    const channel = new Channel({ queueLimit: 3 });
    channels = { a: channel };
    const quick = server.ask('/a');
    const slow = Array.from({ length: 10 }, () => server.ask('/a', { paused: true }));
    await until(() => channel.counts.subscribers === 11, 'the subscribers');
    // Until the buffers of the slow ones are full.
    for (let at = 0; at < 2000 && channel.counts.dropped < 10 * 100; at += 1) {
      await channel.publish('x'.repeat(65_536));
      await turn();
    }
    expect(channel.counts.dropped).toBeGreaterThan(0);
    await server.app.close();
    expect(channel.counts.subscribers).toBe(0);
    const [, text] = await quick.outcome();
    expect(text.endsWith(BACK_SOON)).toBe(true);
    for (const client of slow) client.resume();
    await Promise.all(slow.map((client) => client.ended()));
  });

  describe('whose broker', () => {
    it.each<[string, () => Partial<BrokerChannel>]>([
      ['throws', () => ({ read: fail })],
      ['rejects', () => ({ read: async () => fail() })],
      ['gives nonsense', () => ({ read: async () => ({}) as never })],
      ['gives nonsense at once', () => ({ read: () => ({}) as never })],
    ])('%s when it reads the history fails that client alone', async (_what, change) => {
      const channel = new Channel({ name: 'a', broker: createBroker(change) });
      channels = { a: channel };
      const other = server.ask('/a');
      await other.received(': \n\n');
      for (let round = 0; round < 3; round += 1) {
        const client = server.ask('/a', { headers: { 'last-event-id': 'x' } });
        expect(await client.outcome()).toEqual([500, ERROR, 'complete']);
      }
      expect(channel.counts.subscribers).toBe(1);
      await channel.publish(1);
      await other.received('data: 1');
      other.leave();
      await until(() => channel.counts.subscribers === 0, 'the end');
    });

    it('throws when it is listened to for the first time is asked again', async () => {
      let fails = true;
      const broker = createBroker((channel) => ({
        subscribe: (receiver) => {
          if (fails) fail();
          channel.subscribe(receiver);
        },
      }));
      channels = { a: new Channel({ name: 'a', broker }) };
      expect(await server.ask('/a').outcome()).toEqual([500, ERROR, 'complete']);
      fails = false;
      const client = server.ask('/a');
      await client.received(': \n\n');
      await channels.a?.publish(1);
      await client.received('data: 1');
      client.leave();
      await until(() => channels.a?.counts.subscribers === 0, 'the end');
    });

    it.each<[string, () => Partial<BrokerChannel>]>([
      ['throws', () => ({ publish: fail })],
      ['rejects', () => ({ publish: async () => fail() })],
    ])('%s when something is published tells who did it, and counts nothing', async (_what, change) => {
      const channel = new Channel({ name: 'a', broker: createBroker(change) });
      channels = { a: channel };
      const client = server.ask('/a');
      await client.received(': \n\n');
      await expect((async () => channel.publish(1))()).rejects.toThrow('the broker is broken');
      expect(channel.counts).toMatchObject({ published: 0, delivered: 0, subscribers: 1 });
      client.leave();
      await until(() => channel.counts.subscribers === 0, 'the end');
    });

    it('rejects when it is closed ends its clients all the same', async () => {
      const channel = new Channel({ name: 'a', broker: createBroker(() => ({ close: async () => fail() })) });
      channels = { a: channel };
      const client = server.ask('/a');
      await client.received(': \n\n');
      await expect(channel.close()).rejects.toThrow('the broker is broken');
      expect(await client.outcome()).toEqual([200, ': \n\n', 'complete']);
    });

    it('is slow loses nothing between the history and what is new', async () => {
      const channel = new Channel({ name: 'a', history: 100, broker: new SlowBroker(15) });
      channels = { a: channel };
      const first = await channel.publish(0);
      const client = server.ask('/a', { headers: { 'last-event-id': first } });
      await Promise.all([1, 2, 3, 4, 5].map(async (value) => channel.publish(value)));
      await client.received('data: 5\n');
      expect(dataOf(client.text)).toEqual(['1', '2', '3', '4', '5']);
      client.leave();
      await until(() => channel.counts.subscribers === 0, 'the end');
    });

    it('is slow holds no client that has left meanwhile', async () => {
      let answer = (): void => undefined;
      const broker = createBroker((channel) => ({
        read: async (after) => {
          await new Promise<void>((resolve) => (answer = resolve));
          return channel.read(after);
        },
      }));
      const channel = new Channel({ name: 'a', broker });
      channels = { a: channel };
      const client = server.ask('/a', { headers: { 'last-event-id': 'x' } });
      await client.received(': \n\n');
      client.leave();
      await until(() => channel.counts.subscribers === 0, 'the end');
      answer();
      await wait(5);
      expect(channel.counts).toMatchObject({ subscribers: 0, delivered: 0 });
      expect(server.complaints()).toEqual([]);
    });

    it('is slow does not keep a server that closes', async () => {
      const broker = createBroker(() => ({ read: () => new Promise<never>(() => undefined) }));
      const channel = new Channel({ name: 'a', broker });
      channels = { a: channel };
      const client = server.ask('/a', { headers: { 'last-event-id': 'x' } });
      await client.received(': \n\n');
      await server.app.close();
      expect(await client.outcome()).toEqual([200, `: \n\n${BACK_SOON}`, 'complete']);
      expect(channel.counts.subscribers).toBe(0);
    });
  });
});

describe('a header Last-Event-ID of HTTP/1.1', () => {
  it.each([
    // What a browser sends is UTF-8.
    ['of any letters', 'größe-€-😀', Buffer.from('größe-€-😀')],
    ['with a byte order mark', '\ufeffa', Buffer.from('\ufeffa')],
    ['that is not UTF-8', 'gr\u00f6\u00dfe', Buffer.from('größe', 'latin1')],
  ])('%s is found by a channel', async (_what, id, bytes) => {
    const channel = new Channel<number>({ history: 2 });
    channels = { a: channel };
    await channel.publish(1, { id });
    await channel.publish(2, { id: 'next' });
    const server = await startStreams('HTTP/1.1', [ChannelsController]);
    const socket = connect(server.port, '127.0.0.1');
    let received = '';
    socket.on('error', () => undefined).on('data', (part: Buffer) => (received += part.toString('utf8')));
    socket.write(
      Buffer.concat([
        Buffer.from('GET /a HTTP/1.1\r\nhost: a\r\nlast-event-id: '),
        bytes,
        Buffer.from('\r\n\r\n'),
      ]),
    );
    await until(() => received.includes('id: next'), 'what came after it');
    expect(received).not.toContain('event: reset');
    expect(received).not.toContain('data: 1');
    socket.destroy();
    await server.stop();
    channels = {};
  });

  it.each([
    ['with NUL', 'a\0b', 400],
    ['with a line break of its own', 'a\rb', 400],
    ['of a megabyte', 'x'.repeat(1_000_000), 431],
  ])('%s does not come as far as a channel', async (_what, value, status) => {
    const channel = new Channel({ history: 1 });
    channels = { a: channel };
    const server = await startStreams('HTTP/1.1', [ChannelsController]);
    const socket = connect(server.port, '127.0.0.1');
    let received = '';
    socket.on('error', () => undefined).on('data', (bytes: Buffer) => (received += bytes.toString('latin1')));
    socket.write(`GET /a HTTP/1.1\r\nhost: a\r\nlast-event-id: ${value}\r\n\r\n`, 'latin1');
    await until(() => received.includes('\r\n\r\n') || socket.destroyed, 'the answer');
    // A client that still sends may find the connection reset before it has read why.
    if (received !== '') expect(received).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(channel.counts.subscribers).toBe(0);
    socket.destroy();
    await server.stop();
    channels = {};
  });
});
