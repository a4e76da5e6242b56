// A client that comes back: `eventsource` 4, an independent EventSource, on a channel over a real server.
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

import { Channel, Controller, EventSourceResponse, Get, Header } from '@sluice/core';
import { EventSource, type FetchLike } from 'eventsource';

import { until } from '../support/http-client.js';
import { startStreams, type StreamServer } from '../support/stream-server.js';

let channel: Channel<number>;
const RETRY = 10;

@Controller('/feed')
class FeedController {
  @Get('/')
  watch(@Header('last-event-id', { optional: true }) lastEventId?: string): EventSourceResponse {
    return new EventSourceResponse(channel.subscribe({ lastEventId }));
  }

  @Get('/generated', { responseClass: EventSourceResponse })
  async *generated(
    signal: AbortSignal,
    @Header('last-event-id', { optional: true }) lastEventId?: string,
  ): AsyncGenerator {
    yield* channel.subscribe({ lastEventId, signal });
  }
}

/** Stands between client and server, and breaks every connection when told. */
class BreakingProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  connections = 0;

  constructor(port: number) {
    this.#server = createServer((client) => {
      this.connections += 1;
      const server = connect(port, '127.0.0.1');
      for (const [one, other] of [
        [client, server],
        [server, client],
      ] as const) {
        this.#sockets.add(one);
        one.on('error', () => undefined);
        one.on('close', () => {
          this.#sockets.delete(one);
          other.destroy();
        });
        one.pipe(other);
      }
    });
  }

  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as { port: number }).port;
  }

  breakAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.breakAll();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

describe('a client that loses its connection again and again', () => {
  let server: StreamServer;
  let proxy: BreakingProxy;
  let port: number;
  const sources: EventSource[] = [];
  beforeEach(async () => {
    channel = new Channel<number>({ name: 'feed', history: 10_000 });
    server = await startStreams('HTTP/1.1', [FeedController]);
    proxy = new BreakingProxy(server.port);
    port = await proxy.listen();
  });
  afterEach(async () => {
    for (const source of sources.splice(0)) source.close();
    await proxy.close();
    await server.stop();
    void channel.close();
  });

  function open(
    path: string,
    init?: { fetch: FetchLike },
  ): { source: EventSource; received: number[]; resets: number } {
    const source = new EventSource(`http://127.0.0.1:${port}${path}`, init);
    const result = { source, received: [] as number[], resets: 0 };
    source.addEventListener('tick', ({ data }) => result.received.push(Number(data)));
    source.addEventListener('reset', () => (result.resets += 1));
    sources.push(source);
    return result;
  }

  it.each(['/feed', '/feed/generated'])(
    'misses nothing of a channel, and gets nothing twice: %s',
    async (path) => {
      const one = open(path);
      const other = open(path);
      await until(() => channel.counts.subscribers === 2, 'two subscribers');
      let published = 0;
      const publish = (count: number): void => {
        for (let n = 0; n < count; n += 1) {
          void channel.publish(
            (published += 1),
            published === 1 ? { event: 'tick', retry: RETRY } : { event: 'tick' },
          );
        }
      };
      publish(3);
      await until(() => one.received.length === 3 && other.received.length === 3, 'the first three');
      for (let round = 0; round < 8; round += 1) {
        publish(5);
        proxy.breakAll();
        // While nobody is connected, and while they connect again.
        publish(20);
        await wait(RETRY / 2);
        publish(20);
        await until(
          () => one.received.length === published && other.received.length === published,
          'all so far',
        );
      }
      const all = Array.from({ length: published }, (_, n) => n + 1);
      expect(one.received).toEqual(all);
      expect(other.received).toEqual(all);
      expect([one.resets, other.resets]).toEqual([0, 0]);
      expect(proxy.connections).toBeGreaterThanOrEqual(10);
      await until(() => channel.counts.subscribers === 2, 'no more subscribers than clients');
    },
  );

  it('is told when what it missed is not kept any more', async () => {
    void channel.close();
    channel = new Channel<number>({ name: 'short', history: 5 });
    const client = open('/feed');
    await until(() => channel.counts.subscribers === 1, 'a subscriber');
    void channel.publish(1, { event: 'tick', retry: RETRY });
    await until(() => client.received.length === 1, 'the first event');
    proxy.breakAll();
    for (let n = 2; n <= 20; n += 1) void channel.publish(n, { event: 'tick' });
    await until(() => client.received.at(-1) === 20, 'the last event');
    expect(client.resets).toBe(1);
    expect(client.received).toEqual([1, 16, 17, 18, 19, 20]);
  });

  it('fires open before the first event, however long that takes', async () => {
    const { source, received } = open('/feed');
    await once(source as never, 'open');
    expect(received).toEqual([]);
    void channel.publish(7, { event: 'tick' });
    await until(() => received.length === 1, 'the event');
  });

  it('comes back after the server closed, by what that told it', async () => {
    const { source, received } = open('/feed');
    await until(() => channel.counts.subscribers === 1, 'a subscriber');
    void channel.publish(1, { event: 'tick' });
    await until(() => received.length === 1, 'the first event');
    const errors: (number | undefined)[] = [];
    source.addEventListener('error', ({ code }) => errors.push(code));
    await server.app.close();
    await until(() => errors.length > 0, 'the error');
    expect(source.readyState).toBe(EventSource.CONNECTING);
    await until(() => channel.counts.subscribers === 0, 'no subscriber');
  });
});
