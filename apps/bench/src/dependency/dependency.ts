import { getLoad } from '../load/get-load.js';
import type { Measurement } from '../measurement.js';
import { cpuTime, REQUEST, throughput } from '../quantity.js';

/** One dependency that two ask for, made once in each request. */
export const dependency: Measurement = {
  name: 'dependency',
  title: 'a handler and a dependency share another dependency, a function',
  unit: REQUEST,
  compares: cpuTime,
  shows: [throughput, cpuTime],
  baseline: { name: 'preHandler', load: () => import('./fastify-server.js') },
  subjects: [{ name: 'sluice', load: () => import('./sluice-server.js'), target: 1.15 }],
  ...getLoad('/value?q=lock'),
};
