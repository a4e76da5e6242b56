// What is published, as files of `pnpm pack`, in folders outside of this checkout: the quick start, a new service with
// all examples and with none, its Dockerfile, and the compilers and test runners of consumers. One installation, by
// `npm install` in the new service, serves all of them; the other folders have a link to it.
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { AppProcess, type Controllers } from '../compilers/app-process.js';
import { askAll } from '../compilers/ask.js';
import { compilers } from '../compilers/compilers.js';
import { allExpected } from '../compilers/expected-answers.js';
import { findPort } from '../support/docs/servers.js';
import { buildImage, readDockerfile } from './dockerfile.js';
import { packPackages } from './pack-packages.js';
import { runCommand } from './run-command.js';
import { RunningService } from './running-service.js';

/** How long the installation may take on a busy machine, in milliseconds; on a quiet one it is some 15 s. */
const INSTALL_TIMEOUT = 600_000;
/** How long one run of a compiler, a linter or a test runner may take, in milliseconds. */
const TIMEOUT = 600_000;

const root = path.join(__dirname, '..', '..');
const command = path.join(root, 'packages', 'create-sluice', 'dist', 'main.js');

const isRun = process.env.SLUICE_REQUIRE_ALL === '1' || process.env.SLUICE_PACKED === '1';
const suite = isRun ? describe : describe.skip;

