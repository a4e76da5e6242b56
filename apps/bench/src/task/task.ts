import { postLoad } from '../load/get-load.js';
import type { Measurement } from '../measurement.js';
import { cpuTime, REQUEST, throughput } from '../quantity.js';
import { acrossProcesses } from '../schedule.js';

/** Work after the response, beside a `setImmediate` that is written by hand. */
export const task: Measurement = {
  name: 'task',
  title: 'POST of a small object, with one background task',
  unit: REQUEST,
  compares: cpuTime,
  shows: [throughput, cpuTime],
  baseline: { name: 'setImmediate', load: () => import('./fastify-server.js') },
  subjects: [
    // What the route costs without the task.
    { name: 'sluice, setImmediate', load: () => import('./sluice-by-hand-server.js') },
    { name: 'sluice', load: () => import('./sluice-server.js'), target: 1.05 },
  ],
  plan: acrossProcesses,
  ...postLoad('/value', { name: 'lock', price: 9.5 }),
};
