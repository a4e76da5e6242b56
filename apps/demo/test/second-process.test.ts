// The demo as it is started twice: what a person reads then.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';

import { makeFolder, removeFolder, startDemo } from './support/start-demo.js';
import { buildDemo } from './support/two-nodes.js';

const root = path.join(__dirname, '../../..');

/** Runs the program until it ends by itself; gives its exit code and what it said of errors. */
async function run(environment: NodeJS.ProcessEnv): Promise<[code: number | null, said: string]> {
  const child = spawn(process.execPath, [path.join(root, 'apps/demo/dist/main.js')], {
    env: { ...process.env, NODE_ENV: undefined, REDIS_URL: undefined, LOG_LEVEL: 'silent', ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [said] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  return [child.exitCode, said];
}

describe('a second demo', () => {
  let folder: string;

  beforeAll(buildDemo, 120_000);

  beforeEach(async () => {
    folder = await makeFolder();
  });

  afterEach(() => removeFolder(folder));

  it('on the folder of the first one, at another port, says in one line what is wrong, and ends', async () => {
    const demo = await startDemo(folder);
    try {
      expect(await run({ DATA_FOLDER: folder, PORT: '0' })).toEqual([
        1,
        `DATA_FOLDER: The items in ${path.join(folder, 'items')} cannot be opened: ` +
          'another process has them open. Give each process a folder of its own.\n',
      ]);
      expect((await fetch(`${demo.url}/api/items`)).status).toBe(200);
    } finally {
      await demo.close();
    }
  }, 60_000);

  it('at the port of the first one, with another folder, says so in one line', async () => {
    const demo = await startDemo(folder);
    const { port } = new URL(demo.url);
    const other = await makeFolder();
    try {
      expect(await run({ DATA_FOLDER: other, PORT: port })).toEqual([1, `PORT: ${port} is in use\n`]);
    } finally {
      await demo.close();
      await removeFolder(other);
    }
  }, 60_000);

  it('with a file in the place of its folder says so in one line', async () => {
    const [code, said] = await run({ DATA_FOLDER: path.join(root, 'package.json'), PORT: '0' });
    expect(code).toBe(1);
    expect(said).toMatch(/^DATA_FOLDER: .*package\.json.*\n$/);
  }, 60_000);
});
