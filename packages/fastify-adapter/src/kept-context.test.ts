import { AsyncLocalStorage } from 'node:async_hooks';

import { createResource, runIn } from './kept-context.js';

const storage = new AsyncLocalStorage<string>();

/** What `runIn` calls, with what, and in which context. */
function callIn(resource: ReturnType<typeof createResource> | undefined): unknown {
  const seen: unknown[] = [];
  storage.run('of now', () => {
    runIn(resource, (argument) => seen.push(argument, storage.getStore()), 'argument');
  });
  return seen;
}

test('runs inside of the context that was kept', () => {
  expect(callIn(storage.run('kept', createResource))).toEqual(['argument', 'kept']);
});

test('runs where it is called, where none was kept', () => {
  expect(callIn(undefined)).toEqual(['argument', 'of now']);
});
