import path from 'node:path';

import type { SetupCode } from '@sluice/core';

import { routeWith, type SetupExample } from './controller-examples.js';

const adapter = path.join(__dirname, '..', '..', '..', 'packages', 'fastify-adapter', 'node_modules');

/** Faults of documentation, each by its code. */
export const documentationExamples = {
  DOCUMENTATION_INVALID: () => routeWith({ responses: { '40x': { description: 'Not here' } } }),
  PACKAGE_MISSING: () => {
    // As if it were not installed.
    jest.doMock(require.resolve(path.join(adapter, '@fastify', 'swagger-ui')), () => {
      throw Object.assign(new Error('Cannot find module'), { code: 'MODULE_NOT_FOUND' });
    });
    return { ...routeWith({}), docs: { title: 'Items', version: '1.0.0' } };
  },
  SWAGGER_TOO_LATE: Object.assign(() => routeWith({}), {
    // What @fastify/swagger does to a host.
    after: (app: Parameters<NonNullable<SetupExample['after']>>[0]) => app.decorate('swagger', () => ''),
  }),
} satisfies Partial<Record<SetupCode, SetupExample>>;
