import { AsyncResource } from 'node:async_hooks';

/** Keeps the async context of now, in which what comes later for a request is run. */
export function createResource(): AsyncResource {
  return new AsyncResource('SluiceExchange', OPTIONS);
}

const OPTIONS = { requireManualDestroy: true };