suite(
  `the packed files${isRun ? '' : ' [SKIPPED: needs npm and a minute; SLUICE_PACKED=1 npx jest test/packed]'}`,
  () => {
    let folder: string;
    let service: string;
    let printed: string;

    beforeAll(async () => {
      folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'sluice-packed-')));
      service = path.join(folder, 'my-service');
      const packed = path.join(folder, 'packed');
      mkdirSync(packed);
      await packPackages(packed);
      printed = await runCommand('bash', [path.join(root, 'scripts', 'first-hour.sh'), folder], {
        cwd: folder,
        environment: { PACKED: packed, PORT: String(await findPort()) },
      });
      // What only a service with all examples asks for.
      const others = readdirSync(packed).filter((name) => /^sluice-(?:tasks|bullmq|redis)-/.test(name));
      const files = others.map((name) => path.join(packed, name));
      await runCommand('npm', ['install', '--no-save', '--prefer-offline', 'ioredis@^6.0.0', ...files], {
        cwd: service,
      });
    }, INSTALL_TIMEOUT);

    afterAll(() => rm(folder, { recursive: true, force: true }), TIMEOUT);

    /** A folder beside the new service, in which the same packages are found. */
    function addFolder(name: string): string {
      const added = path.join(folder, name);
      mkdirSync(added, { recursive: true });
      symlinkSync(path.join(service, 'node_modules'), path.join(added, 'node_modules'), 'dir');
      return added;
    }

    /** A new service of its own, which uses the installation that is there. */
    async function createService(name: string, examples: string): Promise<string> {
      await runCommand(process.execPath, [command, name, '--yes', '--examples', examples], { cwd: folder });
      return addFolder(name);
    }

    it('lead from nothing to a controller that streams, as the README says', () => {
      expect(printed).toMatch(/(?:^data: \{"time":"20.*\n){2}/m);
      expect(printed).toMatch(/^ *\d+ s {2}done$/m);
    });

    const onLinux = process.platform === 'linux' ? it : it.skip;
    onLinux('say that nothing was written when the terminal ends at a question, by Ctrl+D', async () => {
      const terminal = ['-qec', `${process.execPath} ${command} unanswered`, '/dev/null'];
      const asked = runCommand('script', terminal, { cwd: folder, input: '\x04' });
      await expect(asked).rejects.toThrow('cancelled; nothing was written');
      expect(readdirSync(folder)).not.toContain('unanswered');
    });

    it(
      'make a service whose tests pass',
      async () => {
        const output = await runCommand('npm', ['test'], { cwd: service });
        expect(output).toMatch(/Tests .*\d+ passed/);
        expect(output).not.toMatch(/failed|skipped/);
      },
      TIMEOUT,
    );

    it.each([
      // Its sources are those of the demo, which are linted here.
      ['all', ['format:check']],
      ['nodes', ['lint', 'format:check', 'test']],
      ['none', ['lint', 'format:check', 'test']],
    ])(
      'make a service with %s of the examples that %j accept',
      async (examples, scripts) => {
        const made = await createService(`with-${examples}`, examples);
        for (const script of scripts) await runCommand('npm', ['run', script], { cwd: made });
      },
      TIMEOUT,
    );

    it(
      'make a service whose Dockerfile leads to one that serves without the packages of development, and ends when asked',
      async () => {
        const ignored = readFileSync(path.join(service, '.dockerignore'), 'utf8')
          .split('\n')
          .filter((line) => line !== '');
        const context = path.join(folder, 'context');
        cpSync(service, context, {
          recursive: true,
          filter: (file) => !ignored.includes(path.relative(service, file).split(path.sep)[0]!),
        });
        const image = await buildImage(
          readDockerfile(readFileSync(path.join(context, 'Dockerfile'), 'utf8')),
          {
            context,
            target: path.join(folder, 'image'),
            instead: async (line, at) => {
              if (line !== 'npm ci') return false;
              // What it would install is there already; the time is better spent. It needs these two files.
              for (const file of ['package.json', 'package-lock.json']) readFileSync(path.join(at, file));
              await runCommand('cp', ['-al', path.join(service, 'node_modules'), at], { cwd: folder });
              return true;
            },
          },
        );

        expect(() => readFileSync(path.join(image.folder, 'node_modules/typescript/package.json'))).toThrow(
          'ENOENT',
        );
        const data = path.join(folder, 'image-data');
        const environment = { ...image.environment, HOST: '127.0.0.1', PORT: '0', DATA_FOLDER: data };
        const running = new RunningService(image.command, image.folder, environment);
        try {
          const url = await running.listening();
          expect((await fetch(`${url}/api/items`)).status).toBe(200);
          expect((await fetch(`${url}/api/docs`)).status).toBe(200);
        } finally {
          expect(await running.stop()).toBe(0);
        }
      },
      TIMEOUT,
    );

    describe('at a consumer', () => {
      let consumer: string;
      let sources: string;

      beforeAll(() => {
        consumer = addFolder('consumer');
        sources = path.join(consumer, 'compilers', 'app', 'src');
        cpSync(path.join(__dirname, '..', 'compilers', 'app', 'src'), sources, { recursive: true });
        for (const name of ['ask.ts', 'expected-answers.ts']) {
          cpSync(path.join(__dirname, '..', 'compilers', name), path.join(consumer, 'compilers', name));
        }
        const test = path.join(consumer, 'packed', 'consumer', 'answers.test.ts');
        mkdirSync(path.dirname(test), { recursive: true });
        cpSync(path.join(__dirname, 'consumer', 'answers.ts'), test);
        writeFileSync(path.join(consumer, 'package.json'), '{ "name": "consumer", "type": "commonjs" }');
        cpSync(path.join(service, 'tsconfig.json'), path.join(consumer, 'tsconfig.json'));
        const tsconfig = JSON.parse(readFileSync(path.join(consumer, 'tsconfig.json'), 'utf8')) as object;
        const config = { ...tsconfig, include: ['compilers', 'packed'] };
        writeFileSync(path.join(consumer, 'tsconfig.json'), JSON.stringify(config));
      });

      it.each(compilers.filter(({ name }) => !name.includes('2017')))(
        'work when they are compiled by $name',
        async ({ name, writesTypes, compile }) => {
          const output = path.join(consumer, 'dist', name.replaceAll(/\W+/g, '-'));
          mkdirSync(output, { recursive: true });
          const served: Controllers[] = writesTypes ? ['explicit', 'inferred'] : ['explicit'];
          const app = new AppProcess(await compile(sources, output), served);
          try {
            const addresses = await app.listening();
            for (const controllers of served)
              expect(await askAll(addresses[controllers])).toEqual(allExpected);
          } finally {
            expect(await app.stop()).toBe(0);
          }
        },
        TIMEOUT,
      );

      it(
        'work under vitest',
        async () => {
          const config = path.join(consumer, 'vitest.config.mts');
          writeFileSync(
            config,
            "export default { test: { globals: true, testTimeout: 60_000, include: ['packed/**/*.test.ts'] } };\n",
          );
          const output = await runCommand('npx', ['--no-install', 'vitest', 'run'], { cwd: consumer });
          expect(output).toMatch(/2 passed/);
        },
        TIMEOUT,
      );

      it(
        'work under jest',
        async () => {
          const tsJest = [require.resolve('ts-jest'), { tsconfig: path.join(consumer, 'tsconfig.json') }];
          const config = {
            rootDir: path.join(consumer, 'packed'),
            testTimeout: 60_000,
            transform: { '^.+\\.ts$': tsJest },
            moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
          };
          const jest = path.join(path.dirname(require.resolve('jest/package.json')), 'bin', 'jest.js');
          const output = await runCommand(process.execPath, [jest, '--config', JSON.stringify(config)], {
            cwd: consumer,
          });
          expect(output).toMatch(/2 passed/);
        },
        TIMEOUT,
      );
    });
  },
);
