import { throwFaults } from '@sluice/core/internal';
import type { FastifyInstance } from 'fastify';

/**
 * Stops the start of a server whose @fastify/swagger was registered after Sluice: it collects routes by a hook, which
 * routes that were there before do not reach, and would show an empty document without a word.
 *
 * It is known by its decorator, which the host's instance hands down to this one whenever it is made.
 */
export function refuseLateSwagger(instance: FastifyInstance): void {
  if (instance.hasDecorator('swagger')) return;
  instance.addHook('onReady', async () => {
    if (!instance.hasDecorator('swagger')) return;
    throwFaults([
      {
        code: 'SWAGGER_TOO_LATE',
        where: 'register(sluice, options)',
        problem: '@fastify/swagger was registered after Sluice, so its document has none of these routes',
        fix: 'register it before: await app.register(swagger, …); await app.register(sluice, …)',
      },
    ]);
  });
}
