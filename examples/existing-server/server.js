'use strict';

const { setTimeout: wait } = require('node:timers/promises');

const Fastify = require('fastify');

const { refResolver, sluice, transformObject } = require('@sluice/fastify-adapter');
const { HealthController } = require('./health-controller.js');
const { ReportsController } = require('./dist/reports-controller.js');

const users = new Map([
  ['key-of-ada', { name: 'Ada', role: 'accountant' }],
  ['key-of-bob', { name: 'Bob', role: 'guest' }],
]);
const orders = new Map([[7, { id: 7, item: 'lock', price: 9.5 }]]);

async function createServer(options) {
  const app = Fastify(options);

  await app.register(require('@fastify/swagger'), {
    openapi: { openapi: '3.1.0', info: { title: 'Orders', version: '4.1.0' } },
    refResolver,
    transformObject,
  });

  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });

  app.decorateRequest('user', null);
  app.decorate('authenticate', async (request) => {
    request.user = users.get(request.headers['x-api-key']) ?? null;
    if (request.user === null) throw Object.assign(new Error('Who are you?'), { statusCode: 401 });
  });

  app.setErrorHandler((error, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) request.log.error(error);
    const message = status >= 500 ? 'Something went wrong' : error.message;
    const fields = error.validation ?? error.detail;
    reply.code(status).send({ error: { status, message, ...(Array.isArray(fields) && { fields }) } });
  });

  app.get(
    '/orders/:id',
    {
      onRequest: app.authenticate,
      schema: { params: { type: 'object', properties: { id: { type: 'integer' } } } },
    },
    async (request) => {
      const order = orders.get(request.params.id);
      if (order === undefined) throw Object.assign(new Error('No such order'), { statusCode: 404 });
      return order;
    },
  );

  await app.register(sluice, { controllers: [HealthController] });
  await app.register(async (scope) => {
    scope.addHook('onRequest', scope.authenticate);
    await scope.register(sluice, { controllers: [ReportsController] });
  });

  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  app.get('/slow', async () => wait(10, 'a route that came after'));
  return app;
}

module.exports = { createServer };

if (require.main === module) {
  createServer({ logger: true }).then((app) => app.listen({ port: Number(process.env.PORT ?? 3000) }));
}
