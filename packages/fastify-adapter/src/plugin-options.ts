import type {
  Constructor,
  Container,
  ControllerOptions,
  OverridesInit,
  ResponseClass,
  SetupFault,
  ValidationOptions,
} from '@sluice/core';
import { isTimerDelay } from '@sluice/core/internal';

import type { FileCacheOptions } from './files/content-cache.js';
import type { DocsOptions } from './openapi/serve-docs.js';
import type { OnResponseEnd } from './response-end.js';

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

type AddFault = (problem: string, fix: string) => void;

/** Adds what is wrong with the options to `faults`, all of it. */
export function checkOptions(options: SluiceOptions, faults: SetupFault[]): void {
  const add: AddFault = (problem, fix) => {
    faults.push({ code: 'OPTIONS_INVALID', where: 'register(sluice, options)', problem, fix });
  };
  if (!Array.isArray(options.controllers))
    add('`controllers` is not a list', 'write { controllers: [ItemsController] }');
  const { container, onResponseEnd, prefix } = options;
  if (container !== undefined && typeof container.resolve !== 'function') {
    add('`container` has no method `resolve`', 'give { resolve: (target) => … }');
  }
  checkLimits(options, add);
  if (onResponseEnd !== undefined && typeof onResponseEnd !== 'function') {
    add('`onResponseEnd` is not a function', 'give (end) => …');
  }
  checkFileCache(options.fileCache, add);
  const check: unknown = options.responseModelCheck;
  if (check !== undefined && typeof check !== 'boolean') {
    add('`responseModelCheck` is neither true nor false', 'write responseModelCheck: false, or leave it out');
  }
  checkValidation(options.validation, add);
  if (prefix !== undefined && prefix !== '' && !prefix.startsWith('/')) {
    add(`the prefix ${prefix} does not begin with /`, `write '/${prefix}'`);
  }
}

function checkLimits(options: SluiceOptions, add: AddFault): void {
  const { drainTimeout, taskConcurrency, taskTimeout, stallTimeout } = options;
  if (drainTimeout !== undefined && drainTimeout !== 0 && !isTimerDelay(drainTimeout)) {
    add('`drainTimeout` is not a number of milliseconds', 'give a number from 0 to 2147483647');
  }
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
}

function checkFileCache(fileCache: FileCacheOptions | undefined, add: AddFault): void {
  for (const name of ['maxBytes', 'maxFileBytes'] as const) {
    const bytes = fileCache?.[name];
    const missing = fileCache !== undefined && name === 'maxBytes' && bytes === undefined;
    if (missing || (bytes !== undefined && !(Number.isInteger(bytes) && bytes > 0))) {
      add(`\`fileCache.${name}\` is not a number of bytes`, 'give an integer from 1');
    }
  }
}

function checkValidation(validation: ValidationOptions | undefined, add: AddFault): void {
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
}
