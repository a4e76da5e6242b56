import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

import { describeWithRedis, RedisServer } from '../../../test/support/redis-server.js';
import { makeFolder, removeFolder } from './support/start-demo.js';
import { buildDemo, TwoNodes } from './support/two-nodes.js';

/** How long a build, and the start of some processes, may take on a busy machine, in milliseconds. */
const TIMEOUT = 240_000;

let folder: string;

beforeAll(() => buildDemo(), TIMEOUT);

beforeEach(async () => {
  folder = await makeFolder();
});

afterEach(() => removeFolder(folder));

const refuses = (url: string): Promise<boolean> =>
  fetch(url.replace('redis:', 'http:')).then(
    () => false,
    (error: unknown) => String((error as Error).cause).includes('ECONNREFUSED'),
  );

describeWithRedis('scripts/two-nodes.mjs', () => {
  it(
    'starts a Redis of its own, gives each node a folder, and leaves nothing behind at Ctrl+C',
    async () => {
      const temporary = mkdtempSync(path.join(folder, 'tmp-'));
      const nodes = new TwoNodes({ DATA_FOLDER: folder, TMPDIR: temporary });
      const { first, second, redis } = await nodes.started();
      const enqueued = await fetch(`${first}/api/jobs/newsletters`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"subject":"Spring sale","letters":500}',
      });
      expect(enqueued.status).toBe(202);
      expect(readdirSync(temporary)).toHaveLength(1);
      expect(readdirSync(folder)).toEqual(expect.arrayContaining(['node-1', 'node-2']));

      expect(await nodes.interrupt()).toBe(0);
      for (const url of [first, second, redis]) expect([url, await refuses(url)]).toEqual([url, true]);
      expect(readdirSync(temporary)).toEqual([]);
    },
    TIMEOUT,
  );
});

it.each([
  ['a Redis that is not there', { REDIS_URL: 'redis://127.0.0.1:1' }, /REDIS_URL: REDIS_UNREACHABLE/],
  ['a program that is not there', { REDIS_SERVER_PATH: 'no-redis' }, /apt-get install redis-server/],
  ['no port', { PORT: 'abc' }, /PORT=abc: not a port/],
])(
  'scripts/two-nodes.mjs ends with an error for %s',
  async (_, environment, message) => {
    const nodes = new TwoNodes({ DATA_FOLDER: folder, ...environment });
    expect(await nodes.ended()).toBe(1);
    expect(nodes.output).toMatch(message);
  },
  TIMEOUT,
);

/** The packages that a program has loaded when it ends. */
async function listLoaded(environment: NodeJS.ProcessEnv): Promise<string> {
  const probe = path.join(folder, 'probe.cjs');
  // It is asked to end as soon as it listens to that.
  const text = `process.on('exit', () => console.log(Object.keys(require.cache).join('\\n')));
    const timer = setInterval(() => {
      if (process.listenerCount('SIGTERM') === 0) return;
      clearInterval(timer);
      process.kill(process.pid, 'SIGTERM');
    }, 20);`;
  writeFileSync(probe, text);
  const main = path.join(__dirname, '..', 'dist', 'main.js');
  const env = {
    ...process.env,
    REDIS_URL: undefined,
    PORT: '0',
    DATA_FOLDER: folder,
    LOG_LEVEL: 'warn',
    ...environment,
  };
  const { stdout } = await promisify(execFile)(process.execPath, ['--require', probe, main], { env });
  return stdout;
}

describeWithRedis('the clients of Redis', () => {
  it(
    'are loaded by the demo with REDIS_URL, and not without it',
    async () => {
      const without = await listLoaded({});
      expect(without).toContain('classic-level');
      expect(without).not.toMatch(/ioredis|bullmq/);

      const redis = await RedisServer.start();
      try {
        expect(await listLoaded({ REDIS_URL: redis.url })).toMatch(/ioredis[^]*bullmq|bullmq[^]*ioredis/);
      } finally {
        await redis.close();
      }
    },
    TIMEOUT,
  );
});
