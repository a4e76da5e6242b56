import type {
  Constructor,
  Container,
  ControllerOptions,
  OverridesInit,
  ResponseClass,
  SetupFault,
  ValidationOptions,
} from '@sluice/core';
import {
  compileController,
  createAppScope,
  isTimerDelay,
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
import { ContentCache, type FileCacheOptions } from './files/content-cache.js';
import { weakenTagsOfCompressed } from './files/weaken-etag.js';
import { IdleConnections } from './idle-connections.js';
import { logError } from './log-error.js';
import { readJsonBodies } from './json-body.js';
import { mountRoute } from './mount-route.js';
import { checkOperationIds, Documenter } from './openapi/documenter.js';
import { refuseLateSwagger } from './openapi/refuse-late-swagger.js';
import { checkDocs, serveDocs, type DocsOptions } from './openapi/serve-docs.js';
import { requireView } from './render-template.js';
import type { OnResponseEnd } from './response-end.js';
import { ServerLife } from './server-life.js';
import { livesOf } from './server-lives.js';
import { placeLastHooks } from './take-over.js';
import { waitBeforeClose } from './wait-before-close.js';

/** Options of the plugin. */
export interface SluiceOptions {
  /** Classes with @Controller. */
  controllers: readonly Constructor[];
  /** Path under which the routes of all controllers lie. Default: none. */
  prefix?: string;
  /** Response class of routes whose controller and method name none. Default `JSONResponse`. */
  responseClass?: ResponseClass;
  /**
   * Makes the controllers: a container of tsyringe, inversify or another library. Without one, a controller and the
   * classes that its constructor asks for are made by Sluice, each class once per server.
   */
  container?: Container;
  /** Dependencies of every route, for their effect alone; they come before those of controllers and routes. */
  dependencies?: NonNullable<ControllerOptions['dependencies']>;
  /**
   * Whether a result that does not fit its response model is a 500. Where it is not, what can be sent of it is, as it is:
   * text in place of a number, and nothing of a field that is missing or holds an object that no model names. Default true.
   */
  responseModelCheck?: boolean;
  /** How inputs are validated: limits, and what is done with fields that no model names. */
  validation?: ValidationOptions;
  /** What stands in for dependencies and injected classes, in tests: `[[currentUser, () => someone]]`, or a Map. */
  overrides?: OverridesInit;
  /**
   * How long closing the server waits for responses and background tasks before it breaks them off, in milliseconds. Default
   * 10,000. Event streams end at once.
   */
  drainTimeout?: number;
  /** How many background tasks run at once; the others wait for their turn. An integer from 1. Default 100. */
  taskConcurrency?: number;
  /**
   * How long a background task is waited for, in milliseconds, where it says nothing itself; `null` for as long as it takes.
   * Default 300,000: five minutes.
   */
  taskTimeout?: number | null;
  /**
   * How long a client may read nothing of what waits for it before it is cut off, in milliseconds. Default: as long as it
   * likes.
   */
  stallTimeout?: number;
  /**
   * Gets every response of the routes when it has ended, once each, also one that a hook gave in place of the handler. The same
   * is published on the channel `sluice.response.end` of `node:diagnostics_channel`; who subscribes after the registration does
   * not hear of what a hook of the host answered in place of a value.
   */
  onResponseEnd?: OnResponseEnd;
  /**
   * Keeps the contents of small files that were sent, and looks by one synchronous `stat` a request whether they still are
   * what they were: for files on a local disk. Default: none is kept.
   */
  fileCache?: FileCacheOptions;
  /**
   * Serves an OpenAPI document of the routes at `/openapi.json` and a page of it at `/docs`, both below the prefix. It needs
   * the packages @fastify/swagger and @fastify/swagger-ui. Default: none; a host's own @fastify/swagger, registered before,
   * shows the routes in any case.
   */
  docs?: DocsOptions;
}

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

function checkOptions(options: SluiceOptions, faults: SetupFault[]): void {
  const add = (problem: string, fix: string): void => {
    faults.push({ code: 'OPTIONS_INVALID', where: 'register(sluice, options)', problem, fix });
  };
  if (!Array.isArray(options.controllers))
    add('`controllers` is not a list', 'write { controllers: [ItemsController] }');
  const { container, drainTimeout, stallTimeout, onResponseEnd, fileCache, prefix } = options;
  if (container !== undefined && typeof container.resolve !== 'function') {
    add('`container` has no method `resolve`', 'give { resolve: (target) => … }');
  }
  if (drainTimeout !== undefined && drainTimeout !== 0 && !isTimerDelay(drainTimeout)) {
    add('`drainTimeout` is not a number of milliseconds', 'give a number from 0 to 2147483647');
  }
  const { taskConcurrency, taskTimeout } = options;
  if (taskConcurrency !== undefined && !(Number.isInteger(taskConcurrency) && taskConcurrency > 0)) {
    add('`taskConcurrency` is not a number of tasks', 'give an integer from 1');
  }
  if (taskTimeout !== undefined && taskTimeout !== null && !isTimerDelay(taskTimeout)) {
    add(
      '`taskTimeout` is not a number of milliseconds',
      'give a number above 0, at most 2147483647, or null',
    );
  }
  if (stallTimeout !== undefined && !isTimerDelay(stallTimeout)) {
    add(
      '`stallTimeout` is not a number of milliseconds',
      'give a number above 0, at most 2147483647, or leave it out',
    );
  }
  if (onResponseEnd !== undefined && typeof onResponseEnd !== 'function') {
    add('`onResponseEnd` is not a function', 'give (end) => …');
  }
  for (const name of ['maxBytes', 'maxFileBytes'] as const) {
    const bytes = fileCache?.[name];
    const missing = fileCache !== undefined && name === 'maxBytes' && bytes === undefined;
    if (missing || (bytes !== undefined && !(Number.isInteger(bytes) && bytes > 0))) {
      add(`\`fileCache.${name}\` is not a number of bytes`, 'give an integer from 1');
    }
  }
  const check: unknown = options.responseModelCheck;
  if (check !== undefined && typeof check !== 'boolean') {
    add('`responseModelCheck` is neither true nor false', 'write responseModelCheck: false, or leave it out');
  }
  const { validation } = options;
  for (const name of ['maxDepth', 'maxItems', 'maxErrors'] as const) {
    const limit = validation?.[name];
    if (limit !== undefined && !(Number.isInteger(limit) && limit > 0)) {
      add(`\`validation.${name}\` is not a number of them`, 'give an integer from 1');
    }
  }
  const extra: unknown = validation?.extra;
  if (extra !== undefined && extra !== 'ignore' && extra !== 'forbid') {
    add('`validation.extra` is not one of its words', "write 'ignore' or 'forbid'");
  }
  if (prefix !== undefined && prefix !== '' && !prefix.startsWith('/')) {
    add(`the prefix ${prefix} does not begin with /`, `write '/${prefix}'`);
  }
}

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
