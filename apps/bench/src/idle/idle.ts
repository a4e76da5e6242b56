import type { Measurement } from '../measurement.js';
import { CONNECTION, heldHeap, heldMemory } from '../quantity.js';
import { Listeners } from '../load/listeners.js';
import { idleLoad } from './idle-load.js';

const candidates = {
  unit: CONNECTION,
  compares: heldMemory,
  shows: [heldMemory, heldHeap],
  settles: true,
  baseline: { name: 'node:http', load: () => import('./http-server.js') },
  // One round in the life of a process: memory of closed connections is used again, and would hide that of new ones.
  plan: ({ launches, rounds, milliseconds }) => ({
    launches: launches === 1 ? 2 : launches + 2,
    roundsBeforeAgeing: 0,
    aged: true,
    warmUpRounds: 0,
    rounds: Math.min(1, rounds),
    milliseconds,
  }),
  probe: async (port) => {
    const listeners = new Listeners(port, '/events');
    await listeners.add(1);
    listeners.close();
    return 'an open stream';
  },
} satisfies Partial<Measurement>;

const subscription = { name: 'sluice, subscription', load: () => import('./sluice-subscription-server.js') };
const generator = { name: 'sluice, generator', load: () => import('./sluice-generator-server.js') };
const others = [
  { name: 'fastify', load: () => import('./fastify-server.js') },
  { name: 'better-sse', load: () => import('./better-sse-server.js') },
];

/**
 * What one more event stream takes of a server that has been in use: code is compiled, and holes that short-lived objects
 * have left in the heap are filled by then. The young generation stays small: as large as it may be, it takes 50 MiB more
 * or less from one look to the next, depending on when it was last collected. Full collections compact the old generation:
 * else what it has unused differs by 2 MiB, which is 1 KiB for each of 2,000, as its collections happen to fall.
 */
export const idle: Measurement = {
  ...candidates,
  name: 'idle',
  title: 'memory of an idle event stream: 2,000 more in a server that has 3,000 and had others before',
  nodeOptions: ['--max-semi-space-size=1', '--compact-on-every-full-gc'],
  subjects: [{ ...subscription, target: 1.35 }, { ...generator, target: 1.6 }, ...others],
  ...idleLoad({ passing: 3000, before: 3000, added: 2000 }),
};

/** The same of a process that compiles its code, and whose heap grows, meanwhile. */
export const idleFresh: Measurement = {
  ...candidates,
  name: 'idle-fresh',
  title: 'memory of an idle event stream: the first 2,000 of a new process',
  subjects: [subscription, generator, ...others],
  ...idleLoad({ passing: 0, before: 0, added: 2000 }),
};
