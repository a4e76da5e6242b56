import { getLoad } from '../load/get-load.js';
import type { Measurement } from '../measurement.js';
import { cpuTime, REQUEST, throughput } from '../quantity.js';

/**
 * What the compiled validation of a class costs, beside class-transformer and class-validator. Both candidates are
 * servers of node:http that validate 1,000 values for each request, so that the request itself hardly counts.
 */
export const validator: Measurement = {
  name: 'validator',
  title: '1,000 values of a class of three fields become instances, and are validated',
  unit: REQUEST,
  compares: cpuTime,
  shows: [throughput, cpuTime],
  baseline: { name: 'class-transformer, class-validator', load: () => import('./libraries-server.js') },
  subjects: [{ name: 'sluice, compiled', load: () => import('./compiled-server.js'), target: 0.05 }],
  // Some requests at once: a batch takes milliseconds, and all that were sent are waited for.
  ...getLoad('/', { connections: 2, pipelined: 2, awake: true }),
};
