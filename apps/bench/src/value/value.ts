import { getLoad } from '../load/get-load.js';
import type { Measurement } from '../measurement.js';
import { cpuTime, REQUEST, throughput } from '../quantity.js';

/** What Sluice adds to a route that asks for nothing but its handler. */
export const value: Measurement = {
  name: 'value',
  title: 'a handler without parameters returns a small object',
  unit: REQUEST,
  compares: cpuTime,
  shows: [throughput, cpuTime],
  floor: { name: 'node:http', load: () => import('./http-server.js') },
  baseline: { name: 'fastify', load: () => import('./fastify-server.js') },
  subjects: [{ name: 'sluice', load: () => import('./sluice-server.js'), target: 1.05 }],
  ...getLoad('/value'),
};
