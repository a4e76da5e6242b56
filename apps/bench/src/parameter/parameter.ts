import { getLoad } from '../load/get-load.js';
import type { Measurement } from '../measurement.js';
import { cpuTime, REQUEST, throughput } from '../quantity.js';

/** What it costs to read and check a number of the path; Fastify's handler by hand converts it and does not check. */
export const parameter: Measurement = {
  name: 'parameter',
  title: 'a handler with one number of the path returns a small object',
  unit: REQUEST,
  compares: cpuTime,
  shows: [throughput, cpuTime],
  baseline: { name: 'fastify', load: () => import('./fastify-server.js') },
  subjects: [{ name: 'sluice', load: () => import('./sluice-server.js') }],
  ...getLoad('/items/42'),
};
