// Two nodes as processes of their own, one of which is killed: its clients go to the other.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { describeWithRedis, RedisServer } from '../../../test/support/redis-server.js';
import { Nodes, until, upTo } from './support.js';

/** How often a node is killed; 20 for a release: `SLUICE_REDIS_KILLS=20 npx jest packages/redis/test/two-nodes`. */
const RUNS = Number(process.env.SLUICE_REDIS_KILLS ?? 3);
const SUBSCRIBERS = 200;
const EVENTS = 300;
const root = path.join(__dirname, '..', '..', '..');

interface NodeProcess {
  readonly child: ChildProcess;
  readonly port: number;
}

/** Whatever becomes of a test, none of them is left. */
const started = new Set<ChildProcess>();

async function startNode(url: string): Promise<NodeProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', path.join(__dirname, 'node-process.ts')], {
    cwd: root,
    env: { ...process.env, REDIS_URL: url },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started.add(child);
  child.once('exit', () => started.delete(child));
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, port: Number(port.toString()) };
}

/** A client as a browser is: it comes back, with the id of the last event that it got whole. */
class Client {
  readonly got: number[] = [];
  readonly ids: string[] = [];
  #lastEventId: string;
  #response: IncomingMessage | undefined;
  #left = false;

  constructor(
    lastEventId: string,
    /** Where it connects now. */
    readonly findPort: () => number,
  ) {
    this.#lastEventId = lastEventId;
    void this.#run();
  }

  leave(): void {
    this.#left = true;
    this.#response?.destroy();
  }

  async #run(): Promise<void> {
    while (!this.#left) {
      try {
        await this.#connect();
      } catch {
        await wait(20);
      }
    }
  }

  async #connect(): Promise<void> {
    const options = { agent: false, headers: { 'last-event-id': this.#lastEventId } };
    const request = get(`http://127.0.0.1:${this.findPort()}/events`, options);
    [this.#response] = (await once(request, 'response')) as [IncomingMessage];
    let text = '';
    for await (const part of this.#response.setEncoding('utf8')) {
      text += String(part);
      const events = text.split('\n\n');
      text = events.pop() ?? '';
      for (const event of events) this.#take(event);
    }
  }

  #take(event: string): void {
    const [, data] = /^data: (.*)$/m.exec(event) ?? [];
    const [, id] = /^id: (.*)$/m.exec(event) ?? [];
    if (data === undefined || id === undefined) return;
    this.got.push(/^event: reset$/m.test(event) ? NaN : Number(data));
    this.ids.push(id);
    this.#lastEventId = id;
  }
}

describeWithRedis('two nodes over one Redis', () => {
  let redis: RedisServer;
  const nodes = new Nodes(() => redis);
  const running: NodeProcess[] = [];
  let clients: Client[] = [];

  afterEach(async () => {
    for (const child of started) child.kill('SIGKILL');
    for (const client of clients) client.leave();
    await nodes.close();
    await redis.close();
  });

  test(
    `the clients of a node that is killed miss nothing and get nothing twice, ${RUNS} times`,
    async () => {
      redis = await RedisServer.start();
      running.push(...(await Promise.all([startNode(redis.url), startNode(redis.url)])));
      const channel = nodes.channel('events', nodes.broker(), 5000);
      for (const run of upTo(RUNS)) {
        const last = await channel.publish(0);
        let alive: readonly NodeProcess[] = [...running];
        clients = upTo(SUBSCRIBERS).map((n) => new Client(last, () => alive[n % alive.length]!.port));
        const ids: string[] = [];
        // Some of them have not come yet when the node goes.
        const killedAt = 20 + Math.floor(Math.random() * (EVENTS - 40));
        for (const n of upTo(EVENTS)) {
          ids.push(await channel.publish(n));
          if (n === killedAt) {
            const [killed] = running.splice(run % 2, 1);
            killed!.child.kill('SIGKILL');
            alive = [...running];
          }
          await wait(1);
        }
        await until(() => clients.every(({ got }) => got.length >= EVENTS), 'all events at all clients');
        await wait(50);
        for (const client of clients) {
          client.leave();
          expect(client.got).toEqual(upTo(EVENTS));
          expect(client.ids).toEqual(ids);
        }
        if (run < RUNS) running.push(await startNode(redis.url));
      }
    },
    120_000 + 60_000 * RUNS,
  );
});
