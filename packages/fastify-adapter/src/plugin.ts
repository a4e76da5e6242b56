import type { SetupFault } from '@sluice/core';
import {
  compileController,
  createAppScope,
  parsePath,
  findUnusedOverrides,
  readOverrides,
  throwFaults,
  type AppScope,
  type RoutePlan,
} from '@sluice/core/internal';
import type { FastifyInstance } from 'fastify';
import fastifyPlugin from 'fastify-plugin';

import { createErrorHandler } from './error-handler.js';
import { ContentCache } from './files/content-cache.js';
import { weakenTagsOfCompressed } from './files/weaken-etag.js';
import { IdleConnections } from './idle-connections.js';
import { logError } from './log-error.js';
import { readJsonBodies } from './json-body.js';
import { mountRoute } from './mount-route.js';
import { checkOperationIds, Documenter } from './openapi/documenter.js';
import { refuseLateSwagger } from './openapi/refuse-late-swagger.js';
import { checkDocs, serveDocs } from './openapi/serve-docs.js';
import { checkOptions, type SluiceOptions } from './plugin-options.js';
import { requireView } from './render-template.js';
import { ServerLife } from './server-life.js';
import { livesOf } from './server-lives.js';
import { placeLastHooks } from './take-over.js';
import { waitBeforeClose } from './wait-before-close.js';

const DRAIN_TIMEOUT = 10_000;
const TASK_CONCURRENCY = 100;
const TASK_TIMEOUT = 300_000;
/** What lives as long as a server, on its http.Server, so that two registrations on one server share it. */
const APP_SCOPE = Symbol.for('sluice.app-scope');

/** Compiles and mounts controllers. Runs once for each registration; a request then reads nothing of what is decided here. */
async function registerControllers(instance: FastifyInstance, options: SluiceOptions): Promise<void> {
  const faults: SetupFault[] = [];
  checkOptions(options, faults);
  const overrides = readOverrides(options.overrides, faults);
  throwFaults(faults);
  const { container, dependencies } = options;
  const app =
    container === undefined && overrides.size === 0
      ? sharedAppScope(instance)
      : createAppScope({ overrides, container });
  const warn = (message: string): void => {
    instance.log.warn(message);
  };
  const plans = options.controllers.flatMap((controller) =>
    compileController(
      controller,
      {
        responseClass: options.responseClass,
        mountPath: instance.prefix,
        dependencies,
        app,
        warn,
        validation: options.validation,
        responseModelCheck: options.responseModelCheck,
      },
      faults,
    ),
  );
  checkDuplicates(plans, faults);
  checkOperationIds(plans, faults);
  throwFaults(faults);
  // No fault: one list may serve applications whose controllers differ.
  for (const name of findUnusedOverrides(overrides)) {
    warn(
      `\`overrides\` replaces ${name}, which nothing of these controllers depends on; what is replaced is the very function or class that Depends names`,
    );
  }
  requireView(instance, plans);
  if (options.docs === undefined) refuseLateSwagger(instance);
  else checkDocs(options.docs, instance.hasDecorator('swagger'), plans);
  const close = await app.open((error, message) => {
    logError(instance.log, 'error', error, message);
  });
  instance.addHook('onClose', close);

  const fileCache = options.fileCache === undefined ? undefined : new ContentCache(options.fileCache);
  const { drainTimeout = DRAIN_TIMEOUT, stallTimeout, onResponseEnd } = options;
  const { taskConcurrency: concurrency = TASK_CONCURRENCY, taskTimeout: timeout = TASK_TIMEOUT } = options;
  const life = new ServerLife({
    drainTimeout,
    stallTimeout,
    fileCache,
    tasks: { concurrency, timeout },
    onResponseEnd,
    log: instance.log,
  });
  // What the host set before it registered Sluice is known here by its name.
  instance.setErrorHandler(createErrorHandler(instance.errorHandler.name !== 'defaultErrorHandler'));
  readJsonBodies(instance);
  weakenTagsOfCompressed(instance);
  placeLastHooks(instance);
  livesOf(instance).push(life);
  const connections = new IdleConnections(instance);
  // Not onClose: what the host registered after Sluice, its database perhaps, would be closed before.
  const end = async (): Promise<void> => {
    // Hooks run one after another; event streams of other registrations end now, and not when those of this one are done.
    for (const other of livesOf(instance)) other.close().catch(toldByItsOwnHook);
    await life.close();
    connections.end();
  };
  waitBeforeClose(instance, end, life.longestClose);
  // Fastify derives HEAD from a GET route unless a HEAD route is there already.
  const inOrder = [...plans].sort((a, b) => Number(b.method === 'HEAD') - Number(a.method === 'HEAD'));
  // Before the routes: @fastify/swagger collects them by a hook.
  if (options.docs !== undefined) await serveDocs(instance, options.docs);
  const documenter = new Documenter(instance);
  for (const plan of inOrder) mountRoute(instance, life, plan, documenter);
  documenter.addSchemas();
}

function toldByItsOwnHook(): void {
  return undefined;
}

/**
 * Serves controllers on a Fastify 5 server: `await app.register(sluice, { controllers: [ItemsController], prefix: '/api' })`.
 *
 * Everything of it is encapsulated; the host's hooks and error handler that were set before apply to its routes.
 *
 * @throws SetupError with every fault of all controllers.
 */
export const sluice = fastifyPlugin(registerControllers, {
  name: '@sluice/fastify-adapter',
  fastify: '5.x',
  // Without this a prefix would have no effect, and hooks would reach the host's routes.
  encapsulate: true,
});

function checkDuplicates(plans: readonly RoutePlan[], faults: SetupFault[]): void {
  const seen = new Map<string, RoutePlan>();
  for (const plan of plans) {
    // Constraints (a host, a version) tell routes of one path apart.
    const constraints = plan.server.flatMap((options) =>
      Object.entries(options.constraints ?? {}).map(String),
    );
    const key = [plan.method, parsePath(plan.path).shape, ...constraints].join(' ');
    const other = seen.get(key);
    if (other === undefined) seen.set(key, plan);
    else {
      faults.push({
        code: 'DUPLICATE_ROUTE',
        where: `${other.name} and ${plan.name}`,
        problem: `both answer ${[...new Set([routeOf(other), routeOf(plan)])].join(' and ')}`,
        fix: 'change the path of one of them, or list the controller once',
      });
    }
  }
}

function routeOf({ method, path }: RoutePlan): string {
  return `${method} ${path}`;
}

function sharedAppScope(instance: FastifyInstance): AppScope {
  const server = instance.server as unknown as Record<symbol, AppScope | undefined>;
  return (server[APP_SCOPE] ??= createAppScope({ overrides: new Map(), container: undefined }));
}
