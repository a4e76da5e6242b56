import { getLoad } from '../load/get-load.js';
import type { Measurement } from '../measurement.js';
import { cpuTime, REQUEST, throughput } from '../quantity.js';

/** As `dependency`, with a clean-up after the response. */
export const cleanUp: Measurement = {
  name: 'clean-up',
  title: 'a dependency of request scope that cleans up after the response',
  unit: REQUEST,
  compares: cpuTime,
  shows: [throughput, cpuTime],
  baseline: { name: 'preHandler, onResponse', load: () => import('./fastify-server.js') },
  subjects: [{ name: 'sluice', load: () => import('./sluice-server.js'), target: 1.15 }],
  ...getLoad('/value?q=lock'),
};
