import { postLoad } from '../load/get-load.js';
import type { Measurement } from '../measurement.js';
import { cpuTime, REQUEST, throughput } from '../quantity.js';

/**
 * A task that is stored before the answer, and run in the same process, beside a background task in memory. That of Redis is
 * measured where `REDIS_URL` names one.
 */
export const storedTask: Measurement = {
  name: 'stored-task',
  title: 'POST of a small object, with one task that is stored',
  unit: REQUEST,
  compares: cpuTime,
  shows: [throughput, cpuTime],
  baseline: { name: 'background task', load: () => import('./background-server.js') },
  subjects: [
    { name: 'embedded queue', load: () => import('./embedded-server.js') },
    ...(process.env.REDIS_URL === undefined
      ? []
      : [{ name: 'BullMQ', load: () => import('./bullmq-server.js') }]),
  ],
  // The folder that the embedded queue makes its own in.
  fill: async () => Promise.resolve(),
  ...postLoad('/value', { name: 'lock' }),
};
