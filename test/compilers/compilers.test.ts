// The same controllers, compiled by each compiler that TypeScript projects use, served by real processes.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';

import { AppProcess, type Controllers } from './app-process.js';
import { askAll, request } from './ask.js';
import { buildPackages } from './build-packages.js';
import { appFolder, compilers, type CompiledApp } from './compilers.js';
import { allExpected } from './expected-answers.js';

/** How long compilers and processes may take, in milliseconds: on a busy machine a multiple of the usual 5 s. */
const PROCESS_TIMEOUT = 60_000;

let folder: string | undefined;

beforeAll(async () => {
  await buildPackages();
  // A name that git, ESLint and Prettier pass over.
  const output = path.join(appFolder, 'dist');
  await mkdir(output, { recursive: true });
  folder = await mkdtemp(path.join(output, 'run-'));
}, 4 * PROCESS_TIMEOUT);

afterAll(async () => {
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

describe.each(compilers)('controllers compiled by $name', ({ name, writesTypes, compile }) => {
  let compiled: CompiledApp;
  let app: AppProcess | undefined;
  let addresses: Readonly<Record<Controllers, string>>;
  const served: readonly Controllers[] = writesTypes ? ['explicit', 'inferred'] : ['explicit'];

  beforeAll(async () => {
    const own = path.join(folder!, name.replaceAll(/\W+/g, '-'));
    await mkdir(own);
    compiled = await compile(path.join(appFolder, 'src'), own);
    app = new AppProcess(compiled, served);
    addresses = await app.listening();
  }, PROCESS_TIMEOUT);

  afterAll(async () => {
    if (app !== undefined) expect(await app.stop()).toBe(0);
  }, PROCESS_TIMEOUT);

  describe.each(served)('with %s types', (controllers) => {
    it('answers as all others', async () => {
      expect(await askAll(addresses[controllers])).toEqual(allExpected);
    });

    it('merges an injected response, and runs background tasks after it', async () => {
      const response = await request(addresses[controllers], 'POST /items/noted', {
        body: { name: 'Chair', colour: 'green', size: { width: 40 } },
      });

      expect(response.status).toBe(202);
      expect(response.headers.get('x-item')).toBe('Chair');
      expect(response.headers.getSetCookie()).toEqual([expect.stringMatching(/^item=Chair;/)]);
      expect(await response.json()).toEqual({ noted: 'Chair' });
      expect(await readJournal(addresses[controllers])).toEqual({ entry: 'noted Chair', isShared: true });
    });

    it('stops a generator whose client leaves', async () => {
      const client = new AbortController();
      const response = await fetch(`${addresses[controllers]}/streams/endless`, { signal: client.signal });
      const { value } = (await response.body!.getReader().read()) as { value: Uint8Array };
      client.abort();

      expect(Buffer.from(value).toString()).toBe('{"open":true}\n');
      expect(await readJournal(addresses[controllers])).toEqual({
        entry: 'the client has gone',
        isShared: true,
      });
    });
  });

  if (!writesTypes) {
    it(
      'does not start with inferred types, and says what to write',
      async () => {
        const refused = new AppProcess(compiled, ['inferred']);
        expect(await refused.ended()).toBe(1);

        expect(refused.errors).toMatch(/^SetupError: \d+ faults:\n/);
        const faults = refused.errors.matchAll(/^ {2}(.+) → .+ → (.+)$/gm);
        expect(Object.fromEntries(Array.from(faults, ([, where, fix]) => [where, fix]))).toMatchObject(
          Object.fromEntries(
            Object.entries(refusals).map(([where, fix]) => [where, expect.stringContaining(fix) as unknown]),
          ),
        );
      },
      PROCESS_TIMEOUT,
    );
  }
});

/** One of each kind of parameter whose type only a compiler could tell, and what to write there. */
const refusals = {
  'CONSTRUCTOR_PARAMETER: ValuesController, constructor parameter 1': 'write @Inject(TheClass)',
  "PARAM_TYPE_ERASED: ValuesController.scalars, parameter 1 (@Param('id'))":
    "write @Param('id', { type: String })",
  "PARAM_TYPE_ERASED: ValuesController.scalars, parameter 2 (@Query('exact'))":
    "write @Query('exact', { type: String })",
  "PARAM_TYPE_ERASED: ValuesController.scalars, parameter 7 (@Header('x-trace'))":
    "write @Header('x-trace', { type: String })",
  'PARAM_TYPE_ERASED: ItemsController.create, parameter 1 (@Body)': 'write @Body(TheClass)',
  'PARAM_NOT_FILLED: ItemsController.note, parameter 2': '@Inject(Class)',
  'PARAM_NOT_FILLED: ItemsController.note, parameter 3': '@Inject(Class)',
  'PARAM_TYPE_ERASED: ItemsController.read, parameter 1 (@Inject)': 'write @Inject(TheClass)',
  'PARAM_NOT_FILLED: ItemsController.signal, parameter 1': '@Inject(Class)',
  "PARAM_TYPE_ERASED: LoudController.greet, parameter 1 (@Param('name'))":
    "write @Param('name', { type: String })",
};

/** What was written beside the requests; waits for it. */
async function readJournal(url: string): Promise<unknown> {
  return (await request(url, 'GET /items/journal')).json();
}
