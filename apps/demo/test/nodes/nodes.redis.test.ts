import type { OverridesInit } from '@sluice/core';

import { describeWithRedis, RedisServer } from '../../../../test/support/redis-server.js';
import { createApp } from '../../src/create-app.js';
import { overRedis } from '../../src/nodes/over-redis.js';
import { thisNode } from '../../src/nodes/this-node.js';
import type { NodeSettings } from '../../src/settings.js';
import { EventStream } from '../support/event-stream.js';
import { makeFolder, removeFolder, type Demo } from '../support/start-demo.js';

const toOverrides = (node: NodeSettings): OverridesInit => [...overRedis, [thisNode, () => node]];

describeWithRedis('nodes over one Redis', () => {
  let redis: RedisServer;
  let folders: string[];
  let nodes: Demo[];

  beforeAll(async () => {
    redis = await RedisServer.start({ password: 'secret' });
  });

  afterAll(() => redis.close());

  beforeEach(() => {
    folders = [];
    nodes = [];
  });

  afterEach(async () => {
    for (const node of nodes) await node.close();
    for (const folder of folders) await removeFolder(folder);
  });

  async function startNode(name: string, runsJobs = true): Promise<string> {
    const folder = await makeFolder();
    folders.push(folder);
    const node = { name, redisUrl: redis.url, runsJobs };
    const app = await createApp({ dataFolder: folder, overrides: toOverrides(node) });
    nodes.push({ url: '', close: () => app.close() });
    return app.listen({ host: '127.0.0.1', port: 0 });
  }

  async function post(url: string, body: object): Promise<{ id: string }> {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
    expect(response.ok).toBe(true);
    return (await response.json()) as { id: string };
  }

  /** The next event that is no comment. */
  async function nextEvent(stream: EventStream): Promise<string | undefined> {
    for (;;) {
      const event = await stream.next();
      if (event?.startsWith(':') !== true) return event;
    }
  }

  it('carry a message from each to each, and to who comes back to another one what was missed', async () => {
    const [first, second] = [await startNode('node-1'), await startNode('node-2')];
    const stream = await EventStream.open(`${second}/api/nodes/messages`);
    const { id } = await post(`${first}/api/nodes/messages`, { text: 'one' });
    const event = await nextEvent(stream);
    expect(event).toContain('data: {"text":"one","node":"node-1"}');
    expect(event).toContain(`id: ${id}`);
    stream.leave();

    await post(`${second}/api/nodes/messages`, { text: 'two' });
    const back = await EventStream.open(`${first}/api/nodes/messages`, { 'last-event-id': id });
    expect(await nextEvent(back)).toContain('data: {"text":"two","node":"node-2"}');
    back.leave();
  });

  it('run a stored task where tasks are run, and tell of it everywhere', async () => {
    const [first, second] = [await startNode('node-1', false), await startNode('node-2', false)];
    const { id } = await post(`${first}/api/jobs/newsletters`, { subject: 'Spring sale', letters: 3 });
    const read = async (): Promise<{ state: string }> =>
      (await (await fetch(`${second}/api/jobs/${id}`)).json()) as { state: string };
    expect(await read()).toMatchObject({ state: 'waiting' });

    const stream = await EventStream.open(`${second}/api/jobs/${id}/progress`);
    await startNode('worker');
    let last: string | undefined;
    for (let event = await nextEvent(stream); event !== undefined; event = await nextEvent(stream))
      last = event;
    expect(last).toContain('"state":"done"');
    expect(await read()).toMatchObject({ state: 'done', progress: { sent: 3, letters: 3 } });
  });

  it.each([
    ['an address at which nothing is', () => 'redis://127.0.0.1:1', 'ECONNREFUSED'],
    ['a wrong password', () => redis.url.replace('secret', 'guess'), 'WRONGPASS'],
  ])('end at the start with an error that names the setting, for %s', async (_, toUrl, problem) => {
    const folder = await makeFolder();
    folders.push(folder);
    const node = { name: 'node-1', redisUrl: toUrl(), runsJobs: true };
    const starting = createApp({ dataFolder: folder, overrides: toOverrides(node) });
    const error = await starting.then(
      () => undefined,
      (thrown: unknown) => thrown as Error,
    );
    expect(error?.name).toBe('SettingsError');
    expect(error?.message).toMatch(/^REDIS_URL: /);
    expect(error?.message).toContain(problem);
    expect(error?.message).not.toContain('guess');
    // Nothing of it is left open: the folder is free.
    await (await createApp({ dataFolder: folder })).close();
  });
});
