'use strict';
// The order of the sources. A file imports from lower floors and from its own folder; the rest follows from that.

// From the ground up. Folders of one floor do not know each other.
const floors = [
  ['values'],
  ['errors'],
  ['http', 'streams', 'sse', 'background', 'models'],
  ['metadata'],
  ['responses', 'dependencies', 'validation', 'channels'],
  ['shapes'],
  ['schema'],
  ['decorators', 'plan'],
];

const core = '^packages/core/src/';
const tests = '\\.test\\.ts$|^(?:packages|apps)/[^/]+/test/|^test/';

/** A package by name: as a resolved path, and as the bare name that an undeclared dependency keeps. */
const dependency = (names) => `(?:^|node_modules/)(?:${names})(?:/|$)`;

const floorRules = floors.flatMap((folders, floor) => {
  const below = floors.slice(0, floor).flat();
  return folders.map((folder) => ({
    name: `floor-${floor}-${folder}`,
    comment: `core/src/${folder} imports its own files${below.length > 0 ? ` and ${below.join(', ')}` : ''}.`,
    severity: 'error',
    from: { path: `${core}${folder}/`, pathNot: tests },
    to: { path: '^(?:packages|apps)/', pathNot: `${core}(?:${[folder, ...below].join('|')})/` },
  }));
});

module.exports = {
  forbidden: [
    ...floorRules,
    {
      name: 'core-has-a-floor-for-each-folder',
      comment: 'A new folder of core gets a floor above, in this file, before something is put in it.',
      severity: 'error',
      from: { path: `${core}[^/]+/`, pathNot: `${core}(?:${floors.flat().join('|')})/` },
      to: {},
    },
    {
      name: 'core-top-is-the-doors',
      comment: 'At the top of core/src there are index.ts and internal.ts only.',
      severity: 'error',
      from: { path: `${core}[^/]+$`, pathNot: `${core}(?:index|internal)\\.ts$|${tests}` },
      to: {},
    },
    {
      name: 'no-circle',
      comment: 'Tests and type-only imports included.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'main-door-is-for-others',
      comment: 'Inside a package files import each other, never the index.ts that re-exports them.',
      severity: 'error',
      from: { path: '^(packages|apps)/([^/]+)/src/', pathNot: tests },
      to: { path: '^$1/$2/src/index\\.ts$' },
    },
    {
      name: 'core-knows-no-server',
      comment: 'core compiles plans; an adapter serves them.',
      severity: 'error',
      from: { path: core, pathNot: tests },
      to: { path: `${dependency('@fastify|fastify|fastify-plugin|send')}|^(?:node:)?https?2?$` },
    },
    {
      name: 'core-knows-no-adapter',
      comment: 'Adapters depend on core.',
      severity: 'error',
      from: { path: '^packages/core/' },
      to: { path: `^packages/(?!core/)|${dependency('@sluice/(?!core(?:/|$))[^/]+')}` },
    },
    {
      name: 'tasks-know-no-server',
      comment: "Queues know core; what serves them is the program's own.",
      severity: 'error',
      from: { path: '^packages/(?:tasks|bullmq)/src/', pathNot: tests },
      to: { path: `${dependency('@fastify|fastify|@sluice/fastify-adapter')}|^packages/fastify-adapter/` },
    },
    {
      name: 'embedded-store-has-one-user',
      comment: 'LevelDB is seen in one file, so that queues of other stores and tests load no binary for it.',
      severity: 'error',
      from: { path: '^packages/', pathNot: `^packages/tasks/src/embedded/level-store\\.ts$|${tests}` },
      to: { path: dependency('classic-level') },
    },
    {
      name: 'queues-in-redis-have-one-package',
      severity: 'error',
      from: { path: '^packages/', pathNot: '^packages/bullmq/' },
      to: { path: `${dependency('bullmq|@sluice/bullmq')}|^packages/bullmq/` },
    },
    {
      name: 'optional-packages-are-optional',
      comment: 'core and the adapter know no package that a program may do without.',
      severity: 'error',
      from: { path: '^packages/(?:core|fastify-adapter)/', pathNot: tests },
      to: { path: '^packages/(?!core/|fastify-adapter/)' },
    },
    {
      name: 'redis-knows-core-and-ioredis',
      comment: 'A companion knows the core and one outside library.',
      severity: 'error',
      from: { path: '^packages/redis/', pathNot: tests },
      to: {
        path: '^packages/|node_modules/',
        pathNot: `^packages/(?:redis/|core/src/index\\.ts$)|${dependency('ioredis|@types/node')}`,
      },
    },
    {
      name: 'packages-know-no-app',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: `^apps/|${dependency('@sluice/(?:demo|bench)')}` },
    },
    {
      name: 'core-has-two-doors',
      comment: "Others import '@sluice/core' or '@sluice/core/internal', no file behind them.",
      severity: 'error',
      from: { path: '^(?:packages|apps)/', pathNot: '^packages/core/' },
      to: {
        path: `^packages/core/|${dependency('@sluice/core')}`,
        // The contract suites in core's tests are for tests of other packages; packages-by-name keeps sources away.
        pathNot: '^packages/core/(?:src/(?:index|internal)\\.ts$|test/)',
      },
    },
    {
      name: 'packages-by-name',
      comment: 'From package to package by name: a relative path would break once the package is published.',
      severity: 'error',
      from: { path: '^(packages|apps)/([^/]+)/', pathNot: tests },
      to: { path: '^(?:packages|apps)/', pathNot: '^$1/$2/', dependencyTypesNot: ['aliased'] },
    },
    {
      name: 'model-metadata-has-one-reader',
      comment:
        "class-validator and class-transformer's storage are read in core's models and validation only.",
      severity: 'error',
      from: { path: '^packages/[^/]+/src/', pathNot: `${core}(?:models|validation)/|${tests}` },
      to: { path: `${dependency('class-validator')}|${dependency('class-transformer/.*storage[^/]*')}` },
    },
    {
      name: 'one-serializer',
      comment: 'Compiled serializers come from core/src/schema.',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/', pathNot: `${core}schema/|${tests}` },
      to: { path: dependency('fast-json-stringify') },
    },
    {
      name: 'declared-dependencies',
      comment: 'A published package must not rest on what only this checkout has installed.',
      severity: 'error',
      from: { path: '^(?:packages|apps)/[^/]+/src/', pathNot: tests },
      to: {
        dependencyTypes: ['unknown', 'undetermined', 'npm-no-pkg', 'npm-unknown', 'npm-dev'],
        dependencyTypesNot: ['npm-peer'],
      },
    },
  ],
  options: {
    // Not followed rather than excluded: an import of something built still has to be seen.
    doNotFollow: { path: 'node_modules|^(?:packages|apps)/[^/]+/dist/' },
    // Type-only imports are imports: they tie files together just the same.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
