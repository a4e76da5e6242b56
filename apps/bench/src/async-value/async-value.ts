import { getLoad } from '../load/get-load.js';
import type { Measurement } from '../measurement.js';
import { cpuTime, REQUEST, throughput } from '../quantity.js';

/** As `value`, with a promise between the handler and its answer. */
export const asyncValue: Measurement = {
  name: 'async-value',
  title: 'an async handler without parameters returns a small object',
  unit: REQUEST,
  compares: cpuTime,
  shows: [throughput, cpuTime],
  baseline: { name: 'fastify', load: () => import('./fastify-server.js') },
  subjects: [{ name: 'sluice', load: () => import('./sluice-server.js') }],
  ...getLoad('/value'),
};
