import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { openEmbeddedQueue } from '@sluice/tasks';

import { EmbeddedQueue } from '../src/embedded/embedded-queue.js';
import { toQueueSettings } from '../src/queue-options.js';
import { MemoryStore } from '../src/testing/memory-store.js';
import { describeQueue } from './queue-contract.js';

describeQueue('the embedded queue', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-tasks-'));
  return {
    open: (options) => openEmbeddedQueue({ ...options, folder }),
    close: async () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
});

describeQueue('the embedded queue in memory', () => {
  const store = new MemoryStore();
  return {
    open: (options) => EmbeddedQueue.open(store, { ...toQueueSettings(options, 'test'), skipDelays: false }),
    close: async () => {},
  };
});
