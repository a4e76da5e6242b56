/**
 * The loader is named so that newer versions of Node, which try to run this file by themselves, fall back to it.
 * It only transpiles, since `npm run typecheck` checks this file, and takes the module kind of tsconfig.json, which
 * jest would replace by a contradicting one.
 *
 * @jest-config-loader ts-node
 * @jest-config-loader-options {"transpileOnly": true, "moduleTypes": {}, "compilerOptions": {"module": "NodeNext"}}
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from 'jest';
import { readConfigFile, sys } from 'typescript';

/** Packages are tested by their sources: the same map that the type checker uses, and no build before a test. */
function toModuleNameMapper(): Record<string, string> {
  const { config, error } = readConfigFile(join(__dirname, 'tsconfig.json'), sys.readFile.bind(sys)) as {
    config: { compilerOptions: { paths: Record<string, [string]> } };
    error?: unknown;
  };
  if (error !== undefined) throw new Error('tsconfig.json cannot be read');
  return Object.fromEntries(
    Object.entries(config.compilerOptions.paths).map(([name, [file]]) => [
      `^${name}$`,
      join(__dirname, file),
    ]),
  );
}

const moduleNameMapper = {
  ...toModuleNameMapper(),
  // Sources import './x.js', which is what stands there after the build; before it there is only x.ts.
  '^(\\.{1,2}/.*)\\.js$': '$1',
};

const project = (folder: string) => ({
  displayName: folder.replace(/^(packages|apps)\//, ''),
  rootDir: `<rootDir>/${folder}`,
  testEnvironment: 'node',
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  transform: {
    '^.+\\.ts$': ['ts-jest', { tsconfig: join(__dirname, 'tsconfig.json') }],
    '/node_modules/.+\\.m?js$': join(__dirname, 'scripts/jest-esm-to-cjs.cjs'),
  },
  // What has only an ES module, or imports one: see the transform. All other dependencies stay as they are.
  transformIgnorePatterns: [
    '/node_modules/(?!(?:\\.pnpm/)?(?:cookie|set-cookie-parser|content-disposition|@fastify[+/]cookie)(?:@|/))',
  ],
  moduleNameMapper,
});

const foldersOf = (parent: string) =>
  readdirSync(join(__dirname, parent))
    .map((name) => `${parent}/${name}`)
    .filter((folder) => existsSync(join(__dirname, folder, 'package.json')));

const folders = [...foldersOf('packages'), ...foldersOf('apps'), 'test'];

const config: Config = {
  projects: folders.filter((folder) => existsSync(join(__dirname, folder))).map(project),
  // jest reads these two at this level only, not in a project. The limit leaves room for a browser's first start.
  testTimeout: 30_000,
  // All cores: by default jest leaves one idle, which is half of a small machine.
  maxWorkers: '100%',
  // The summary of the default reporter stays the last thing of a run.
  reporters: ['<rootDir>/scripts/skipped-suites-reporter.cjs', 'default'],
  coverageProvider: 'v8',
  coverageDirectory: '<rootDir>/coverage',
  coverageReporters: ['text', 'lcov'],
  // The application in test/compilers runs in processes of its own.
  collectCoverageFrom: ['**/src/**/*.ts', '!**/*.test.ts', '!**/*.d.ts', '!**/compilers/app/**'],
};

export default config;
