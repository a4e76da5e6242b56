import { AsyncResource } from 'node:async_hooks';

/** Keeps the async context of now, in which what comes later for a request is run. */
export function createResource(): AsyncResource {
  return new AsyncResource('SluiceExchange', OPTIONS);
}

/**
 * Runs something at once inside of the context that was kept; where none was, it is called where it is, and never left out.
 *
 * @param argument Given to `run`, which then need not be a closure.
 */
export function runIn<Argument>(
  resource: AsyncResource | undefined,
  run: (argument: Argument) => void,
  argument: Argument,
): void {
  if (resource === undefined) run(argument);
  else resource.runInAsyncScope(run, undefined, argument);
}

const OPTIONS = { requireManualDestroy: true };
